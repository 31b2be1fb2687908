import { GalleyError } from '../base/errors.ts';
import { type Frame, type FrameColumn, findColumn } from '../base/frame.ts';
import type { Split } from '../contract/train.ts';
import { requireColumn } from './columns.ts';
import type { DivisionKeys } from './divide.ts';
import { rawValue } from './raw-rows.ts';
import { hashRows, hashShare } from './row-hash.ts';
import { type RowsToldApart, rowUnits } from './row-units.ts';

/**
 * Draws the holdout: true where a row is held out. Drawn over all rows of a version, also those without target, so it
 * depends on dataset, split and seed only and all learners share it.
 * @param frame all columns of the version.
 * @param rows positions of the rows that take part, ascending; `time` takes its share of them.
 * @throws GalleyError `train.unknown_column`, `train.invalid_split`
 */
export function drawHoldout(
  frame: Frame,
  rows: Int32Array,
  split: Split,
  told: RowsToldApart,
): (row: number) => boolean {
  switch (split.kind) {
    case 'every-nth':
      return (row) => row % split.every === 0;
    case 'random':
      return byHash(rowUnits(frame, told), split);
    case 'group':
      return byHash(groupUnits(frame, split.by), split);
    case 'dataset':
      return (row) => row >= (split.after ?? frame.rows);
    case 'stratified':
      return byStratum(frame, rows, split, told);
    case 'column':
      return byValue(frame, split);
    case 'time':
      return byTime(frame, rows, split);
  }
}

/**
 * What rows are kept together by where a part of them is divided again, as they were when the holdout was drawn.
 * @param positions of the part's rows.
 */
export function divisionKeys(frame: Frame, positions: Int32Array, split: Split, told: RowsToldApart): DivisionKeys {
  if (split.kind === 'every-nth') return { ordered: false, keys: Float64Array.from(positions) };
  if (split.kind === 'time') {
    const times = timesOf(frame, split.by);
    return { ordered: true, keys: Float64Array.from(positions, (row) => times[row] as number) };
  }
  const hashes = split.kind === 'group' ? groupUnits(frame, split.by) : rowUnits(frame, told);
  return { ordered: false, keys: Float64Array.from(positions, (row) => hashes[row] as number) };
}

/**
 * Of each value of a column (missing is one) the rows with the smallest shares are held out, as many as its share of them
 * says, rounded. Rows of one content stay together, with the value of the first of them; those of one key may not.
 */
function byStratum(
  frame: Frame,
  rows: Int32Array,
  { by, holdout, seed }: Extract<Split, { kind: 'stratified' }>,
  told: RowsToldApart,
): (row: number) => boolean {
  const hashes = rowUnits(frame, told);
  const ownText = valuesAsText(frame, by);
  const textOf = told.rowIdentity?.by === 'content' ? ofFirst(hashes, ownText) : ownText;
  const shareOf = (row: number) => hashShare(hashes[row] as number, seed);
  const strata = new Map<string, number[]>();
  for (const row of rows) {
    const stratum = strata.get(textOf(row));
    if (stratum) stratum.push(shareOf(row));
    else strata.set(textOf(row), [shareOf(row)]);
  }
  const limits = new Map<string, number>();
  for (const [value, shares] of strata) {
    const sorted = Float64Array.from(shares).sort();
    limits.set(value, sorted[Math.round(sorted.length * holdout)] ?? 1);
  }
  return (row) => shareOf(row) < (limits.get(textOf(row)) ?? 0);
}

/** What the first row of a row's unit has. */
function ofFirst(units: Uint32Array, textOf: (row: number) => string): (row: number) => string {
  const firsts = new Map<number, number>();
  units.forEach((unit, row) => {
    if (!firsts.has(unit)) firsts.set(unit, row);
  });
  return (row) => textOf(firsts.get(units[row] as number) as number);
}

/** @throws GalleyError `train.invalid_split` for values that no row has. */
function byValue(frame: Frame, { by, values }: Extract<Split, { kind: 'column' }>): (row: number) => boolean {
  const textOf = valuesAsText(frame, by);
  const held = new Set(values);
  const isHeldOut = Uint8Array.from({ length: frame.rows }, (_, row) => Number(held.has(textOf(row))));
  if (isHeldOut.includes(1)) return (row) => isHeldOut[row] === 1;
  const message = `No row has ${values.map((value) => `"${value}"`).join(' or ')} in "${by}".`;
  throw new GalleyError('train.invalid_split', message, { details: { column: by, values } });
}

/** Values as they are written: '' for missing, booleans as true and false, times in ISO 8601. */
function valuesAsText(frame: Frame, by: string): (row: number) => string {
  requireColumn(frame.columns, by);
  const column = findColumn(frame, by) as FrameColumn;
  if (column.kind === 'text') return (row) => column.values[row] ?? '';
  return (row) => String(rawValue(column, row) ?? '');
}

/** A hash a row: that of its group. @throws GalleyError `train.unknown_column` */
export function groupUnits(frame: Frame, by: string): Uint32Array {
  requireColumn(frame.columns, by);
  return hashRows({ rows: frame.rows, columns: frame.columns.filter(({ name }) => name === by) });
}

function byHash(hashes: Uint32Array, { holdout, seed }: { holdout: number; seed: number }): (row: number) => boolean {
  return (row) => hashShare(hashes[row] as number, seed) < holdout;
}

/** Rows of one time stay together: those from the time on at which the share begins. Missing times are trained on. */
function byTime(frame: Frame, rows: Int32Array, split: Extract<Split, { kind: 'time' }>): (row: number) => boolean {
  const values = timesOf(frame, split.by);
  const times = Float64Array.from(rows, (row) => values[row] as number)
    .filter((time) => !Number.isNaN(time))
    .sort();
  const begin = times[Math.min(times.length - 1, Math.floor(times.length * (1 - split.holdout)))];
  return begin === undefined ? () => false : (row) => (values[row] as number) >= begin;
}

/** The values of a column that has an order. @throws GalleyError `train.unknown_column`, `train.invalid_split` */
export function timesOf(frame: Frame, by: string): Float64Array {
  requireColumn(frame.columns, by);
  const column = findColumn(frame, by);
  if (column === undefined || column.kind === 'text' || column.type === 'boolean') {
    throw new GalleyError('train.invalid_split', `"${by}" is text or boolean; a split by time needs an order.`, {
      details: { column: by },
    });
  }
  return column.values;
}
