import { GalleyError } from '../base/errors.ts';
import { type Frame, findColumn } from '../base/frame.ts';
import type { Split } from '../contract/train.ts';
import { requireColumn } from './columns.ts';
import type { DivisionKeys } from './divide.ts';
import { hashRows, hashShare } from './row-hash.ts';

/**
 * Draws the holdout: true where a row is held out. Drawn over all rows of a version, also those without target, so it
 * depends on dataset, split and seed only and all learners share it.
 * @param frame all columns of the version.
 * @param rows positions of the rows that take part, ascending; `time` takes its share of them.
 * @param keyColumns columns that name a row; where empty, its content does.
 * @throws GalleyError `train.unknown_column`, `train.invalid_split`
 */
export function drawHoldout(
  frame: Frame,
  rows: Int32Array,
  split: Split,
  keyColumns: readonly string[] = [],
): (row: number) => boolean {
  switch (split.kind) {
    case 'every-nth':
      return (row) => row % split.every === 0;
    case 'random':
      return byHash(hashedColumns(frame, undefined, keyColumns), split);
    case 'group':
      requireColumn(frame.columns, split.by);
      return byHash(hashedColumns(frame, split.by, keyColumns), split);
    case 'time':
      return byTime(frame, rows, split);
  }
}

/**
 * What rows are kept together by where a part of them is divided again, as they were when the holdout was drawn.
 * @param positions of the part's rows.
 */
export function divisionKeys(
  frame: Frame,
  positions: Int32Array,
  split: Split,
  keyColumns: readonly string[],
): DivisionKeys {
  if (split.kind === 'every-nth') return { ordered: false, keys: Float64Array.from(positions) };
  if (split.kind === 'time') {
    const times = timesOf(frame, split.by);
    return { ordered: true, keys: Float64Array.from(positions, (row) => times[row] as number) };
  }
  const hashes = hashRows(hashedColumns(frame, groupColumn(split), keyColumns));
  return { ordered: false, keys: Float64Array.from(positions, (row) => hashes[row] as number) };
}

/** The columns whose values decide the side of a row: that of its group, its key, or all. */
export function hashedColumns(frame: Frame, group: string | undefined, keyColumns: readonly string[]): Frame {
  const isHashed = (name: string) =>
    group === undefined ? keyColumns.length === 0 || keyColumns.includes(name) : name === group;
  return { rows: frame.rows, columns: frame.columns.filter(({ name }) => isHashed(name)) };
}

function groupColumn(split: Split): string | undefined {
  return split.kind === 'group' ? split.by : undefined;
}

function byHash(frame: Frame, { holdout, seed }: { holdout: number; seed: number }): (row: number) => boolean {
  const hashes = hashRows(frame);
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
