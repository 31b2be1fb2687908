import { averageRanks } from './correlation.ts';
import { chiSquareSurvival, normalTwoSidedP } from './special-functions.ts';
import { mean, variance } from './summary.ts';

export interface PairedTest {
  statistic: number;
  /** Two-sided. */
  p: number;
}

/**
 * DeLong's test of two areas under the ROC curve on the same rows (DeLong, DeLong, Clarke-Pearson 1988), by midranks (Sun
 * and Xu 2014). @param isPositive whether each row belongs to the positive class.
 * @returns the z of first minus second; null unless there are two rows of either kind, or where the areas cannot differ.
 */
export function deLongTest(
  first: Float64Array,
  second: Float64Array,
  isPositive: (row: number) => boolean,
): (PairedTest & { areas: [number, number] }) | null {
  const rows = Array.from(first.keys());
  const positive = Int32Array.from(rows.filter(isPositive));
  const negative = Int32Array.from(rows.filter((row) => !isPositive(row)));
  if (positive.length < 2 || negative.length < 2) return null;
  const [left, right] = [placements(first, positive, negative), placements(second, positive, negative)];
  const squaredError =
    varianceOfDifference(left.ofPositives, right.ofPositives) / positive.length +
    varianceOfDifference(left.ofNegatives, right.ofNegatives) / negative.length;
  if (!(squaredError > 0)) return null;
  const statistic = (left.area - right.area) / Math.sqrt(squaredError);
  return { statistic, p: normalTwoSidedP(statistic), areas: [left.area, right.area] };
}

/** For each positive the share of negatives below it, for each negative the share of positives above; ties count half. */
function placements(scores: Float64Array, positive: Int32Array, negative: Int32Array) {
  const pick = (rows: Int32Array) => Float64Array.from(rows, (row) => scores[row] as number);
  const [high, low] = [pick(positive), pick(negative)];
  const ranks = averageRanks(joined(high, low));
  const [ownHigh, ownLow] = [averageRanks(high), averageRanks(low)];
  const ofPositives = ownHigh.map((rank, index) => ((ranks[index] as number) - rank) / low.length);
  const ofNegatives = ownLow.map((rank, index) => 1 - ((ranks[high.length + index] as number) - rank) / high.length);
  return { ofPositives, ofNegatives, area: mean(ofPositives) as number };
}

function joined(first: Float64Array, second: Float64Array): Float64Array {
  const both = new Float64Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

function varianceOfDifference(left: Float64Array, right: Float64Array): number {
  const differences = left.map((value, index) => value - (right[index] as number));
  return variance(differences, 1) as number;
}

/**
 * McNemar's test (1947) of two accuracies on the same rows: exact binomial below 25 rows that only one of them got right,
 * else chi-square with the continuity correction of Edwards (1948).
 * @param onlyFirst rows that only the first got right. @param onlySecond the others. @returns null where there are none.
 */
export function mcNemarTest(onlyFirst: number, onlySecond: number): PairedTest | null {
  const rows = onlyFirst + onlySecond;
  if (rows === 0) return null;
  if (rows < 25) {
    const fewer = Math.min(onlyFirst, onlySecond);
    let [term, sum] = [0.5 ** rows, 0];
    for (let hits = 0; hits <= fewer; hits++) {
      sum += term;
      term = (term * (rows - hits)) / (hits + 1);
    }
    return { statistic: fewer, p: Math.min(1, 2 * sum) };
  }
  const statistic = Math.max(0, Math.abs(onlyFirst - onlySecond) - 1) ** 2 / rows;
  return { statistic, p: chiSquareSurvival(statistic, 1) };
}
