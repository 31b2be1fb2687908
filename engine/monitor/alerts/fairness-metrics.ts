import { sentence } from '../../base/words.ts';
import type { RuleWindow } from '../../contract/monitor-alerts.ts';
import { fairnessDifferences } from '../../contract/train-fairness.ts';
import { type DataPhase, markOf } from '../../data/index.ts';
import type { DeploymentSpec } from '../../deploy/index.ts';
import type { DeploymentFairness } from '../fairness/fairness-over-time.ts';
import type { References, VersionReference } from '../reference.ts';
import type { TimeWindow } from '../windows.ts';
import { askedOf } from './measured-windows.ts';
import type { RuleMetric, RuleMetricSource } from './rule-metric.ts';

export interface FairnessSources {
  references: Pick<References, 'of'>;
  fairness: Pick<DeploymentFairness, 'of'>;
  marks: DataPhase['marks'];
  /** The dataset that a version's run was trained on. */
  datasetOf(reference: VersionReference): string;
}

const differencesOfNumbers = ['mean_error_difference', 'mae_difference'] as const;

/** Each difference between groups of people, by each input that is marked as sensitive, over rows whose label is known. */
export function fairnessMetrics(sources: FairnessSources): RuleMetricSource {
  return async (spec) => {
    const reference = await sources.references.of(spec.model, spec.version);
    const marks = sources.marks.of(sources.datasetOf(reference)) ?? {};
    const { inputs, task } = reference.signature;
    const differences = task === 'regression' ? differencesOfNumbers : fairnessDifferences;
    const sensitive = inputs.filter(({ name }) => markOf(marks, name) === 'sensitive');
    return sensitive.flatMap(({ name: column }) =>
      differences.map(
        (difference): RuleMetric => ({
          name: `fairness.${difference}.${column}`,
          says: `${sentence(difference.replaceAll('_', ' '))} by ${column}`,
          cause: 'performance',
          values: (_spec, windows, unit) => valuesOf(sources, spec, windows, unit, column, difference),
        }),
      ),
    );
  };
}

async function valuesOf(
  { fairness }: FairnessSources,
  spec: DeploymentSpec,
  windows: readonly TimeWindow[],
  unit: RuleWindow | undefined,
  by: string,
  difference: string,
): Promise<(number | null)[]> {
  if (windows.length === 0) return [];
  const found = await fairness.of(spec, { ...askedOf(windows, unit), by });
  if (windows.length === 1) return [found.whole?.differences[difference]?.value ?? null];
  const byStart = new Map(found.windows.map(({ from, report }) => [Date.parse(from), report]));
  return windows.map(({ from }) => byStart.get(from)?.differences[difference]?.value ?? null);
}
