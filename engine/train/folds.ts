import { GalleyError } from '../base/errors.ts';
import type { Frame } from '../base/frame.ts';
import type { Split } from '../contract/train.ts';
import type { Folds } from '../contract/train-features.ts';
import { hashShare } from './row-hash.ts';
import { type RowsToldApart, rowUnits } from './row-units.ts';
import { groupUnits, timesOf } from './split.ts';
import type { Target } from './task.ts';

/** One division of the training part: rows of the dataset, both ascending. */
export interface Fold {
  training: Int32Array;
  validation: Int32Array;
}

/**
 * Folds that keep apart what the split keeps apart: later rows from earlier ones, groups, equal rows. A split by position
 * keeps no rows together, so that a row of its holdout may have its like among the training rows: folds are like that, too.
 * @param repeats how often they are drawn.
 * @throws GalleyError `train.invalid_folds` where the folds roll forward in time, which they do in one way only.
 */
export function foldsLike(split: Split, folds = 5, repeats = 1): Folds {
  if (split.kind === 'time') {
    if (repeats > 1) throw timeRepeated(repeats);
    return { kind: 'time', by: split.by, folds };
  }
  if (split.kind === 'group') return { kind: 'group', by: split.by, folds, repeats };
  return { kind: 'k-fold', folds, repeats, byPosition: split.kind === 'every-nth' };
}

function timeRepeated(repeats: number): GalleyError {
  const message = 'Folds that roll forward in time cannot be repeated: there is nothing to draw anew.';
  return new GalleyError('train.invalid_folds', message, {
    hint: 'Leave repeats out, or split by something else than time.',
    details: { repeats },
  });
}

/**
 * Divides the training part for cross-validation; the same arguments give the same folds.
 * `k-fold` draws by the rows' hash: equal rows, or rows of one key, stand in one fold (not `byPosition`), and each class
 * is spread evenly.
 * `group` keeps groups whole and the folds equally large. `time` rolls forward: fold i is validated on the (i + 1)-th
 * stretch of time and trained on all before it; rows without a time are always trained on.
 * @param trainingRows ascending, with a target.
 * @throws GalleyError `train.unknown_column`, `train.invalid_folds`
 */
export function drawFolds(
  frame: Frame,
  trainingRows: Int32Array,
  folds: Folds,
  seed: number,
  told: RowsToldApart,
  target: Target,
): Fold[] {
  if (folds.kind === 'time') return rollForward(trainingRows, timesOf(frame, folds.by), folds.folds);
  const own = unitKeys(frame, trainingRows, folds, told);
  const isSpread = folds.kind === 'k-fold' && target.task !== 'regression';
  const labels = Int32Array.from(trainingRows, (row) => (isSpread ? (target.values[row] as number) : 0));
  return Array.from({ length: folds.repeats ?? 1 }, (_, repeat) => repeat).flatMap((repeat) => {
    const units = drawUnits(own, seed + repeat, folds.kind === 'group');
    return splitBy(trainingRows, deal(units, labels, folds.folds), folds.folds);
  });
}

/** Rows with the same key stand in one fold. */
function unitKeys(
  frame: Frame,
  rows: Int32Array,
  folds: Exclude<Folds, { kind: 'time' }>,
  told: RowsToldApart,
): Uint32Array {
  if (folds.kind === 'k-fold' && folds.byPosition) return Uint32Array.from(rows);
  const hashes = folds.kind === 'group' ? groupUnits(frame, folds.by) : rowUnits(frame, told);
  return Uint32Array.from(rows, (row) => hashes[row] as number);
}

/**
 * Rows that stay together, each as places within the training part, in an order that goes by hash and seed alone and not
 * by the order of rows; the largest first where folds are to be equally large.
 */
function drawUnits(hashes: Uint32Array, seed: number, largestFirst: boolean): Uint32Array[] {
  // 64-bit keys, the share above the place, so that the built-in sort of numbers orders both at once.
  const keys = new BigUint64Array(hashes.length);
  const words = new Uint32Array(keys.buffer);
  for (let place = 0; place < hashes.length; place++) {
    words[2 * place] = place;
    words[2 * place + 1] = hashShare(hashes[place] as number, seed) * 2 ** 32;
  }
  keys.sort();
  const places = Uint32Array.from(keys, (_, index) => words[2 * index] as number);
  const units: Uint32Array[] = [];
  for (let begin = 0, end = 1; end <= places.length; end++) {
    if (end < places.length && words[2 * end + 1] === words[2 * begin + 1]) continue;
    units.push(places.subarray(begin, end));
    begin = end;
  }
  return largestFirst ? units.sort((left, right) => right.length - left.length) : units;
}

/**
 * Gives each unit to the fold that has fewest rows with the label of its first row, and of those fewest rows at all.
 * @returns the fold of each place.
 */
function deal(units: readonly Uint32Array[], labels: Int32Array, folds: number): Uint8Array {
  const foldOf = new Uint8Array(labels.length);
  const totals = new Float64Array(folds);
  const labelCount = labels.reduce((most, label) => Math.max(most, label), 0) + 1;
  const counts = new Float64Array(labelCount * folds);
  for (const unit of units) {
    const start = (labels[unit[0] as number] as number) * folds;
    let best = 0;
    for (let fold = 1; fold < folds; fold++) {
      const fewer = (counts[start + fold] as number) - (counts[start + best] as number);
      if (fewer < 0 || (fewer === 0 && (totals[fold] as number) < (totals[best] as number))) best = fold;
    }
    for (const place of unit) {
      foldOf[place] = best;
      const counted = (labels[place] as number) * folds + best;
      counts[counted] = (counts[counted] as number) + 1;
    }
    totals[best] = (totals[best] as number) + unit.length;
  }
  return foldOf;
}

function splitBy(rows: Int32Array, foldOf: Uint8Array, folds: number): Fold[] {
  return Array.from({ length: folds }, (_, fold) => {
    return checked({
      training: rows.filter((_, place) => foldOf[place] !== fold),
      validation: rows.filter((_, place) => foldOf[place] === fold),
    });
  });
}

function rollForward(rows: Int32Array, times: Float64Array, folds: number): Fold[] {
  const sorted = Float64Array.from(rows, (row) => times[row] as number)
    .filter((time) => !Number.isNaN(time))
    .sort();
  const begins = Array.from({ length: folds + 1 }, (_, stretch) => {
    return sorted[Math.floor((stretch * sorted.length) / (folds + 1))] as number;
  });
  return Array.from({ length: folds }, (_, fold) => {
    const begin = begins[fold + 1] as number;
    const end = begins[fold + 2] ?? Number.POSITIVE_INFINITY;
    const isIn = (row: number) => (times[row] as number) >= begin && (times[row] as number) < end;
    return checked({
      training: rows.filter((row) => !((times[row] as number) >= begin)),
      validation: rows.filter(isIn),
    });
  });
}

function checked(fold: Fold): Fold {
  if (fold.training.length > 0 && fold.validation.length > 0) return fold;
  const message = 'A fold would be empty: there are fewer different rows, groups or times than folds.';
  throw new GalleyError('train.invalid_folds', message);
}
