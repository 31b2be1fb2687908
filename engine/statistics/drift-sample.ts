import { countLevels } from './levels.ts';
import { sortFloats } from './radix-sort.ts';

/** A numeric column to compare; the columns of a frame fit. NaN is missing. */
export interface NumericDriftColumn {
  name: string;
  /** `time`: UTC epoch milliseconds. */
  kind: 'number' | 'time';
  values: Float64Array;
  /** Whether it is a column of whole numbers by its type: Evidently bins such differently. Default false. */
  whole?: boolean;
}

/** A column of texts to compare; null is missing. */
export interface TextDriftColumn {
  name: string;
  kind: 'text';
  values: readonly (string | null)[];
}

export type DriftColumn = NumericDriftColumn | TextDriftColumn;

/** A numeric column without the order of its rows. */
export interface NumericSample {
  name: string;
  kind: 'number' | 'time';
  rows: number;
  missing: number;
  /** Rows of -Infinity and Infinity. */
  infinite: { negative: number; positive: number };
  /** The finite values, ascending. */
  sorted: Float64Array;
  /** Whole numbers by type, none of them missing. */
  whole: boolean;
}

/** A text column without the order of its rows. */
export interface TextSample {
  name: string;
  kind: 'text';
  rows: number;
  missing: number;
  /** Rows per level. */
  counts: ReadonlyMap<string, number>;
}

/** All that is compared of a column of one side. */
export type DriftSample = NumericSample | TextSample;

/** What of a column is compared. Sorts a copy of the numbers. */
export function sampleOf(column: DriftColumn): DriftSample {
  const { name, kind } = column;
  if (kind !== 'text') return numericSample(name, kind, column.values.slice(), column.whole);
  const { counts, missing } = countLevels(column.values);
  return { name, kind, rows: column.values.length, missing, counts };
}

/**
 * A sample of numbers.
 * @param values by row, NaN is missing; they are sorted in place. @param whole see `NumericDriftColumn`
 */
export function numericSample(
  name: string,
  kind: NumericSample['kind'],
  values: Float64Array,
  whole = false,
): NumericSample {
  const infinite = { negative: 0, positive: 0 };
  let finite = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    if (value === Number.POSITIVE_INFINITY) infinite.positive++;
    else if (value === Number.NEGATIVE_INFINITY) infinite.negative++;
    // -0 becomes 0, which is the same number to every statistic.
    else if (!Number.isNaN(value)) values[finite++] = value + 0;
  }
  const missing = values.length - finite - infinite.negative - infinite.positive;
  const sorted = sortFloats(values.subarray(0, finite));
  return { name, kind, rows: values.length, missing, infinite, sorted, whole: whole && missing === 0 };
}
