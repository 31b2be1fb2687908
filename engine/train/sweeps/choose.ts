import type { RankingMetric } from '../metrics.ts';

/** A trial whose folds were all fitted with everything. */
export interface Finished {
  trial: number;
  /** Of each fold, in their order. */
  folds: readonly number[];
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

export function summariseFolds(folds: readonly number[]): FoldSummary {
  const score = folds.reduce((sum, value) => sum + value, 0) / folds.length;
  if (folds.length < 2) return { score, standardError: 0 };
  const squares = folds.reduce((sum, value) => sum + (value - score) ** 2, 0);
  return { score, standardError: Math.sqrt(squares / (folds.length - 1) / folds.length) };
}

/** The one with the best mean over the folds; the simpler, then the earlier one where they are equal. */
export function chooseBest<One extends Finished>(finished: readonly One[], metric: RankingMetric): One | undefined {
  return finished.toSorted((left, right) => gain(right, left, metric) || simplerFirst(left, right))[0];
}

/**
 * The simplest one that is no worse than the best by more than the best's own standard error (Breiman, Friedman, Olshen,
 * Stone 1984). Simpler is the learner that stands earlier among all, then the smaller model, then the better one.
 */
export function chooseSimplest<One extends Finished>(finished: readonly One[], best: One, metric: RankingMetric): One {
  const { standardError } = summariseFolds(best.folds);
  const near = finished.filter((one) => gain(best, one, metric) <= standardError);
  return near.toSorted((left, right) => simplerFirst(left, right) || gain(right, left, metric))[0] ?? best;
}

/** How much better the first is. */
function gain(one: Finished, other: Finished, metric: RankingMetric): number {
  const difference = summariseFolds(one.folds).score - summariseFolds(other.folds).score;
  return metric.lowerIsBetter ? -difference : difference;
}

function simplerFirst(left: Finished, right: Finished): number {
  return left.learnerRank - right.learnerRank || left.size - right.size || left.trial - right.trial;
}
