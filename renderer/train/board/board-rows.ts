import type { Run } from '../../../engine/contract/train.ts';
import type { FitCurve, SearchSpace, Sweep, Trial } from '../../../engine/contract/train-sweeps.ts';
import type { Metrics } from '../../../engine/contract/values.ts';
import { formatNumber, formatQuantity } from '../../ui/format.ts';
import { metricTitle } from '../../ui/words.ts';
import { describeParameters, mainValue, rankRuns } from '../run-words.ts';

/** A line of the leaderboard: a run, a fit that is under way, or a learner's best trial of a search. */
export interface BoardRow {
  id: string;
  learner: string;
  /** Parameters, or what is being done. */
  note: string;
  value: number | null;
  interval?: readonly number[];
  metrics: Metrics;
  seconds?: number;
  /** Share done of a fit that is under way; undefined where the end is not known. */
  share?: number;
  running: boolean;
  /** What it was chosen as. */
  chip?: string;
  /** Id of the run, once there is one. */
  run?: string;
  /** Held-out rows that the value is measured on. */
  rows?: number;
}

const simplicity = ['baseline', 'linear', 'trees', 'forest', 'network', 'blend'];

/** Finished runs, best first. */
export function rowsOfRuns(runs: readonly Run[]): BoardRow[] {
  const simplest = simplestWithin(runs);
  return rankRuns(runs).map((run) => ({
    id: run.id,
    learner: run.learner,
    note: describeParameters(run),
    value: mainValue(run),
    interval: run.intervals[run.metric.name],
    metrics: run.metrics,
    seconds: run.seconds,
    running: false,
    chip: chipOf(run) ?? (run.id === simplest ? 'simplest of the best' : undefined),
    run: run.id,
    rows: run.rows.holdout,
  }));
}

/** Losses that learners tell while they fit, the most honest first. */
const toldLosses = ['validation_loss', 'oob_loss', 'loss'] as const;

/** Fits of a job that is under way, in the order in which they began: losses of different kinds rank nothing. */
export function rowsOfCurves(curves: readonly FitCurve[]): BoardRow[] {
  return curves
    .filter((curve) => curve.trial === undefined)
    .map((curve) => {
      const metrics = curve.points.at(-1)?.metrics ?? {};
      const told = toldLosses.find((name) => metrics[name] !== undefined);
      const isDone = curve.total > 0 && curve.done >= curve.total;
      return {
        id: curve.learner,
        learner: curve.learner,
        note: told === undefined ? fitNote(curve) : `${fitNote(curve)}; ${metricTitle(told).toLowerCase()}`,
        value: told === undefined ? null : (metrics[told] ?? null),
        metrics,
        share: curve.total > 0 ? Math.min(1, curve.done / curve.total) : undefined,
        running: !isDone,
      };
    });
}

/** The best trial of each learner in a search, by cross-validation, best first. */
export function rowsOfTrials(
  { metric, state }: Pick<Sweep, 'metric' | 'state'>,
  trials: readonly Trial[],
  spaces: Readonly<Record<string, SearchSpace>> = {},
): BoardRow[] {
  const best = new Map<string, Trial>();
  const isBetter = (a: number, b: number) => (metric?.lowerIsBetter ? a < b : a > b);
  for (const trial of trials) {
    const known = best.get(trial.learner);
    if (!known || (trial.score !== null && (known.score === null || isBetter(trial.score, known.score))))
      best.set(trial.learner, trial);
  }
  const tried = (learner: string) => trials.filter((trial) => trial.learner === learner).length;
  const rows = [...best.values()].map((trial): BoardRow => {
    const { value, folds } = measured(trial);
    const parts = [trialNote(trial, spaces[trial.learner]), folds, `${tried(trial.learner)} tried`];
    return {
      id: trial.learner,
      learner: trial.learner,
      note: parts.filter(Boolean).join('; '),
      value,
      interval:
        trial.score === null || trial.standardError === null
          ? undefined
          : [trial.score - 1.96 * trial.standardError, trial.score + 1.96 * trial.standardError],
      metrics: {},
      seconds: trials.filter((one) => one.learner === trial.learner).reduce((sum, one) => sum + one.seconds, 0),
      running: state === 'running' || folds !== undefined,
    };
  });
  return rows.sort((a, b) => {
    if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
    return metric?.lowerIsBetter ? a.value - b.value : b.value - a.value;
  });
}

/** The score of a trial; while folds are missing the mean of those there are, which is then said. */
function measured({ score, folds }: Trial): { value: number | null; folds?: string } {
  const known = folds.filter((fold) => fold !== null);
  if (score !== null || known.length === 0) return { value: score };
  const value = known.reduce((sum, fold) => sum + fold, 0) / known.length;
  return { value, folds: `${formatQuantity(known.length, 'fold')} so far` };
}

/** `learning rate 0.05, leaves 31`: the parameters that were searched, all where it is not known which. */
export function trialNote({ params }: Pick<Trial, 'params'>, space?: SearchSpace): string {
  return Object.entries(params)
    .filter(([name]) => space === undefined || Object.hasOwn(space, name))
    .map(([name, value]) => `${name.replaceAll('_', ' ')} ${typeof value === 'number' ? formatNumber(value) : value}`)
    .join(', ');
}

/** What learners count while they fit. */
const stepWords: Record<string, string> = { linear: 'iteration', trees: 'round', forest: 'tree', network: 'batch' };

function fitNote({ learner, done, total }: FitCurve): string {
  if (total > 0 && done >= total) return 'fitted';
  const step = `${stepWords[learner] ?? 'step'} ${formatNumber(done)}`;
  return total > 0 ? `${step} of ${formatNumber(total)}` : step;
}

const roleWords = { best: 'best', simplest: 'simplest of the best' };

function chipOf({ search }: Run): string | undefined {
  const role = search?.roles.includes('simplest') ? 'simplest' : search?.roles[0];
  return role === undefined || role === 'blend' ? undefined : roleWords[role];
}

/** Id of the simplest run whose value lies within the interval of the best, where that is another one. */
function simplestWithin(runs: readonly Run[]): string | undefined {
  const finished = rankRuns(runs.filter((run) => run.status === 'succeeded' && run.learner !== 'baseline'));
  const [best] = finished;
  const interval = best?.intervals[best.metric.name];
  if (!best || interval === undefined || finished.length < 2) return undefined;
  const [low = Number.NaN, high = Number.NaN] = interval;
  const asGood = finished.filter((run) => {
    const value = mainValue(run);
    return value !== null && value >= low && value <= high;
  });
  return asGood.toSorted((a, b) => rankOf(a) - rankOf(b))[0]?.id;
}

function rankOf({ learner }: Run): number {
  const place = simplicity.indexOf(learner);
  return place < 0 ? simplicity.length : place;
}
