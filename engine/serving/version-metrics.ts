import type { ServingStatus } from '../contract/serving.ts';
import type { VersionStatus } from '../contract/traffic.ts';
import { metricText } from './prometheus-text.ts';

type Kind = 'counter' | 'gauge';

/** Figures of one version; null where there is none yet. */
const metrics: [name: string, kind: Kind, help: string, value: (of: VersionStatus) => number | null][] = [
  ['requests_total', 'counter', 'Prediction requests that the version was given.', ({ requests }) => requests],
  ['rows_total', 'counter', 'Rows that the version answered.', ({ rows }) => rows],
  ['errors_total', 'counter', 'Requests that it could not answer, or not with a number.', ({ errors }) => errors],
  ['traffic_ratio', 'gauge', 'Share of the callers that it answers.', ({ percent }) => percent / 100],
  ['compared_rows_total', 'counter', 'Rows compared with the active version.', ({ compared }) => compared.rows],
  ['compared_dropped_rows_total', 'counter', 'Rows not compared: too many waited.', ({ compared }) => compared.dropped],
  [
    'compared_failed_rows_total',
    'counter',
    'Rows that one of the two did not answer.',
    ({ compared }) => compared.failed,
  ],
  [
    'disagreement',
    'gauge',
    'Share of other labels than the active version, or mean absolute difference in units of the target.',
    ({ compared }) => compared.disagreement,
  ],
];

/** The metrics of every version in memory, in Prometheus' text format. */
export function versionMetrics({ models }: ServingStatus): string[] {
  const all = models.flatMap(({ model, versions }) =>
    versions.map((of) => ({ of, labels: { model, version: of.version } })),
  );
  return metrics.map(([name, kind, help, value]) => {
    const samples = all.flatMap(({ of, labels }) => {
      const sample = value(of);
      return sample === null ? [] : [{ labels, value: sample }];
    });
    return metricText(`galley_version_${name}`, kind, help, samples);
  });
}
