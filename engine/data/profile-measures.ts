import { sqlName } from '../store/duck.ts';
import type { SchemaColumn } from './schema.ts';

/** An aggregate in SQL, null where the column's type has no such measure. */
export type Measure = string | null;

/** Bins of a histogram. */
export const binCount = 24;
const quantileLevels = [0.05, 0.25, 0.5, 0.75, 0.95];
/** Columns with no more different values than this are counted value by value. */
const mostCounted = { int64: 50, boolean: 2, text: 1000 };

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

/** What is counted in a first pass. */
export function columnMeasures(column: SchemaColumn, exact: boolean) {
  const name = sqlName(column.name);
  const value = numeric(column);
  const isText = column.type === 'text';
  const asText = column.type === 'int64' || column.type === 'decimal' || isTime(column) ? '::VARCHAR' : '';
  return {
    present: `count(${name})::DOUBLE`,
    distinct: `${exact ? `count(DISTINCT ${name})` : `approx_count_distinct(${name})`}::DOUBLE`,
    low: value && `min(${value})`,
    high: value && `max(${value})`,
    minimum: isText ? null : `min(${name})${asText}`,
    maximum: isText ? null : `max(${name})${asText}`,
    zeros: value && !isTime(column) ? `count_if(${name} = 0)::DOUBLE` : null,
    shortest: isText ? `min(length(${name}))::DOUBLE` : null,
    longest: isText ? `max(length(${name}))::DOUBLE` : null,
    meanLength: isText ? `avg(length(${name}))` : null,
  } satisfies Record<string, Measure>;
}

interface Known {
  minimum: number | null;
  /** Maximum minus minimum. */
  range: number;
  distinct: number;
}

/**
 * What is computed in a second pass, once the range is known: mean, deviation and histogram on values scaled to 0..1, so
 * that nothing overflows.
 * @param step every how many rows one counts for the quantiles
 */
export function shapeMeasures(column: SchemaColumn, known: Known, step: number) {
  const name = sqlName(column.name);
  const value = Number.isFinite(known.range) ? numeric(column) : null;
  const scaled = known.range === 0 ? `(${value}) * 0` : `((${value}) - (${known.minimum})) / ${known.range}`;
  const sampled = step > 1 ? ` FILTER (WHERE file_row_number % ${step} = 0)` : '';
  const limit =
    column.type === 'int64' || column.type === 'boolean' || column.type === 'text' ? mostCounted[column.type] : 0;
  const hasMoments = value !== null && !isTime(column);
  return {
    mean: hasMoments ? `avg(${scaled})` : null,
    deviation: hasMoments ? `stddev_pop(${scaled})` : null,
    bins: value && `histogram(least(${binCount - 1}, floor((${scaled}) * ${binCount}))::TINYINT)`,
    quantiles: hasMoments ? `quantile_cont(${value}, [${quantileLevels.join(', ')}])${sampled}` : null,
    frequencies: known.distinct > 0 && known.distinct <= limit ? `histogram(${name}::VARCHAR)` : null,
  } satisfies Record<string, Measure>;
}
