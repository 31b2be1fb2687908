/** How many positive and negative rows have a score of at least `score`, one entry per distinct score. */
export interface RankingSteps {
  /** Distinct scores, descending. */
  scores: Float64Array;
  truePositives: Float64Array;
  falsePositives: Float64Array;
  positives: number;
  negatives: number;
}

/**
 * Cumulated counts over the distinct scores from the highest down: what ROC, precision-recall and their areas are made of.
 * Positive and negative scores are sorted apart, which is quicker than sorting row numbers.
 * @param isPositive whether the row belongs to the positive class.
 */
export function rankingSteps(scores: Float64Array, isPositive: (row: number) => boolean): RankingSteps {
  const rows = scores.length;
  const positiveScores = new Float64Array(rows);
  const negativeScores = new Float64Array(rows);
  let positives = 0;
  let negatives = 0;
  for (let row = 0; row < rows; row++) {
    const score = scores[row] as number;
    if (isPositive(row)) positiveScores[positives++] = score;
    else negativeScores[negatives++] = score;
  }
  const high = positiveScores.subarray(0, positives).sort();
  const low = negativeScores.subarray(0, negatives).sort();
  return { ...mergeDescending(high, low), positives, negatives };
}

function mergeDescending(high: Float64Array, low: Float64Array) {
  const distinct = new Float64Array(high.length + low.length);
  const truePositives = new Float64Array(distinct.length);
  const falsePositives = new Float64Array(distinct.length);
  let steps = 0;
  let nextHigh = high.length - 1;
  let nextLow = low.length - 1;
  while (nextHigh >= 0 || nextLow >= 0) {
    const score = Math.max(high[nextHigh] ?? Number.NEGATIVE_INFINITY, low[nextLow] ?? Number.NEGATIVE_INFINITY);
    while (nextHigh >= 0 && high[nextHigh] === score) nextHigh--;
    while (nextLow >= 0 && low[nextLow] === score) nextLow--;
    distinct[steps] = score;
    truePositives[steps] = high.length - 1 - nextHigh;
    falsePositives[steps] = low.length - 1 - nextLow;
    steps++;
  }
  return {
    scores: distinct.subarray(0, steps),
    truePositives: truePositives.subarray(0, steps),
    falsePositives: falsePositives.subarray(0, steps),
  };
}

/** Area under the ROC curve (trapezoids, ties count half); null unless there are positive and negative rows. */
export function areaUnderRoc({ truePositives, falsePositives, positives, negatives }: RankingSteps): number | null {
  if (positives === 0 || negatives === 0) return null;
  let doubledArea = 0;
  let lastTrue = 0;
  let lastFalse = 0;
  for (let step = 0; step < truePositives.length; step++) {
    const nextTrue = truePositives[step] as number;
    const nextFalse = falsePositives[step] as number;
    doubledArea += (nextFalse - lastFalse) * (nextTrue + lastTrue);
    lastTrue = nextTrue;
    lastFalse = nextFalse;
  }
  return doubledArea / (2 * positives * negatives);
}

/** Sum of precision times the step of recall, without interpolation; null without positive rows. */
export function averagePrecision({ truePositives, falsePositives, positives }: RankingSteps): number | null {
  if (positives === 0) return null;
  let area = 0;
  let lastTrue = 0;
  for (let step = 0; step < truePositives.length; step++) {
    const hits = truePositives[step] as number;
    area += ((hits - lastTrue) * hits) / (hits + (falsePositives[step] as number));
    lastTrue = hits;
  }
  return area / positives;
}
