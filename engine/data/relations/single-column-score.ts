import type { Categories } from '../../statistics/association.ts';
import { areaUnderRoc, rankingSteps } from '../../statistics/ranking.ts';
import { type RelationColumn, withMissing } from './relation-columns.ts';

const folds = 5;
/** A number is told by the mean of so many nearest rows of the other folds. */
const neighbours = 10;
const mostRows = 20_000;
/** Weight of the overall mean in the mean of a category, in rows. */
const priorRows = 1;

/** The target as one or more numbers to predict: itself, or one indicator a class. */
interface Goal {
  by: 'auc' | 'r2';
  indicators: Float64Array[];
}

/** A number that has nothing to do with where the row stands, so that the order of the rows tells nothing. */
function scattered(row: number): number {
  const mixed = Math.imul((row + 1) ^ ((row + 1) >>> 16), 0x21f0aaad);
  return Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97) >>> 0;
}

function foldOf(row: number): number {
  return (scattered(row) >>> 8) % folds;
}

function goalOf(target: RelationColumn, isClass: boolean, rows: readonly number[]): Goal {
  const { categories, values } = target;
  if (!isClass)
    return { by: 'r2', indicators: [Float64Array.from(rows, (row) => (values as Float64Array)[row] as number)] };
  const { codes, levels } = categories as Categories;
  const classes = levels === 2 ? [1] : Array.from({ length: levels }, (_, level) => level);
  return {
    by: 'auc',
    indicators: classes.map((level) => Float64Array.from(rows, (row) => (codes[row] === level ? 1 : 0))),
  };
}

/** Out-of-fold predictions: the mean of the category in the other folds, drawn a little to the mean of all. */
function byCategory(codes: Int32Array, levels: number, goal: Float64Array): Float64Array {
  const sums = Array.from({ length: folds + 1 }, () => new Float64Array(levels));
  const counts = Array.from({ length: folds + 1 }, () => new Float64Array(levels));
  let total = 0;
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number;
    for (const slot of [foldOf(row), folds]) {
      (sums[slot] as Float64Array)[code] = ((sums[slot] as Float64Array)[code] as number) + (goal[row] as number);
      (counts[slot] as Float64Array)[code] = ((counts[slot] as Float64Array)[code] as number) + 1;
    }
    total += goal[row] as number;
  }
  const mean = total / codes.length;
  return goal.map((_, row) => {
    const code = codes[row] as number;
    const own = foldOf(row);
    const sum = (sums[folds]?.[code] as number) - (sums[own]?.[code] as number);
    const count = (counts[folds]?.[code] as number) - (counts[own]?.[code] as number);
    return (sum + priorRows * mean) / (count + priorRows);
  });
}

/** Out-of-fold predictions: the mean of the nearest rows of the other folds; where the number is missing, of the missing. */
function byNumber(values: Float64Array, goal: Float64Array): Float64Array {
  const order = Int32Array.from(values.keys()).filter((row) => !Number.isNaN(values[row]));
  order.sort((a, b) => (values[a] as number) - (values[b] as number) || scattered(a) - scattered(b));
  const missing = Int32Array.from(values, (value) => (Number.isNaN(value) ? 1 : 0));
  const predicted = byCategory(missing, 2, goal);
  for (let place = 0; place < order.length; place++) {
    const row = order[place] as number;
    const own = foldOf(row);
    let below = place - 1;
    let above = place + 1;
    let sum = 0;
    let found = 0;
    while (found < neighbours && (below >= 0 || above < order.length)) {
      const down =
        below >= 0 ? (values[row] as number) - (values[order[below] as number] as number) : Number.POSITIVE_INFINITY;
      const up =
        above < order.length
          ? (values[order[above] as number] as number) - (values[row] as number)
          : Number.POSITIVE_INFINITY;
      const other = order[down <= up ? below-- : above++] as number;
      if (foldOf(other) === own) continue;
      sum += goal[other] as number;
      found++;
    }
    if (found > 0) predicted[row] = sum / found;
  }
  return predicted;
}

function rSquared(goal: Float64Array, predicted: Float64Array): number | null {
  const mean = goal.reduce((sum, value) => sum + value, 0) / goal.length;
  const total = goal.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const rest = goal.reduce((sum, value, row) => sum + (value - (predicted[row] as number)) ** 2, 0);
  return total > 0 && Number.isFinite(total) ? 1 - rest / total : null;
}

/**
 * How well one column alone tells the target in rows that were held back (five folds): the ROC AUC (macro mean of each
 * class against the rest where there are more than two), or R². At most 20,000 rows, evenly taken.
 */
export function singleColumnScore(column: RelationColumn, target: RelationColumn, isClass: boolean): number | null {
  const all = (target.categories?.codes ?? target.values ?? []).length;
  const known: number[] = [];
  for (let row = 0; row < all; row++) {
    const isKnown = isClass
      ? ((target.categories as Categories).codes[row] as number) >= 0
      : !Number.isNaN(target.values?.[row]);
    if (isKnown) known.push(row);
  }
  const step = Math.max(1, Math.ceil(known.length / mostRows));
  const rows = known.filter((_, index) => index % step === 0);
  const goal = goalOf(target, isClass, rows);
  const counted = column.categories && withMissing(column.categories);
  const codes = counted && Int32Array.from(rows, (row) => counted.codes[row] as number);
  const values = column.values && Float64Array.from(rows, (row) => (column.values as Float64Array)[row] as number);
  const scores = goal.indicators.map((indicator) => {
    const predicted =
      codes && counted ? byCategory(codes, counted.levels, indicator) : byNumber(values as Float64Array, indicator);
    if (goal.by === 'r2') return rSquared(indicator, predicted);
    return areaUnderRoc(rankingSteps(predicted, (row) => indicator[row] === 1));
  });
  const present = scores.filter((score) => score !== null);
  return present.length === 0 ? null : present.reduce((sum, score) => sum + score, 0) / present.length;
}
