import { type Clock, dayMilliseconds } from '../../base/clock.ts';
import { figure, percent } from '../../base/figures.ts';
import { count } from '../../base/words.ts';
import type { DeploymentSpec, DeployPhase } from '../../deploy/index.ts';
import type { ReportSources } from '../deployment-report.ts';
import { effectiveLimits } from '../limits.ts';
import { LoggedRows } from '../logged-rows.ts';
import type { TimeWindow } from '../windows.ts';
import type { RuleMetric, RuleMetricSource } from './rule-metric.ts';
import { spanText } from './words.ts';

export interface TrafficSources extends Pick<ReportSources, 'duck' | 'references' | 'store'> {
  deploy: ReportSources['deploy'] & Pick<DeployPhase, 'traffic'>;
  clock: Clock;
}

/** Requests are counted by the minute of their receipt; so far back are they judged. */
const judgedDays = 30;
/** Columns that an alert names at most. */
const namedColumns = 5;

/** Rows, missing values, latency by event time, and errors by the time of receipt. */
export function trafficMetrics(sources: TrafficSources): RuleMetricSource {
  return async (spec) => {
    const { signature } = await sources.references.of(spec.model, spec.version);
    const inputs = signature.inputs.map(({ name }) => name);
    return [
      rowsMetric(sources),
      missingMetric(sources, 'missing_share', 'Share of values that are missing', inputs),
      ...inputs.map((name) =>
        missingMetric(sources, `missing_share.${name}`, `Share of ${name} that is missing`, [name]),
      ),
      errorMetric(sources),
      ...(['p50', 'p95', 'p99'] as const).map((quantile) => latencyMetric(sources, quantile)),
    ];
  };
}

function rowsMetric(sources: TrafficSources): RuleMetric {
  return {
    name: 'rows',
    says: 'Rows in a window',
    cause: 'quality',
    values: (spec, windows) =>
      withRows(sources, spec, windows, async (rows) => (await rows.byWindow(windows)).map((window) => window.rows)),
  };
}

function missingMetric(sources: TrafficSources, name: string, says: string, inputs: string[]): RuleMetric {
  return {
    name,
    says,
    cause: 'quality',
    format: percent,
    values: (spec, windows) =>
      eachWindow(sources, spec, windows, async (rows, { rows: total }) => {
        const missing = Object.values(await rows.missing(inputs)).reduce((sum, value) => sum + value, 0);
        return missing / (total * inputs.length);
      }),
    explain: async (spec, { from, to }, value, { comparison, bound }) => {
      const found = await withRows(sources, spec, [{ from, to }], (rows) => rows.missing(inputs));
      const all = Object.values(found).reduce((sum, missing) => sum + missing, 0);
      const most = Object.entries(found)
        .filter(([, missing]) => missing > 0)
        .toSorted(([, one], [, other]) => other - one)
        .slice(0, namedColumns);
      return {
        title: `${says}: ${percent(value)}, ${comparison} ${percent(bound)}`,
        detail: `${count(all, 'value')} ${all === 1 ? 'is' : 'are'} missing, ${spanText(from, to)}, version ${spec.version}.`,
        contributions: most.map(([column, missing]) => ({
          kind: 'column' as const,
          name: column,
          share: missing / all,
          says: `${count(missing, 'row')} without a value`,
        })),
      };
    },
  };
}

function errorMetric({ deploy, clock }: TrafficSources): RuleMetric {
  return {
    name: 'error_share',
    says: 'Share of requests that were not answered',
    cause: 'system',
    format: percent,
    dependsOnNow: true,
    range: async (spec) => {
      const now = clock.now();
      const first = Math.max(spec.createdAt, now - judgedDays * dayMilliseconds);
      const { requests } = deploy.traffic(spec.id, first, null);
      return requests === 0 ? null : { first, last: now, rows: requests };
    },
    values: async (spec, windows) =>
      windows.map(({ from, to }) => {
        const { requests, errors } = deploy.traffic(spec.id, from, to);
        return requests === 0 ? null : errors / requests;
      }),
    explain: async (spec, { from, to }, value, { comparison, bound }) => {
      const { requests, errors } = deploy.traffic(spec.id, from, to);
      return {
        title: `${percent(value)} of the requests were not answered, ${comparison} ${percent(bound)}`,
        detail: `${count(errors, 'error')} in ${count(requests, 'request')}, received ${spanText(from, to)}.`,
        contributions: [],
      };
    },
  };
}

function latencyMetric(sources: TrafficSources, quantile: 'p50' | 'p95' | 'p99'): RuleMetric {
  return {
    name: `latency_${quantile}`,
    says: `Latency that ${quantile.slice(1)} % of the requests stay below, in milliseconds`,
    cause: 'system',
    format: (value) => `${figure(value)} ms`,
    values: (spec, windows) => eachWindow(sources, spec, windows, async (_rows, { latency }) => latency[quantile]),
  };
}

/** Works on the rows of the windows' whole range. */
function withRows<Result>(
  { deploy, duck }: TrafficSources,
  spec: DeploymentSpec,
  windows: readonly TimeWindow[],
  work: (rows: LoggedRows) => Promise<Result>,
): Promise<Result> {
  const range = { since: windows[0]?.from ?? 0, until: windows.at(-1)?.to ?? 0 };
  return deploy.readLog(spec.id, range, async (parts) =>
    work(await LoggedRows.of(duck, parts, (number) => deploy.signature(spec.model, number), range)),
  );
}

type Summary = Awaited<ReturnType<LoggedRows['summary']>>;

/** A value of each window that has enough rows. */
async function eachWindow(
  sources: TrafficSources,
  spec: DeploymentSpec,
  windows: readonly TimeWindow[],
  value: (rows: LoggedRows, summary: Summary) => Promise<number | null>,
): Promise<(number | null)[]> {
  const { version } = await sources.references.of(spec.model, spec.version);
  const { minimumRows } = effectiveLimits(version, sources.store.limits(spec.id));
  const values: (number | null)[] = [];
  for (const window of windows) {
    values.push(
      await withRows(sources, spec, [window], async (rows) => {
        const summary = await rows.summary();
        return summary.rows === 0 || summary.rows < minimumRows ? null : value(rows, summary);
      }),
    );
  }
  return values;
}
