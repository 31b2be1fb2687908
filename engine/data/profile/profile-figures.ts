import type { ColumnProfile } from '../../contract/data.ts';
import type { SchemaColumn } from '../schema.ts';
import { binCount, type boundMeasures, type countMeasures, type Span, type shapeMeasures } from './profile-measures.ts';

export const topCount = 10;

type Values<Measures> = Record<keyof Measures, unknown>;
export type BoundValues = Values<ReturnType<typeof boundMeasures>>;

/** What the queries answered about one column. */
export interface Answers {
  bounds: BoundValues;
  span: Span;
  counts: Values<ReturnType<typeof countMeasures>>;
  shape: Values<ReturnType<typeof shapeMeasures>>;
  /** Different values where they were counted once more. */
  recount: unknown;
}

/** A histogram in DuckDB's JSON form. */
type Bins = { key: unknown; value: unknown }[];

/** Times as ISO text, integers as numbers where they are exact, else as text. */
function boundView(column: SchemaColumn, value: unknown): unknown {
  if (value === null) return null;
  switch (column.type) {
    case 'int64':
      return Number.isSafeInteger(Number(value)) ? Number(value) : value;
    case 'decimal':
      return Number(value);
    case 'timestamp':
      return `${String(value).replace(' ', 'T')}Z`;
    default:
      return value;
  }
}

function boundNumber(column: SchemaColumn, value: unknown): number | null {
  if (value === null || column.type === 'text' || column.type === 'boolean') return null;
  if (column.type === 'date' || column.type === 'timestamp') return Date.parse(String(boundView(column, value)));
  return Number(value);
}

/** The span of a column by its bounds. */
export function spanOf(column: SchemaColumn, bounds: BoundValues, hasNonFinite: boolean): Span {
  const minimum = boundNumber(column, bounds.minimum);
  const maximum = boundNumber(column, bounds.maximum);
  const range = minimum === null || maximum === null ? Number.POSITIVE_INFINITY : maximum - minimum;
  return { minimum, range, hasNonFinite };
}

/** True where a bound of a float64 column is NaN or infinite. */
export function hasNonFiniteBound(column: SchemaColumn, bounds: BoundValues): boolean {
  const values = [bounds.minimum, bounds.maximum].filter((value) => value !== null);
  return column.type === 'float64' && !values.every((value) => Number.isFinite(value));
}

function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

/** Values that are not missing, and different ones among them. */
export function countsOf({ counts, recount }: Pick<Answers, 'counts' | 'recount'>): {
  present: number;
  distinct: number;
} {
  const present = Number(counts.present);
  return { present, distinct: Math.min(numberOrNull(recount) ?? Number(counts.distinct), present) };
}

/** The bins of a column; counts of a sample are scaled to all values. */
function histogramOf(bins: Bins, { minimum, range }: Span, scaleTo: number | null): ColumnProfile['histogram'] {
  if (minimum === null) return [];
  const counts = new Map(bins.map((bin) => [Number(bin.key), Number(bin.value)]));
  const counted = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const scale = scaleTo !== null && counted > 0 ? scaleTo / counted : 1;
  const edge = (bin: number) => (bin === binCount ? minimum + range : minimum + range * (bin / binCount));
  return Array.from({ length: range === 0 ? 1 : binCount }, (_, bin) => ({
    from: edge(bin),
    to: range === 0 ? minimum : edge(bin + 1),
    count: Math.round((counts.get(bin) ?? 0) * scale),
  }));
}

/** The most frequent of values that were all counted. */
export function topOf(frequencies: unknown): ColumnProfile['top'] {
  return (frequencies as Bins)
    .map(({ key, value }) => ({ value: String(key), count: Number(value) }))
    .sort((left, right) => right.count - left.count || (left.value < right.value ? -1 : 1))
    .slice(0, topCount);
}

/** The profile of a column from what the queries answered, but for its most frequent values. */
export function figuresOf(
  column: SchemaColumn,
  rows: number,
  isSampled: boolean,
  answers: Answers,
): Omit<ColumnProfile, 'top' | 'approximate'> {
  const { bounds, span, counts, shape } = answers;
  const { present, distinct } = countsOf(answers);
  const mean = numberOrNull(counts.mean);
  const deviation = numberOrNull(counts.deviation);
  return {
    name: column.name,
    type: column.type,
    rows,
    missing: rows - present,
    zeros: numberOrNull(counts.zeros),
    distinct,
    minimum: boundView(column, bounds.minimum ?? counts.least),
    maximum: boundView(column, bounds.maximum ?? counts.greatest),
    mean: mean === null || span.minimum === null ? null : span.minimum + mean * span.range,
    standardDeviation: deviation === null ? null : deviation * span.range,
    quantiles: Array.isArray(shape.quantiles) ? shape.quantiles.map(Number) : null,
    histogram: shape.bins === null ? [] : histogramOf(shape.bins as Bins, span, isSampled ? present : null),
    lengths:
      counts.shortest === null
        ? null
        : { minimum: Number(counts.shortest), maximum: Number(counts.longest), mean: Number(counts.meanLength) },
  };
}
