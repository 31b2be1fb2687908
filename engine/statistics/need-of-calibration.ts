import { type Random, shuffle } from '../base/random.ts';
import { fitIsotonic, isotonicValues } from './isotonic.ts';
import { areaUnderRoc, rankingSteps } from './ranking.ts';

const splits = 10;
const testShare = 0.1;
const bins = 10;
/** Where the ranking is as good as perfect there is nothing to calibrate on. */
const perfectRanking = 0.999;

/**
 * Whether isotonic calibration makes probabilities truer: NannyML's rule. In ten splits a tenth of the rows, of each class
 * its share, is calibrated by the rest; over all of them together the expected calibration error must be smaller than it is
 * without.
 * @param scores probability of one class, per row. @param isPositive 1 where the row is of that class, else 0
 */
export function needsCalibration(scores: Float64Array, isPositive: Uint8Array, random: Random): boolean {
  const byClass = [0, 1].map((side) => Int32Array.from(scores.keys()).filter((row) => isPositive[row] === side));
  const smaller = Math.min(...byClass.map(({ length }) => length));
  if (smaller < 2) return false;
  const area = areaUnderRoc(rankingSteps(scores, (row) => isPositive[row] === 1)) ?? 0;
  if (area > perfectRanking) return false;
  const tested: Tested = { truth: [], before: [], after: [] };
  for (let split = 0; split < splits; split++) testSplit(scores, isPositive, byClass, random, tested);
  if (tested.truth.length < 4) return false;
  return calibrationError(tested.before, tested.truth) > calibrationError(tested.after, tested.truth);
}

/** Rows of all splits. */
interface Tested {
  truth: number[];
  before: number[];
  after: number[];
}

function testSplit(
  scores: Float64Array,
  isPositive: Uint8Array,
  byClass: readonly Int32Array[],
  random: Random,
  tested: Tested,
): void {
  const test: number[] = [];
  const fit: number[] = [];
  for (const rows of byClass) {
    shuffle(rows, random);
    const count = Math.max(1, Math.round(rows.length * testShare));
    for (const [index, row] of rows.entries()) (index < count ? test : fit).push(row);
  }
  const select = (values: ArrayLike<number>, rows: readonly number[]) => rows.map((row) => values[row] as number);
  const calibration = fitIsotonic(select(scores, fit), select(isPositive, fit));
  const before = select(scores, test);
  tested.truth.push(...select(isPositive, test));
  tested.before.push(...before);
  tested.after.push(...isotonicValues(calibration, before));
}

/** Expected calibration error over bins of equally many rows (Naeini, Cooper, Hauskrecht 2015). */
function calibrationError(scores: readonly number[], truth: readonly number[]): number {
  const order = Int32Array.from(scores.keys()).sort(
    (one, other) => (scores[one] as number) - (scores[other] as number) || one - other,
  );
  const count = order.length <= 2 * bins ? Math.floor(order.length / 2) : bins;
  const width = Math.floor(order.length / count);
  let error = 0;
  for (let bin = 0; bin < count; bin++) {
    const rows = order.subarray(bin * width, bin === count - 1 ? order.length : (bin + 1) * width);
    let gap = 0;
    for (const row of rows) gap += (scores[row] as number) - (truth[row] as number);
    error += Math.abs(gap) / order.length;
  }
  return error;
}
