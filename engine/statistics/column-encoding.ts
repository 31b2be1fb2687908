import type { DriftColumn } from './drift.ts';

/** Columns of any kind as numbers that can be added up. */
export interface ColumnEncoding {
  /** Columns of the same names and kinds as rows x columns, row-major. */
  encode(columns: readonly DriftColumn[]): Float64Array;
}

/**
 * As NannyML prepares columns for principal components: missing numbers become the mean and missing texts the most frequent
 * level of the reference, texts the share that their level has there (0 where it has none), and each column is brought to
 * mean 0 and standard deviation 1 over the reference. Infinities count as missing.
 */
export function fitColumnEncoding(reference: readonly DriftColumn[]): ColumnEncoding {
  const encoders = reference.map((column) =>
    scaled(column, column.kind === 'text' ? byFrequency(column) : byValue(column)),
  );
  return {
    encode(columns) {
      const rows = columns[0]?.values.length ?? 0;
      const encoded = new Float64Array(rows * encoders.length);
      for (const [index, encoder] of encoders.entries()) {
        const values = encoder(columns[index] as DriftColumn);
        for (let row = 0; row < rows; row++) encoded[row * encoders.length + index] = values[row] as number;
      }
      return encoded;
    },
  };
}

type Encoder = (column: DriftColumn) => Float64Array;

function byValue(reference: DriftColumn): Encoder {
  const finite = (reference.values as Float64Array).filter(Number.isFinite);
  const mean = meanOf(finite);
  return ({ values }) => (values as Float64Array).map((value) => (Number.isFinite(value) ? value : mean));
}

function byFrequency(reference: DriftColumn): Encoder {
  const counts = new Map<string, number>();
  for (const value of reference.values as (string | null)[]) {
    if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  // Of levels that are equally frequent the first by code units, as scikit-learn's imputer takes it.
  const [most] = [...counts].sort(([one, first], [other, second]) => second - first || (one < other ? -1 : 1));
  const rows = reference.values.length;
  const missing = rows - [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (most) counts.set(most[0], most[1] + missing);
  const mostFrequent = most?.[0] ?? '';
  return ({ values }) => {
    // A loop: Float64Array.from goes through an iterator, which takes ten times as long.
    const shares = new Float64Array(values.length);
    for (let row = 0; row < shares.length; row++) {
      shares[row] = (counts.get((values[row] as string | null) ?? mostFrequent) ?? 0) / rows;
    }
    return shares;
  };
}

function scaled(reference: DriftColumn, encoder: Encoder): Encoder {
  const values = encoder(reference);
  const mean = meanOf(values);
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  const deviation = Math.sqrt(squares / Math.max(1, values.length));
  const isConstant = deviation <= 10 * Number.EPSILON * Math.abs(mean);
  return (column) => encoder(column).map((value) => (isConstant ? value - mean : (value - mean) / deviation));
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return values.length === 0 ? 0 : sum / values.length;
}
