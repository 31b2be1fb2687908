import type { RankingMetric } from '../metrics.ts';

/** A trial that was on folds with everything. */
export interface Finished {
  trial: number;
  /** Of each fold, in their order; null where the time was up before it. */
  folds: readonly (number | null)[];
  /** Place of the learner among all, simplest first. */
  learnerRank: number;
  /** Bytes of a fitted model. */
  size: number;
}

export interface FoldSummary {
  score: number;
  /** Standard deviation of the folds / sqrt(folds); 0 where there is one. */
  standardError: number;
}

/** Of the folds that have a score; there must be one. */
export function summariseFolds(folds: readonly (number | null)[]): FoldSummary {
  const scores = folds.filter((score) => score !== null);
  const score = scores.reduce((sum, value) => sum + value, 0) / scores.length;
  if (scores.length < 2) return { score, standardError: 0 };
  const squares = scores.reduce((sum, value) => sum + (value - score) ** 2, 0);
  return { score, standardError: Math.sqrt(squares / (scores.length - 1) / scores.length) };
}

/**
 * The one with the best mean over all folds; the simpler, then the earlier one where they are equal. One that was not on
 * all folds, for want of time, has to be better on those it shares with the best by more than the best's standard error.
 */
export function chooseBest<One extends Finished>(finished: readonly One[], metric: RankingMetric): One | undefined {
  const most = Math.max(...finished.map(foldsOf));
  const whole = finished.filter((one) => foldsOf(one) === most);
  const [best] = whole.toSorted((left, right) => gain(right, left, metric) || simplerFirst(left, right));
  return finished.reduce(
    (leader, one) =>
      leader && foldsOf(one) < most && gain(one, leader, metric) > summariseFolds(leader.folds).standardError
        ? one
        : leader,
    best,
  );
}

/**
 * The simplest one that is no worse than the best by more than the best's own standard error (Breiman, Friedman, Olshen,
 * Stone 1984). Simpler is the learner that stands earlier among all, then the smaller model, then the better one.
 */
export function chooseSimplest<One extends Finished>(finished: readonly One[], best: One, metric: RankingMetric): One {
  const { standardError } = summariseFolds(best.folds);
  const near = finished.filter((one) => foldsOf(one) >= foldsOf(best) && gain(best, one, metric) <= standardError);
  return near.toSorted((left, right) => simplerFirst(left, right) || gain(right, left, metric))[0] ?? best;
}

function foldsOf({ folds }: Finished): number {
  return folds.filter((score) => score !== null).length;
}

/** How much better the first is on the folds that both were on; 0 where there is none. */
function gain(one: Finished, other: Finished, metric: RankingMetric): number {
  const differences = one.folds.flatMap((score, fold) => {
    const rival = other.folds[fold] ?? null;
    return score === null || rival === null ? [] : [score - rival];
  });
  if (differences.length === 0) return 0;
  const difference = differences.reduce((sum, value) => sum + value, 0) / differences.length;
  return metric.lowerIsBetter ? -difference : difference;
}

function simplerFirst(left: Finished, right: Finished): number {
  return left.learnerRank - right.learnerRank || left.size - right.size || left.trial - right.trial;
}
