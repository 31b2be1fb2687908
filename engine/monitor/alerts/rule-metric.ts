import type { Alert, AlertCause, Contribution, RuleWindow } from '../../contract/monitor-alerts.ts';
import type { DeploymentSpec } from '../../deploy/index.ts';
import type { TimeWindow } from '../windows.ts';

/** When what a metric is measured on came first and last, UTC epoch milliseconds, and how many rows there are. */
export interface MeasuredRange {
  first: number;
  last: number;
  rows: number;
}

/** What an alert says of a broken window. */
export interface Explanation {
  /** `R² fell to 0.38, below 0.7`; as `says` and the bound where it is left out. */
  title?: string;
  /** What happened, in a sentence. */
  detail: string;
  /** The most first; the shares are of the whole. */
  contributions: Contribution[];
  /** What to look at next, in a sentence; as the cause says where it is left out. */
  lookAt?: string;
}

export type Comparison = 'above' | 'below';

/** One thing that rules may watch. */
export interface RuleMetric {
  /** `drift_share`, `missing_share.age`, `latency_p95`. */
  name: string;
  /** In words, for titles: `share of important columns that drifted`. */
  says: string;
  /** Of its unit: how a value is written. Three digits where it is left out. */
  format?(value: number): string;
  cause: AlertCause;
  /** Values of several windows at once may rest on fewer rows than that of one alone. */
  approximates?: true;
  /** A value changes while nothing comes in. */
  dependsOnNow?: true;
  /** A value of the newest window stands although the window is not over. */
  judgesPartOfWindow?: true;
  /**
   * Values of windows that touch each other, in their order; null where a window has too little to say.
   * @param unit of the windows; undefined for one window of the caller's own
   */
  values(spec: DeploymentSpec, windows: readonly TimeWindow[], unit?: RuleWindow): Promise<(number | null)[]>;
  /** What it is measured on; the rows of the log by event time where it is left out. Null where there is nothing. */
  range?(spec: DeploymentSpec): Promise<MeasuredRange | null>;
  /** Asked for a window that broke a rule. */
  explain?(
    spec: DeploymentSpec,
    window: TimeWindow,
    value: number,
    rule: { comparison: Comparison; bound: number },
  ): Promise<Explanation>;
}

/** The metrics of a deployment: their names may depend on its columns. */
export type RuleMetricSource = (spec: DeploymentSpec) => Promise<RuleMetric[]>;

/** Everything that rules may watch. Each part of the monitor adds what it measures. */
export class RuleMetrics {
  readonly #sources: RuleMetricSource[] = [];

  add(source: RuleMetricSource): void {
    this.#sources.push(source);
  }

  async of(spec: DeploymentSpec): Promise<RuleMetric[]> {
    const lists = await Promise.all(this.#sources.map((source) => source(spec)));
    return lists.flat();
  }
}

/** Where to look first, by cause. */
export const lookAtCause: Record<Alert['cause'], string> = {
  system: 'Look at the server first: its log, its machine, and what was asked of it.',
  quality: 'Look at where the rows come from: a source, a unit or a category may have changed.',
  drift: 'Look at the columns that moved most, then and now, and ask what changed in the world or in their source.',
  performance: 'Look at the slices that lost most, and at what changed since the rows the model was trained on.',
};
