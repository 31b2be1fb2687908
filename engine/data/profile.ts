import type { DuckDBConnection } from '@duckdb/node-api';
import type { ColumnProfile } from '../contract/data.ts';
import { parquetTable, sqlName } from '../store/duck.ts';
import { binCount, columnMeasures, type Measure, shapeMeasures } from './profile-measures.ts';
import type { SchemaColumn } from './schema.ts';

/** Up to so many rows everything is exact. */
const exactRows = 100_000;
const topCount = 10;
/** Texts with more different values are names rather than categories: no top values. */
const mostCategories = 100_000;
/** Columns that one query measures. */
const columnsAtOnce = 100;

/** Runs the measures of some columns as one query; answers the values by column and measure. */
async function measure<Name extends string>(
  connection: DuckDBConnection,
  table: string,
  measures: readonly Record<Name, Measure>[],
): Promise<Record<Name, unknown>[]> {
  const names = Object.keys(measures[0] ?? {}) as Name[];
  const expressions = measures.flatMap((column) => names.map((name) => column[name] ?? 'NULL'));
  const reader = await connection.runAndReadAll(`SELECT ${expressions.join(', ')} FROM ${table}`);
  const row = reader.getRowsJson()[0] as unknown[];
  return measures.map((_, place) => {
    const values = names.map((name, index) => [name, row[place * names.length + index]]);
    return Object.fromEntries(values) as Record<Name, unknown>;
  });
}

/** The most frequent values of a text column with too many for a histogram in one query. */
async function topTexts(
  connection: DuckDBConnection,
  table: string,
  column: SchemaColumn,
): Promise<ColumnProfile['top']> {
  const name = sqlName(column.name);
  const reader = await connection.runAndReadAll(
    `SELECT ${name}, count(*)::DOUBLE FROM ${table} WHERE ${name} IS NOT NULL` +
      ` GROUP BY ALL ORDER BY 2 DESC, 1 LIMIT ${topCount}`,
  );
  return reader.getRowsJson().map(([value, count]) => ({ value: String(value), count: Number(count) }));
}

type Bins = { key: unknown; value: unknown }[];

function topOf(frequencies: Bins): ColumnProfile['top'] {
  return frequencies
    .map(({ key, value }) => ({ value: String(key), count: Number(value) }))
    .sort((left, right) => right.count - left.count || (left.value < right.value ? -1 : 1))
    .slice(0, topCount);
}

/** Times as ISO text, integers as numbers where they are exact, else as text. */
function bound(column: SchemaColumn, value: unknown): unknown {
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

function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function histogramOf(bins: Bins, minimum: number, range: number, count: number): ColumnProfile['histogram'] {
  if (range === 0) return [{ from: minimum, to: minimum, count: Number(bins[0]?.value ?? 0) }];
  const filled = new Map(bins.map((bin) => [Number(bin.key), Number(bin.value)]));
  const edge = (bin: number) => (bin === count ? minimum + range : minimum + (range * bin) / count);
  return Array.from({ length: count }, (_, bin) => ({
    from: edge(bin),
    to: edge(bin + 1),
    count: filled.get(bin) ?? 0,
  }));
}

async function profileBatch(
  connection: DuckDBConnection,
  table: string,
  schema: readonly SchemaColumn[],
  rows: number,
): Promise<ColumnProfile[]> {
  const exact = rows <= exactRows;
  const step = Math.ceil(rows / exactRows);
  const measured = await measure(
    connection,
    table,
    schema.map((column) => columnMeasures(column, exact)),
  );
  const known = measured.map((values) => {
    const present = Number(values.present);
    const minimum = numberOrNull(values.low);
    const maximum = numberOrNull(values.high);
    const range = minimum === null || maximum === null ? Number.POSITIVE_INFINITY : maximum - minimum;
    return { present, minimum, range, distinct: Math.min(Number(values.distinct), present) };
  });
  const shapes = await measure(
    connection,
    table,
    schema.map((column, index) => shapeMeasures(column, known[index] as (typeof known)[number], step)),
  );
  const profiles: ColumnProfile[] = [];
  for (const [index, column] of schema.entries()) {
    const values = measured[index] as (typeof measured)[number];
    const shape = shapes[index] as (typeof shapes)[number];
    const { present, minimum, range, distinct } = known[index] as (typeof known)[number];
    const mean = numberOrNull(shape.mean);
    const deviation = numberOrNull(shape.deviation);
    const isCategory = shape.frequencies !== null;
    const hasTop = isCategory || (column.type === 'text' && distinct <= mostCategories && present > 0);
    profiles.push({
      name: column.name,
      type: column.type,
      rows,
      missing: rows - present,
      zeros: numberOrNull(values.zeros),
      distinct,
      approximate: !exact,
      minimum: bound(column, values.minimum),
      maximum: bound(column, values.maximum),
      mean: mean === null || minimum === null ? null : minimum + mean * range,
      standardDeviation: deviation === null ? null : deviation * range,
      quantiles: Array.isArray(shape.quantiles) ? shape.quantiles.map(Number) : null,
      histogram:
        shape.bins === null || minimum === null ? [] : histogramOf(shape.bins as Bins, minimum, range, binCount),
      lengths:
        values.shortest === null
          ? null
          : { minimum: Number(values.shortest), maximum: Number(values.longest), mean: Number(values.meanLength) },
      top: isCategory ? topOf(shape.frequencies as Bins) : hasTop ? await topTexts(connection, table, column) : [],
    });
  }
  return profiles;
}

/**
 * A small profile of each column of a version. Tables of more than 100,000 rows get estimates where the profile says
 * so: distinct values by HyperLogLog (about 2 % off), quantiles from every k-th row.
 */
export async function profileColumns(
  connection: DuckDBConnection,
  paths: readonly string[],
  schema: readonly SchemaColumn[],
  rows: number,
): Promise<ColumnProfile[]> {
  const table = parquetTable(paths);
  const profiles: ColumnProfile[] = [];
  for (let first = 0; first < schema.length; first += columnsAtOnce) {
    const batch = schema.slice(first, first + columnsAtOnce);
    profiles.push(...(await profileBatch(connection, table, batch, rows)));
  }
  return profiles;
}
