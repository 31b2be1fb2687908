import { type Clock, dayMilliseconds } from '../../base/clock.ts';
import { finePercent, percent } from '../../base/figures.ts';
import { count } from '../../base/words.ts';
import type { DeploymentSpec } from '../../deploy/index.ts';
import type { MeasuredRange, RuleMetric, RuleMetricSource } from '../alerts/rule-metric.ts';
import type { TimeWindow } from '../windows.ts';
import { mergeSamples, type Sample } from './sample.ts';
import type { SampleStore } from './sample-store.ts';
import { availabilityOf } from './system-report.ts';

/** So far back are rules judged; servers are watched from then on. */
const judgedMilliseconds = 30 * dayMilliseconds;

type Figure = Pick<RuleMetric, 'name' | 'says' | 'format' | 'judgesPartOfWindow'> & {
  of(sample: Sample): number | null;
};

const figures: Figure[] = [
  {
    name: 'failed_share',
    says: 'Share of requests that failed for the server’s part',
    format: percent,
    of: ({ requests, failed }) => (requests === 0 ? null : failed / requests),
  },
  {
    name: 'saturation',
    says: 'Share of the server’s waiting room, event loop or processors that is in use at most',
    format: percent,
    judgesPartOfWindow: true,
    of: ({ upSeconds, saturation }) => (upSeconds === 0 ? null : saturation),
  },
  {
    name: 'availability',
    says: 'Share of requests that did not fail, or of time with a server, whichever is less',
    format: finePercent,
    of: (sample) => availabilityOf(sample).achieved,
  },
  {
    name: 'memory_bytes',
    says: 'Memory of the server’s process, in bytes',
    format: (value) => `${Math.round(value / 1e6).toLocaleString('en-US')} MB`,
    judgesPartOfWindow: true,
    of: ({ upSeconds, memoryBytes }) => (upSeconds === 0 ? null : memoryBytes),
  },
];

/** What rules may watch of servers, by the time of receipt. */
export function systemMetrics(store: SampleStore, clock: Clock): RuleMetricSource {
  const range = async ({ id }: DeploymentSpec): Promise<MeasuredRange | null> => {
    const now = clock.now();
    const samples = store.samples(id, now - judgedMilliseconds, now);
    const first = samples[0]?.at;
    if (first === undefined) return null;
    return { first, last: now, rows: samples.reduce((sum, { sample }) => sum + sample.requests, 0) };
  };
  return async () =>
    figures.map(
      ({ of, ...figure }): RuleMetric => ({
        ...figure,
        cause: 'system',
        dependsOnNow: true,
        range,
        values: async ({ id }, windows) => merged(store, id, windows).map((sample) => sample && of(sample)),
        explain: async ({ id }, window, value, { comparison, bound }) => {
          const format = figure.format ?? String;
          const [sample] = merged(store, id, [window]);
          return {
            title: `${figure.says}: ${format(value)}, ${comparison} ${format(bound)}`,
            detail: sample ? detailOf(sample) : 'Nothing is known of the window any more.',
            contributions: contributionsOf(sample),
          };
        },
      }),
    );
}

/** The samples of each window as one; null where there are none. */
function merged(store: SampleStore, id: string, windows: readonly TimeWindow[]): (Sample | null)[] {
  const samples = store.samples(id, windows[0]?.from ?? 0, windows.at(-1)?.to ?? 0);
  return windows.map(({ from, to }) => {
    const own = samples.filter(({ at }) => at >= from && at < to);
    return own.length === 0 ? null : mergeSamples(own.map(({ sample }) => sample));
  });
}

function detailOf({ requests, failed, refused, readySeconds, wantedSeconds }: Sample): string {
  const away = Math.round(wantedSeconds - readySeconds);
  const gone = away > 0 ? `; no server for ${count(away, 'second')}` : '';
  return `${count(requests, 'request')}, ${failed} failed, ${refused} refused${gone}.`;
}

function contributionsOf(sample: Sample | null | undefined) {
  const reasons = Object.entries(sample?.reasons ?? {}).toSorted(([, one], [, other]) => other - one);
  const all = reasons.reduce((sum, [, requests]) => sum + requests, 0);
  return reasons.slice(0, 5).map(([name, requests]) => ({
    kind: 'status' as const,
    name,
    share: requests / all,
    says: count(requests, 'request'),
  }));
}
