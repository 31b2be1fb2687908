import { sqlName } from '../../store/duck.ts';
import type { SchemaColumn } from '../schema.ts';

/** An aggregate in SQL, null where the column's type has no such measure. */
export type Measure = string | null;

/** Bins of a histogram. */
export const binCount = 24;
export const quantileLevels = [0.05, 0.25, 0.5, 0.75, 0.95];

/**
 * How different values are found: counted, or from the values whose hash falls into one of 64 classes, which is off by
 * about 8 / sqrt(distinct values).
 */
export type DistinctMethod = 'count' | 'sample';

/** What the first pass tells of the values of a column, as numbers; of times in epoch milliseconds. */
export interface Span {
  /** Null where there are no values, or none that are numbers. */
  minimum: number | null;
  /** Maximum minus minimum, infinite where that is no number. */
  range: number;
  /** True where NaN or infinities are among the values: they are left out of every figure. */
  hasNonFinite: boolean;
}

export function isTime(column: SchemaColumn): boolean {
  return column.type === 'date' || column.type === 'timestamp';
}

/** A number to compute with: times in epoch milliseconds, NaN and infinities left out. */
function numeric(column: SchemaColumn, hasNonFinite: boolean): string | null {
  const name = sqlName(column.name);
  switch (column.type) {
    case 'int64':
    case 'decimal':
      return `${name}::DOUBLE`;
    case 'float64':
      return hasNonFinite ? `CASE WHEN isfinite(${name}) THEN ${name} END` : name;
    case 'date':
    case 'timestamp':
      return `epoch_us(${name}::TIMESTAMP)::DOUBLE / 1000`;
    default:
      return null;
  }
}

/** Values scaled to 0..1, so that nothing overflows; null where the column has no finite range. */
function scaled(column: SchemaColumn, span: Span): string | null {
  const value = Number.isFinite(span.range) ? numeric(column, span.hasNonFinite) : null;
  if (value === null) return null;
  return span.range === 0 ? `(${value}) * 0` : `((${value}) - (${span.minimum})) / ${span.range}`;
}

/**
 * Smallest and largest value, not of texts and booleans. DuckDB answers from the statistics in the file, as long as it
 * is asked for nothing else.
 */
export function boundMeasures(column: SchemaColumn, onlyFinite: boolean) {
  if (column.type === 'text' || column.type === 'boolean')
    return { minimum: null, maximum: null } satisfies Record<string, Measure>;
  const value = onlyFinite ? (numeric(column, true) as string) : sqlName(column.name);
  const asText = column.type === 'float64' ? '' : '::VARCHAR';
  return { minimum: `min(${value})${asText}`, maximum: `max(${value})${asText}` } satisfies Record<string, Measure>;
}

function distinctMeasure(name: string, method: DistinctMethod): string {
  switch (method) {
    case 'count':
      return `count(DISTINCT ${name})::DOUBLE`;
    case 'sample':
      // The class is not that of missing values.
      return `count(DISTINCT hash(${name})) FILTER (WHERE hash(${name}) & 63 = xor(hash(NULL) & 63, 1))::DOUBLE * 64`;
  }
}

/** What is counted over all rows, with mean and deviation of the scaled values. */
export function countMeasures(column: SchemaColumn, span: Span, method: DistinctMethod) {
  const name = sqlName(column.name);
  const isText = column.type === 'text';
  const isBoolean = column.type === 'boolean';
  const isNumber = !isTime(column) && numeric(column, false) !== null;
  const value = isNumber ? scaled(column, span) : null;
  return {
    present: `count(${name})::DOUBLE`,
    distinct: distinctMeasure(name, method),
    least: isBoolean ? `min(${name})` : null,
    greatest: isBoolean ? `max(${name})` : null,
    zeros: isNumber ? `count_if(${name} = 0)::DOUBLE` : null,
    shortest: isText ? `min(length(${name}))::DOUBLE` : null,
    longest: isText ? `max(length(${name}))::DOUBLE` : null,
    meanLength: isText ? `avg(length(${name}))` : null,
    mean: value && `avg(${value})`,
    deviation: value && `stddev_pop(${value})`,
  } satisfies Record<string, Measure>;
}

/** Quantiles, bins of the scaled values and, where asked for, every value with its count; over all rows or a sample. */
export function shapeMeasures(column: SchemaColumn, span: Span, isCounted: boolean) {
  const value = scaled(column, span);
  const bin = `least(${binCount - 1}, floor((${value}) * ${binCount}))::TINYINT`;
  const hasQuantiles = value !== null && !isTime(column);
  return {
    bins: value && `histogram(${bin}) FILTER (WHERE (${value}) IS NOT NULL)`,
    quantiles: hasQuantiles
      ? `quantile_cont(${numeric(column, span.hasNonFinite)}, [${quantileLevels.join(', ')}])`
      : null,
    frequencies: isCounted ? `histogram(${sqlName(column.name)}::VARCHAR)` : null,
  } satisfies Record<string, Measure>;
}

/** Different values, counted. */
export function recountMeasures(column: SchemaColumn, isAsked: boolean) {
  return { distinct: isAsked ? distinctMeasure(sqlName(column.name), 'count') : null } satisfies Record<
    string,
    Measure
  >;
}
