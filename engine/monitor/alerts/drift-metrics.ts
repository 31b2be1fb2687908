import { figure } from '../../base/figures.ts';
import type { MonitorReport } from '../../contract/monitor.ts';
import type { Contribution, RuleWindow } from '../../contract/monitor-alerts.ts';
import type { ColumnDrift } from '../../contract/monitor-drift.ts';
import type { DeploymentSpec } from '../../deploy/index.ts';
import type { DeploymentReports } from '../deployment-report.ts';
import { driftedShare, importantColumns } from '../drift.ts';
import type { References } from '../reference.ts';
import type { TimeWindow } from '../windows.ts';
import type { RuleMetric, RuleMetricSource } from './rule-metric.ts';
import { spanText } from './words.ts';

type Window = MonitorReport['timeline'][number];
type Reports = Pick<DeploymentReports, 'of'>;

/** Columns that an alert names at most. */
const namedColumns = 5;

/** What of a report is watched, and of a window of its time line. */
interface DriftValue {
  ofReport(report: MonitorReport): number | null;
  ofWindow(window: Window, report: MonitorReport): number | null;
}

const share: DriftValue = { ofReport: shareOfReport, ofWindow: shareOfWindow };

const prediction: DriftValue = {
  ofReport: ({ drift }) => drift.prediction?.score ?? null,
  ofWindow: ({ predictionDrift }) => predictionDrift,
};

const multivariate: DriftValue = {
  ofReport: ({ drift }) => wholeDrift(drift, drift.multivariate.reconstruction?.error ?? null),
  ofWindow: ({ reconstructionError }, { drift }) => wholeDrift(drift, reconstructionError),
};

const ofColumn = (column: string): DriftValue => ({
  ofReport: ({ drift }) => drift.columns.find(({ name }) => name === column)?.score ?? null,
  ofWindow: ({ drift }) => drift[column] ?? null,
});

/** Drift of the whole, of each input and of the predictions, by the definitions of the report. */
export function driftMetrics(reports: Reports, references: Pick<References, 'of'>): RuleMetricSource {
  const metricOf = (name: string, says: string, value: DriftValue): RuleMetric => ({
    ...{ name, says, cause: 'drift', approximates: true },
    values: (spec, windows, unit) => valuesOf(reports, spec, windows, unit, value),
  });
  return async (spec) => {
    const { signature } = await references.of(spec.model, spec.version);
    return [
      {
        ...metricOf('drift_share', 'Share of important columns that drifted', share),
        explain: async (_spec, window) => explainDrift(reports, spec, window),
      },
      metricOf('prediction_drift', 'Drift of the predictions', prediction),
      metricOf('multivariate_drift', 'Drift of the inputs as a whole, 1 where it begins', multivariate),
      ...signature.inputs.map(({ name }) => metricOf(`drift.${name}`, `Drift of ${name}`, ofColumn(name))),
    ];
  };
}

/** How far a reconstruction error is from that of the reference, in units of how far its chunk threshold is. */
function wholeDrift({ multivariate }: MonitorReport['drift'], error: number | null): number | null {
  if (error === null || multivariate.reconstruction === null) return null;
  const { reference, low, high } = multivariate.reconstruction;
  const room = error >= reference ? high - reference : reference - low;
  return room > 0 ? Math.abs(error - reference) / room : null;
}

/** One window as the report of it says, several as its time line does. */
async function valuesOf(
  reports: Reports,
  spec: DeploymentSpec,
  windows: readonly TimeWindow[],
  unit: RuleWindow | undefined,
  { ofReport, ofWindow }: DriftValue,
): Promise<(number | null)[]> {
  const [first] = windows;
  const last = windows.at(-1);
  if (!first || !last) return [];
  const range = { since: first.from, until: last.to, definition: 'default' } as const;
  if (windows.length === 1) return [ofReport(await reports.of(spec, range))];
  const report =
    unit === undefined || unit === 'automatic'
      ? await reports.of(spec, { since: null, until: null, definition: 'default' })
      : await reports.of(spec, { ...range, window: unit });
  const byStart = new Map(report.timeline.map((window) => [Date.parse(window.from), window]));
  return windows.map(({ from }) => {
    const window = byStart.get(from);
    return window ? ofWindow(window, report) : null;
  });
}

function judged({ drift }: MonitorReport): ColumnDrift[] {
  return importantColumns(drift.columns).filter(({ verdict }) => verdict !== 'too_few_rows');
}

function shareOfReport(report: MonitorReport): number | null {
  const important = judged(report);
  return important.length === 0 ? null : driftedShare(important);
}

function shareOfWindow({ drift, drifted }: Window, report: MonitorReport): number | null {
  const important = importantColumns(report.drift.columns).filter(({ name }) => (drift[name] ?? null) !== null);
  if (important.length === 0) return null;
  return important.filter(({ name }) => drifted.includes(name)).length / important.length;
}

async function explainDrift(reports: Reports, spec: DeploymentSpec, { from, to }: TimeWindow) {
  const report = await reports.of(spec, { since: from, until: to, definition: 'default' });
  const important = judged(report);
  const drifted = important.filter((column) => column.drifted);
  return {
    title: `${drifted.length} of ${important.length} important columns drifted`,
    detail: `${drifted.map(({ name }) => name).join(', ')}: ${report.traffic.rows} rows, ${spanText(from, to)}, against the ${report.drift.reference} of version ${spec.version}.`,
    contributions: driftContributions(report.drift.columns),
  };
}

/**
 * The columns that moved, by how far times how much the model relies on them, each as its share of all of them. Where no
 * importance was measured they count alike. Those that did not drift, or are not important, have no part in it.
 */
export function driftContributions(columns: readonly ColumnDrift[]): Contribution[] {
  const drifted = importantColumns(columns).filter((column) => column.drifted && column.score !== null);
  const isMeasured = drifted.some(({ importance }) => (importance ?? 0) > 0);
  const weights = drifted.map(
    ({ score, importance }) => (score as number) * (isMeasured ? Math.max(0, importance ?? 0) : 1),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (sum === 0) return [];
  return drifted
    .map((column, index) => ({
      kind: 'column' as const,
      name: column.name,
      share: (weights[index] as number) / sum,
      says: `drift ${figure(column.score as number)}, called drift above ${figure(column.threshold)}${importanceText(column)}`,
    }))
    .toSorted((one, other) => other.share - one.share)
    .slice(0, namedColumns);
}

function importanceText({ importance }: ColumnDrift): string {
  return importance === null ? '' : `; importance ${figure(importance)}`;
}
