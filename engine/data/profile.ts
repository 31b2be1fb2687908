import type { DuckDBConnection } from '@duckdb/node-api';
import type { ColumnProfile } from '../contract/data.ts';
import { parquetTable, sqlName } from '../store/duck.ts';
import type { SchemaColumn } from './schema.ts';

const bins = 24;
/** Up to so many rows everything is exact. */
const exactRows = 100_000;
const topCount = 10;
/** Texts with more different values are names rather than categories: no top values. */
const mostCategories = 100_000;
/** Integers with more different values are quantities rather than categories. */
const mostIntegerCategories = 50;
const quantileLevels = [0.05, 0.25, 0.5, 0.75, 0.95];

type Row = readonly unknown[];

/** A number to compute with: times in epoch milliseconds, NaN and infinities left out. */
function numeric(column: SchemaColumn): string | undefined {
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
      return undefined;
  }
}

function isTime(column: SchemaColumn): boolean {
  return column.type === 'date' || column.type === 'timestamp';
}

async function firstRow(connection: DuckDBConnection, sql: string): Promise<Row> {
  return (await connection.runAndReadAll(sql)).getRowsJson()[0] as Row;
}

interface Counts {
  rows: number;
  present: number;
  distinct: number;
  minimum: number | null;
  maximum: number | null;
  zeros: number | null;
  lengths: ColumnProfile['lengths'];
}

async function countAll(
  connection: DuckDBConnection,
  table: string,
  schema: readonly SchemaColumn[],
  exact: boolean,
): Promise<Counts[]> {
  const selects = schema.flatMap((column) => {
    const name = sqlName(column.name);
    const value = numeric(column);
    const isText = column.type === 'text';
    return [
      `count(${name})::DOUBLE`,
      `${exact ? `count(DISTINCT ${name})` : `approx_count_distinct(${name})`}::DOUBLE`,
      value ? `min(${value})` : 'NULL',
      value ? `max(${value})` : 'NULL',
      value && !isTime(column) ? `count_if(${name} = 0)::DOUBLE` : 'NULL',
      isText ? `min(length(${name}))::DOUBLE` : 'NULL',
      isText ? `max(length(${name}))::DOUBLE` : 'NULL',
      isText ? `avg(length(${name}))` : 'NULL',
    ];
  });
  const row = await firstRow(connection, `SELECT count(*)::DOUBLE, ${selects.join(', ')} FROM ${table}`);
  return schema.map((_, index) => {
    const [present, distinct, minimum, maximum, zeros, shortest, longest, meanLength] = row.slice(
      1 + index * 8,
      9 + index * 8,
    ) as (number | null)[];
    return {
      rows: Number(row[0]),
      present: present ?? 0,
      distinct: Math.min(distinct ?? 0, present ?? 0),
      minimum: minimum ?? null,
      maximum: maximum ?? null,
      zeros: zeros ?? null,
      lengths:
        typeof shortest === 'number' && typeof longest === 'number' && typeof meanLength === 'number'
          ? { minimum: shortest, maximum: longest, mean: meanLength }
          : null,
    };
  });
}

type Shape = Pick<ColumnProfile, 'mean' | 'standardDeviation' | 'histogram'>;

const noShape: Shape = { mean: null, standardDeviation: null, histogram: [] };

/** Mean, deviation and histogram, computed on values scaled to 0..1 so that nothing overflows. */
async function shapes(
  connection: DuckDBConnection,
  table: string,
  schema: readonly SchemaColumn[],
  counts: readonly Counts[],
): Promise<Shape[]> {
  const spread = counts.map(({ minimum, maximum }) =>
    minimum !== null && maximum !== null ? maximum - minimum : Number.POSITIVE_INFINITY,
  );
  const selects = schema.map((column, index) => {
    const value = numeric(column);
    const range = spread[index] as number;
    if (!value || !Number.isFinite(range)) return 'NULL, NULL, NULL';
    const scaled = range === 0 ? `${value} * 0` : `(${value} - (${counts[index]?.minimum})) / ${range}`;
    return `avg(${scaled}), stddev_pop(${scaled}), histogram(least(${bins - 1}, floor((${scaled}) * ${bins}))::TINYINT)`;
  });
  const row = await firstRow(connection, `SELECT ${selects.join(', ')} FROM ${table}`);
  return schema.map((column, index) => {
    const [mean, deviation, histogram] = row.slice(index * 3, index * 3 + 3);
    const range = spread[index] as number;
    const minimum = counts[index]?.minimum ?? 0;
    if (typeof mean !== 'number' || typeof deviation !== 'number') return noShape;
    const filled = new Map(
      (histogram as { key: unknown; value: unknown }[]).map((bin) => [Number(bin.key), bin.value]),
    );
    const edge = (bin: number) => (bin === bins ? minimum + range : minimum + (range * bin) / bins);
    return {
      mean: isTime(column) ? null : minimum + mean * range,
      standardDeviation: isTime(column) ? null : deviation * range,
      histogram: Array.from({ length: range === 0 ? 1 : bins }, (_, bin) => ({
        from: edge(bin),
        to: range === 0 ? minimum : edge(bin + 1),
        count: Number(filled.get(bin) ?? 0),
      })),
    };
  });
}

