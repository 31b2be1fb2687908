import type { RowIdentity, Run, Split } from '../../engine/contract/train.ts';
import { formatMetric } from '../ui/figure-words.ts';
import { formatCount, formatNumber, formatPercent, formatQuantity, formatTick } from '../ui/format.ts';
import { isShare, metricTitle } from '../ui/words.ts';

/** Runs from best to worst by their metric; those without a value last. */
export function rankRuns(runs: readonly Run[]): Run[] {
  return [...runs].sort((a, b) => {
    const left = mainValue(a);
    const right = mainValue(b);
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return a.metric.lowerIsBetter ? left - right : right - left;
  });
}

export function mainValue(run: Run): number | null {
  return run.metrics[run.metric.name] ?? null;
}

/** The best finished run that is not the baseline; of a search the best by cross-validation, in which the holdout has no say. */
export function bestRun(runs: readonly Run[]): Run | undefined {
  const ranked = rankRuns(runs.filter((run) => run.status === 'succeeded' && run.learner !== 'baseline'));
  const score = ({ search, metric }: Run) => (metric.lowerIsBetter ? -1 : 1) * (search?.score ?? Number.NaN);
  return ranked.filter(({ search }) => search).toSorted((a, b) => score(b) - score(a))[0] ?? ranked[0];
}

/** The metrics that a table of runs shows beside the one that ranks them. */
export function sideMetrics(run: Run): string[] {
  const wanted = {
    regression: ['r2', 'rmse', 'mae'],
    binary: ['roc_auc', 'accuracy', 'f1', 'log_loss'],
    multiclass: ['accuracy', 'f1', 'log_loss'],
  };
  return wanted[run.task].filter((name) => name !== run.metric.name).slice(0, 2);
}

/** Where an axis for the metric begins and ends: 0 to 1 for scores, else from 0 (or below) to the largest value or interval end. */
export function metricRange(runs: readonly Run[], metric: string): [number, number] {
  if (isShare(metric)) return [0, 1];
  const ends = runs.flatMap((run) => [run.metrics[metric] ?? 0, ...(run.intervals[metric] ?? [])]);
  return [Math.min(...ends, 0), Math.max(...ends, 0) || 1];
}

/** Of learners with many parameters: those that say most. The recipe has all of them. */
const salient: Record<string, readonly string[]> = {
  trees: ['rounds', 'max_leaves', 'learning_rate'],
  forest: ['trees', 'min_samples_leaf'],
  network: ['hidden', 'epochs', 'learning_rate'],
};

/** A learner's parameters in a few words. */
export function describeParameters(run: Run): string {
  if (run.learner === 'baseline')
    return run.task === 'regression' ? 'always the mean' : 'always the most frequent class';
  const told = salient[run.learner];
  return Object.entries(run.params)
    .filter(([name, value]) => (told === undefined ? !isAside(name, value, run.task) : told.includes(name)))
    .map(
      ([name, value]) =>
        `${name.replaceAll('_', ' ')} ${value === 0 && name === 'epochs' ? 'auto' : typeof value === 'number' ? formatTick(value) : value}`,
    )
    .join(', ');
}

/** Parameters that say nothing about this run: how the fit is ended, no share of L1, and the penalty of the other kind of task. */
function isAside(name: string, value: unknown, task: Run['task']): boolean {
  if (name === 'l1_ratio') return value === 0;
  return name === 'max_iterations' || name === 'tolerance' || name === (task === 'regression' ? 'C' : 'alpha');
}

export interface Headline {
  before: string;
  /** Set in bold. */
  figure: string;
  after: string;
  detail: string;
}

/** A headline with its share of the error to be set in bold: "linear cuts the error by", "64 %", "against …". */
export function splitHeadline(title: string): Omit<Headline, 'detail'> {
  const found = /(?:\d+(?:\.\d+)? %|not clearly better)/.exec(title);
  if (!found) return { before: title, figure: '', after: '' };
  const end = found.index + found[0].length;
  return { before: title.slice(0, found.index), figure: found[0], after: title.slice(end) };
}

