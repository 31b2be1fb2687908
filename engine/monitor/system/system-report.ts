import { dayMilliseconds, isoTime } from '../../base/clock.ts';
import { errorCatalogue } from '../../contract/error-catalogue.ts';
import {
  type DeploymentSystem,
  defaultObjective,
  type SystemWindow,
  type systemWindows,
} from '../../contract/monitor-system.ts';
import { addLatencyPairs, latencyBins, latencyQuantile } from '../../statistics/latency-histogram.ts';
import { mergeSamples, type Sample } from './sample.ts';
import { type PlacedSample, type SampleStore, spanMilliseconds } from './sample-store.ts';

/** What is promised of a deployment of which nobody said anything else. */

const nowMilliseconds = 5 * 60_000;
const shownMilliseconds = dayMilliseconds;
/** More windows are no picture any more. */
const mostWindows = 300;

type SystemWindowUnit = (typeof systemWindows)[number];
export const windowMilliseconds: Record<SystemWindowUnit, number> = {
  minute: spanMilliseconds.minute,
  ten_minutes: 10 * spanMilliseconds.minute,
  hour: spanMilliseconds.hour,
  day: spanMilliseconds.day,
};

/** What is asked for: times in UTC epoch milliseconds. */
export interface SystemRange {
  since: number;
  until: number;
  window: SystemWindowUnit;
}

/** The range that is meant where parts of it are left out: the last 24 hours, in at most 300 windows. */
export function systemRange(
  now: number,
  { since, until = now, window }: { since?: number; until?: number; window?: SystemWindowUnit },
): SystemRange {
  const from = since ?? until - shownMilliseconds;
  const units = Object.entries(windowMilliseconds) as [SystemWindowUnit, number][];
  const readable = units.find(([, length]) => (until - from) / length <= mostWindows)?.[0] ?? 'day';
  return { since: from, until, window: window ?? readable };
}

/** The golden signals of a range; of an objective what was reached until now. */
export function systemOf(
  store: SampleStore,
  deploymentId: string,
  range: SystemRange,
  now: number,
): Omit<DeploymentSystem, 'deployment' | 'state'> {
  const samples = store.samples(deploymentId, range.since, range.until);
  const recent = store.samples(deploymentId, now - nowMilliseconds, now);
  const whole = samples.length === 0 ? null : windowOf(samples);
  return {
    since: isoTime(range.since),
    until: isoTime(range.until),
    now: recent.length === 0 ? null : windowOf(recent),
    whole,
    windows: windowsOf(samples, windowMilliseconds[range.window]),
    reasons: reasonsOf(samples.map(({ sample }) => sample)),
    objective: objectiveOf(store, deploymentId, now),
    sampledAt: lastLook(store.samples(deploymentId, now - dayMilliseconds, now)),
  };
}

/** What was reached of the objective: the lesser of the share of requests and the share of time. */
export function objectiveOf(store: SampleStore, deploymentId: string, now: number): DeploymentSystem['objective'] {
  const objective = store.objective(deploymentId) ?? defaultObjective;
  const totals = store.totals(deploymentId, now - objective.days * dayMilliseconds, now);
  const reached = availabilityOf(totals);
  const { achieved } = reached;
  const budgetLeft = achieved === null ? null : 1 - (1 - achieved) / (1 - objective.availability);
  return { ...objective, ...reached, budgetLeft };
}

/** Shares of requests that did not fail and of time with a server, and the lesser of the two; null where nothing is known. */
export function availabilityOf({
  requests,
  failed,
  readySeconds,
  wantedSeconds,
}: Pick<Sample, 'requests' | 'failed' | 'readySeconds' | 'wantedSeconds'>) {
  const answered = share(requests - failed, requests);
  const ready = share(readySeconds, wantedSeconds);
  const known = [answered, ready].filter((part) => part !== null);
  return { answered, ready, achieved: known.length === 0 ? null : Math.min(...known) };
}

/** Samples that are longer than a window stand for themselves. */
function windowsOf(samples: readonly PlacedSample[], length: number): SystemWindow[] {
  const groups = Map.groupBy(samples, ({ at, span }) => {
    const size = Math.max(length, spanMilliseconds[span]);
    return `${Math.floor(at / size) * size} ${size}`;
  });
  return [...groups].map(([key, group]) => {
    const [from = 0, size = 0] = key.split(' ').map(Number);
    return windowOf(group, from, from + size);
  });
}

function windowOf(
  placed: readonly PlacedSample[],
  from = Math.min(...placed.map(({ at }) => at)),
  to = Math.max(...placed.map(({ at, span }) => at + spanMilliseconds[span])),
): SystemWindow {
  const sample = mergeSamples(placed.map(({ sample }) => sample));
  const counts = new Float64Array(latencyBins);
  addLatencyPairs(counts, sample.latencies);
  const wasUp = sample.upSeconds > 0;
  return {
    from: isoTime(from),
    to: isoTime(to),
    requests: sample.requests,
    rows: sample.rows,
    failed: sample.failed,
    refused: sample.refused,
    p50: latencyQuantile(counts, 0.5),
    p95: latencyQuantile(counts, 0.95),
    p99: latencyQuantile(counts, 0.99),
    cpu: wasUp ? sample.cpuMost : null,
    memoryBytes: wasUp ? sample.memoryBytes : null,
    waitingRows: wasUp ? sample.waitingRows : null,
    saturation: wasUp ? sample.saturation : null,
    readySeconds: sample.readySeconds,
    wantedSeconds: sample.wantedSeconds,
  };
}

/** A reason as servers count it, in its parts; with words for a reader. */
function reasonsOf(samples: readonly Sample[]): DeploymentSystem['reasons'] {
  const known: Record<string, { meaning: string } | undefined> = errorCatalogue;
  return Object.entries(mergeSamples(samples).reasons)
    .map(([reason, requests]) => {
      const [code = reason, fault = null, ...field] = reason.split(' ');
      const name = field.length === 0 ? null : field.join(' ');
      const says = fault === null ? known[code]?.meaning : faultWords(fault, name);
      return { code, fault, field: name, says: says ?? 'It is not known why.', requests };
    })
    .sort((one, other) => other.requests - one.requests);
}

function faultWords(fault: string, field: string | null): string {
  const what = fault.replaceAll('_', ' ');
  return field === null ? `Rows with the fault "${what}".` : `Rows with the fault "${what}" in ${field}.`;
}

function lastLook(samples: readonly PlacedSample[]): string | null {
  const up = samples.findLast(({ sample }) => sample.upSeconds > 0 || sample.wantedSeconds > 0);
  return up ? isoTime(up.at) : null;
}

function share(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}