/** Quantiles by linear interpolation; of a large table, of about 100,000 rows at equal distances. */
async function quantiles(
  connection: DuckDBConnection,
  table: string,
  schema: readonly SchemaColumn[],
  rows: number,
): Promise<(number[] | null)[]> {
  const columns = schema.map((column) => (isTime(column) ? undefined : numeric(column)));
  if (columns.every((column) => column === undefined)) return schema.map(() => null);
  const step = Math.ceil(rows / exactRows);
  const where = step > 1 ? ` WHERE file_row_number % ${step} = 0` : '';
  const selects = columns.map((value) => (value ? `quantile_cont(${value}, [${quantileLevels.join(', ')}])` : 'NULL'));
  const row = await firstRow(connection, `SELECT ${selects.join(', ')} FROM ${table}${where}`);
  return row.map((values) => (Array.isArray(values) ? values.map(Number) : null));
}

async function topValues(
  connection: DuckDBConnection,
  table: string,
  column: SchemaColumn,
  counts: Counts,
): Promise<ColumnProfile['top']> {
  const limit =
    column.type === 'text'
      ? mostCategories
      : column.type === 'int64'
        ? mostIntegerCategories
        : column.type === 'boolean'
          ? 2
          : 0;
  if (counts.distinct > limit) return [];
  const name = sqlName(column.name);
  const reader = await connection.runAndReadAll(
    `SELECT ${name}::VARCHAR, count(*)::DOUBLE FROM ${table} WHERE ${name} IS NOT NULL` +
      ` GROUP BY ALL ORDER BY 2 DESC, 1 LIMIT ${topCount}`,
  );
  return reader.getRowsJson().map(([value, count]) => ({ value: String(value), count: Number(count) }));
}

async function extremes(
  connection: DuckDBConnection,
  table: string,
  schema: readonly SchemaColumn[],
): Promise<[unknown, unknown][]> {
  const selects = schema.map((column) => {
    const name = sqlName(column.name);
    if (column.type === 'text') return 'NULL, NULL';
    return column.type === 'int64' || isTime(column)
      ? `min(${name})::VARCHAR, max(${name})::VARCHAR`
      : `min(${name}), max(${name})`;
  });
  const row = await firstRow(connection, `SELECT ${selects.join(', ')} FROM ${table}`);
  return schema.map((column, index) => [bound(column, row[index * 2]), bound(column, row[index * 2 + 1])]);
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

/**
 * A small profile of each column of a version. Tables of more than 100,000 rows get estimates where the profile says
 * so: distinct values by HyperLogLog, quantiles from a sample.
 */
export async function profileColumns(
  connection: DuckDBConnection,
  paths: readonly string[],
  schema: readonly SchemaColumn[],
  rows: number,
): Promise<ColumnProfile[]> {
  const table = parquetTable(paths);
  const exact = rows <= exactRows;
  const counts = await countAll(connection, table, schema, exact);
  const ends = await extremes(connection, table, schema);
  const forms = await shapes(connection, table, schema, counts);
  const levels = await quantiles(connection, table, schema, rows);
  const profiles: ColumnProfile[] = [];
  for (const [index, column] of schema.entries()) {
    const counted = counts[index] as Counts;
    profiles.push({
      name: column.name,
      type: column.type,
      rows: counted.rows,
      missing: counted.rows - counted.present,
      zeros: counted.zeros,
      distinct: counted.distinct,
      approximate: !exact,
      minimum: ends[index]?.[0] ?? null,
      maximum: ends[index]?.[1] ?? null,
      ...(forms[index] as Shape),
      quantiles: levels[index] ?? null,
      lengths: counted.lengths,
      top: await topValues(connection, table, column, counted),
    });
  }
  return profiles;
}
