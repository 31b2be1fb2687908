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

/** What is left of a sketch where the values may not be known: how many there were. */
export function maskedSketch({ prepared, rows, missing }: ColumnSketch): ColumnSketch {
  const sketch = emptySketch(prepared);
  return Object.assign(sketch, { rows, missing, masked: rows - missing });
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

/** Counts of bins, without what lies in them. */
export interface BinCounts {
  missing?: number;
  masked?: number;
  positiveInfinite?: number;
  negativeInfinite?: number;
  counts: readonly number[];
}

/** A sketch of counts alone. @throws RangeError where they are of other bins */
export function sketchOfCounts(prepared: PreparedColumn, rows: number, counted: BinCounts): ColumnSketch {
  const sketch = emptySketch(prepared);
  if (counted.counts.length !== sketch.counts.length) {
    throw new RangeError(`counts of ${prepared.bins.name} are of other bins`);
  }
  sketch.rows = rows;
  sketch.missing = counted.missing ?? 0;
  sketch.masked = counted.masked ?? 0;
  if (sketch.kind === 'number') {
    sketch.positiveInfinite = counted.positiveInfinite ?? 0;
    sketch.negativeInfinite = counted.negativeInfinite ?? 0;
  }
  sketch.counts.set(counted.counts);
  return sketch;
}

/**
 * The reference's own rows, to compare others with. Texts as its bins count them: of what it has once, as much as a further sample
 * would bring that it has not (Good 1953).
 */
export function sketchOfReference(prepared: PreparedColumn, reference: DriftColumn): ColumnSketch {
  return prepared.kind === 'text' ? sketchOfBins(prepared) : sketchOfColumn(prepared, reference);
}
