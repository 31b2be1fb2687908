import { type Clock, dayMilliseconds } from '../../base/clock.ts';
import { percent } from '../../base/figures.ts';
import { count } from '../../base/words.ts';
import type { FieldSignature } from '../../contract/values.ts';
import type { DeploymentSpec } from '../../deploy/index.ts';
import type { RuleMetric, RuleMetricSource } from '../alerts/rule-metric.ts';
import type { References } from '../reference.ts';
import type { TimeWindow } from '../windows.ts';
import type { DeploymentQualities } from './deployment-quality.ts';
import { type ColumnCounts, columnTotal, spansByWindow } from './quality-counts.ts';

/** With fewer rows a window says nothing. */
const leastRows = 30;
const namedColumns = 5;

interface QualityMetricSources {
  qualities: Pick<DeploymentQualities, 'arrivals' | 'spans'>;
  references: References;
  clock: Clock;
}

/** What rules may watch of incoming rows, beside rows and missing values. */
export function qualityMetrics(sources: QualityMetricSources): RuleMetricSource {
  return async () => [
    shareMetric(
      sources,
      'unseen_share',
      'Share of categories that the training part does not have',
      'unseen',
      isCategory,
    ),
    shareMetric(
      sources,
      'out_of_range_share',
      'Share of numbers outside of the training’s range',
      'outOfRange',
      isRanged,
    ),
    pauseMetric(sources),
  ];
}

function isCategory({ categories }: FieldSignature): boolean {
  return categories !== undefined;
}

function isRanged(field: FieldSignature): boolean {
  return !isCategory(field) && (typeof field.minimum === 'number' || typeof field.maximum === 'number');
}

function shareMetric(
  { qualities, references }: QualityMetricSources,
  name: string,
  says: string,
  counted: 'unseen' | 'outOfRange',
  applies: (field: FieldSignature) => boolean,
): RuleMetric {
  /** Of each window the counts of each input that it applies to. */
  const countsOf = async (spec: DeploymentSpec, windows: readonly TimeWindow[]) => {
    const { signature } = await references.of(spec.model, spec.version);
    const names = signature.inputs.filter(applies).map((input) => input.name);
    const range = { since: windows[0]?.from ?? 0, until: windows.at(-1)?.to ?? 0 };
    const isByDay = windows.every(({ from, to }) => from % dayMilliseconds === 0 && to % dayMilliseconds === 0);
    const spans = await qualities.spans(spec, range, isByDay ? 'day' : 'hour');
    return spansByWindow(spans, windows).map((own) => names.map((input) => [input, columnTotal(own, input)] as const));
  };
  return {
    name,
    says,
    cause: 'quality',
    format: percent,
    values: async (spec, windows) =>
      (await countsOf(spec, windows)).map((columns) => {
        const rows = Math.max(0, ...columns.map(([, { rows }]) => rows));
        return rows < leastRows
          ? null
          : shareOf(
              columns.map(([, counts]) => counts),
              counted,
            );
      }),
    explain: async (spec, window, value, { comparison, bound }) => {
      const [columns = []] = await countsOf(spec, [window]);
      const all = columns.reduce((sum, [, counts]) => sum + counts[counted], 0);
      const most = columns
        .filter(([, counts]) => counts[counted] > 0)
        .toSorted(([, one], [, other]) => other[counted] - one[counted]);
      return {
        title: `${says}: ${percent(value)}, ${comparison} ${percent(bound)}`,
        detail: `${count(all, 'value')} of ${count(columns.length, 'input')}, version ${spec.version}.`,
        contributions: most.slice(0, namedColumns).map(([input, counts]) => ({
          kind: 'column' as const,
          name: input,
          share: counts[counted] / all,
          says: count(counts[counted], 'row'),
        })),
      };
    },
  };
}

function shareOf(columns: readonly ColumnCounts[], counted: 'unseen' | 'outOfRange'): number | null {
  const values = columns.reduce((sum, { rows, missing }) => sum + rows - missing, 0);
  return values === 0 ? null : columns.reduce((sum, counts) => sum + counts[counted], 0) / values;
}

/** By the time of receipt; of a window that is over, at its end. */
function pauseMetric({ qualities, clock }: QualityMetricSources): RuleMetric {
  return {
    name: 'minutes_since_last_row',
    says: 'Minutes since the last row came',
    cause: 'quality',
    format: (value) => count(Math.round(value), 'minute'),
    dependsOnNow: true,
    judgesPartOfWindow: true,
    range: async (spec) => {
      const { minutes } = await qualities.arrivals(spec);
      const [first] = minutes;
      return first === undefined ? null : { first: first * 60_000, last: clock.now(), rows: minutes.length };
    },
    values: async (spec, windows) => {
      const { minutes } = await qualities.arrivals(spec);
      return windows.map(({ to }) => {
        const end = Math.floor(Math.min(to, clock.now()) / 60_000);
        const last = minutes.findLast((minute) => minute <= end);
        return last === undefined ? null : end - last;
      });
    },
  };
}
