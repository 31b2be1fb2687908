import { sqlName } from '../store/duck.ts';
import type { SchemaColumn } from './schema.ts';

/** An aggregate in SQL, null where the column's type has no such measure. */
export type Measure = string | null;

/** Bins of a histogram. */
export const binCount = 24;
/** An estimate below this is replaced by a count, which then costs little. */
const fewDistinct = 20_000;
const quantileLevels = [0.05, 0.25, 0.5, 0.75, 0.95];
/** A number to compute with: times in epoch milliseconds, NaN and infinities left out. */
function numeric(column: SchemaColumn): string | null {
  const name = sqlName(column.name);
  switch (column.type) {
    case 'int64':
    case 'decimal':
      return `${name}::DOUBLE`;
    case 'float64':
      return `CASE WHEN isfinite(${name}) THEN ${name} END`;
    case 'date':
    case 'timestamp':
      return `epoch_us(${name}::TIMESTAMP)::DOUBLE / 1000`;
    default:
      return null;
  }
}

function isTime(column: SchemaColumn): boolean {
  return column.type === 'date' || column.type === 'timestamp';
}

/**
 * How different values are found: counted; from the values whose hash falls into one of 64 classes, off by about
 * 8 / sqrt(distinct values); or by HyperLogLog, which is a tenth off but takes no memory.
 */
export type DistinctMethod = 'count' | 'sample' | 'sketch';

function distinctMeasure(name: string, method: DistinctMethod): string {
  switch (method) {
    case 'count':
      return `count(DISTINCT ${name})::DOUBLE`;
    case 'sample':
      return `count(DISTINCT hash(${name})) FILTER (WHERE ${name} IS NOT NULL AND hash(${name}) & 63 = 0)::DOUBLE * 64`;
    case 'sketch':
      return `approx_count_distinct(${name})::DOUBLE`;
  }
}

/** What is counted in a first pass, over all rows. */
export function columnMeasures(column: SchemaColumn, method: DistinctMethod) {
  const name = sqlName(column.name);
  const value = numeric(column);
  const isText = column.type === 'text';
  const bound = column.type === 'float64' ? value : isText ? null : name;
  const asText = column.type === 'float64' || column.type === 'boolean' ? '' : '::VARCHAR';
  return {
    present: `count(${name})::DOUBLE`,
    distinct: distinctMeasure(name, method),
    minimum: bound && `min(${bound})${asText}`,
    maximum: bound && `max(${bound})${asText}`,
    zeros: value && !isTime(column) ? `count_if(${name} = 0)::DOUBLE` : null,
    shortest: isText ? `min(length(${name}))::DOUBLE` : null,
    longest: isText ? `max(length(${name}))::DOUBLE` : null,
    meanLength: isText ? `avg(length(${name}))` : null,
  } satisfies Record<string, Measure>;
}

/** What the first pass tells of a column. */
export interface Known {
  present: number;
  minimum: number | null;
  /** Maximum minus minimum. */
  range: number;
  distinct: number;
}

/** Values scaled to 0..1, so that nothing overflows; null where the column has no finite range. */
function scaled(column: SchemaColumn, known: Known): string | null {
  const value = Number.isFinite(known.range) ? numeric(column) : null;
  if (value === null) return null;
  return known.range === 0 ? `(${value}) * 0` : `((${value}) - (${known.minimum})) / ${known.range}`;
}

/** Mean and deviation of the scaled values, over all rows; where there are few different values, their number. */
export function momentMeasures(column: SchemaColumn, known: Known, method: DistinctMethod) {
  const value = isTime(column) ? null : scaled(column, known);
  const isRecounted = method === 'sample' && known.distinct < fewDistinct;
  return {
    mean: value && `avg(${value})`,
    deviation: value && `stddev_pop(${value})`,
    distinct: isRecounted ? `count(DISTINCT ${sqlName(column.name)})::DOUBLE` : null,
  } satisfies Record<string, Measure>;
}

/** Quantiles, bins of the scaled values and counts of the values of small categories, over all rows or a sample. */
export function shapeMeasures(column: SchemaColumn, known: Known, counted: boolean) {
  const value = scaled(column, known);
  return {
    bins:
      value &&
      `histogram(least(${binCount - 1}, floor((${value}) * ${binCount}))::TINYINT) FILTER (WHERE (${value}) IS NOT NULL)`,
    quantiles: value && !isTime(column) ? `quantile_cont(${numeric(column)}, [${quantileLevels.join(', ')}])` : null,
    frequencies: counted ? `histogram(${sqlName(column.name)}::VARCHAR)` : null,
  } satisfies Record<string, Measure>;
}
