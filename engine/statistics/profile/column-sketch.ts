import type { DriftColumn } from '../drift-sample.ts';
import { NumberSketch, type PreparedNumber, prepareNumber } from './number-sketch.ts';
import type { ColumnBins } from './reference-bins.ts';
import { type PreparedText, prepareText, TextSketch } from './text-sketch.ts';

/** The reference bins of a column, made ready for counting; all sketches of the column share them. */
export type PreparedColumn = PreparedNumber | PreparedText;

/** What is known of many values of a column: a few kilobytes, however many there were. */
export type ColumnSketch = NumberSketch | TextSketch;

/** Of a numeric or a text column; null is missing, undefined masked. */
export type ProfileValue = number | string | null | undefined;

export function prepareColumn(bins: ColumnBins): PreparedColumn {
  return bins.kind === 'number' ? prepareNumber(bins) : prepareText(bins);
}

export function emptySketch(prepared: PreparedColumn): ColumnSketch {
  return prepared.kind === 'number' ? new NumberSketch(prepared) : new TextSketch(prepared);
}

/** Adds a value; one of the wrong kind is missing. */
export function addValue(sketch: ColumnSketch, value: ProfileValue): void {
  if (sketch.kind === 'number') sketch.add(typeof value === 'string' ? null : value);
  else sketch.add(typeof value === 'number' ? null : value);
}

/** @throws RangeError where the two are of different bins */
export function mergeSketch(sketch: ColumnSketch, other: ColumnSketch): void {
  if (sketch.kind === 'number' && other.kind === 'number' && sketch.counts.length === other.counts.length) {
    sketch.merge(other);
  } else if (sketch.kind === 'text' && other.kind === 'text' && sketch.counts.length === other.counts.length) {
    sketch.merge(other);
  } else throw new RangeError(`two sketches of ${sketch.prepared.bins.name} have different bins`);
}

/** Sums up a whole column. */
export function sketchOfColumn(prepared: PreparedColumn, column: DriftColumn): ColumnSketch {
  const sketch = emptySketch(prepared);
  for (const value of column.values) addValue(sketch, value);
  return sketch;
}

/** What bins alone tell of the reference: its counts, without a sketch of its values. */
export function sketchOfBins(prepared: PreparedColumn): ColumnSketch {
  const sketch = emptySketch(prepared);
  const { bins } = prepared;
  sketch.rows = bins.rows;
  sketch.missing = bins.missing;
  sketch.counts.set(bins.counts);
  return sketch;
}