/** What the best run gains over guessing, in words, with its interval. */
export function headlineOf(best: Run, baseline: Run | undefined): Headline {
  const gain = baseline && gainOverBaseline(best, baseline);
  const main = `${metricTitle(best.metric.name)} ${formatMetric(best.metric.name, mainValue(best))}`;
  if (!baseline || !gain)
    return {
      before: `${best.learner} reaches `,
      figure: main,
      after: '',
      detail: `On ${formatCount(best.rows.holdout)} held-out rows.`,
    };
  const guess = best.task === 'regression' ? 'always guessing the mean' : 'always guessing the most frequent class';
  const detail = [intervalText(gain), measureText(best, baseline), `${main}.`].join(' ');
  if ((gain.interval?.[0] ?? gain.share) <= 0)
    return { before: `${best.learner} is `, figure: 'not clearly better', after: ` than ${guess}`, detail };
  return {
    before: best.task === 'regression' ? `${best.learner} cuts the error by ` : `${best.learner} makes `,
    figure: formatPercent(gain.share),
    after: best.task === 'regression' ? ` against ${guess}` : ` fewer errors than ${guess}`,
    detail,
  };
}

export interface Gain {
  /** Share of the baseline's error that is gone. */
  share: number;
  interval?: [number, number];
}

/** How much less error than the baseline: root mean square error, or wrong classes. */
export function gainOverBaseline(run: Run, baseline: Run): Gain | undefined {
  const error = errorOf(run);
  const reference = errorOf(baseline);
  if (error === undefined || reference === undefined || reference.value <= 0) return undefined;
  const share = 1 - error.value / reference.value;
  if (error.interval === undefined) return { share };
  return { share, interval: [1 - error.interval[1] / reference.value, 1 - error.interval[0] / reference.value] };
}

/** How the rows that judge were set apart. */
export function describeSplit(split: Split): string {
  switch (split.kind) {
    case 'every-nth':
      return `Every ${ordinal(split.every)} row is held out: no learner sees it.`;
    case 'random':
      return `${formatPercent(split.holdout)} of the rows are held out, drawn by a hash, so that a row keeps its side in later versions.`;
    case 'time':
      return `The newest ${formatPercent(split.holdout)} of the rows by ${split.by} are held out, as the future will be.`;
    case 'group':
      return `${formatPercent(split.holdout)} of the groups of ${split.by} are held out, each as a whole.`;
    case 'stratified':
      return `${formatPercent(split.holdout)} of the rows of each ${split.by} are held out, drawn by a hash.`;
    case 'dataset':
      return `${split.reference.split('@')[0]} is held out as a whole: no learner sees it.`;
    case 'column':
      return `The rows with ${split.values.join(' or ')} in ${split.by} are held out.`;
  }
}

const namedColumns = 3;

/** What the hash that divides rows is taken of. */
export function describeRowIdentity({ by, columns }: RowIdentity): string {
  if (by === 'content')
    return `By all that is known of them but what is predicted: ${formatQuantity(columns.length, 'column')}.`;
  return `By ${columns.length <= namedColumns ? columns.join(', ') : formatQuantity(columns.length, 'column')}: rows with the same values stand on one side.`;
}

function errorOf(run: Run): { value: number; interval?: [number, number] } | undefined {
  const name = run.task === 'regression' ? 'rmse' : 'accuracy';
  const value = run.metrics[name];
  if (value === null || value === undefined) return undefined;
  const [low, high] = run.intervals[name] ?? [];
  if (run.task === 'regression')
    return { value, interval: low === undefined || high === undefined ? undefined : [low, high] };
  return { value: 1 - value, interval: low === undefined || high === undefined ? undefined : [1 - high, 1 - low] };
}

function intervalText({ interval }: Gain): string {
  if (interval === undefined) return '';
  return `95 % interval ${formatPercent(interval[0]).replace(' %', '')} to ${formatPercent(interval[1])}.`;
}

function measureText(best: Run, baseline: Run): string {
  const rows = `on ${formatCount(best.rows.holdout)} held-out rows`;
  if (best.task === 'regression')
    return `It is off by ${formatNumber(best.metrics.rmse)} (root mean square) instead of ${formatNumber(baseline.metrics.rmse)}, ${rows}.`;
  return `It gets ${formatPercent(best.metrics.accuracy)} right instead of ${formatPercent(baseline.metrics.accuracy)}, ${rows}.`;
}

function ordinal(value: number): string {
  const words: Record<number, string> = { 2: 'second', 3: 'third', 4: 'fourth', 5: 'fifth', 10: 'tenth' };
  return words[value] ?? `${value}th`;
}
