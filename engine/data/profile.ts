import type { DuckDBConnection } from '@duckdb/node-api';
import type { ColumnProfile } from '../contract/data.ts';
import type { ColumnType } from '../contract/values.ts';
import { parquetTable, sqlName } from '../store/duck.ts';
import {
  binCount,
  columnMeasures,
  type DistinctMethod,
  type Known,
  type Measure,
  momentMeasures,
  shapeMeasures,
} from './profile-measures.ts';
import type { SchemaColumn } from './schema.ts';

/** Up to so many rows nothing is sampled. */
const exactRows = 100_000;
const topCount = 10;
/** Columns with more different values have quantities or names rather than categories: no top values. */
const mostCategories: Partial<Record<ColumnType, number>> = { text: 100_000, int64: 50, boolean: 2 };
/** In wider tables columns are only counted: no moments, no histograms. */
const shapedColumns = 1000;
/** Columns that one query measures: counting different values takes 2 MB a column. */
const columnsAtOnce = 100;

/** Runs the measures of some columns as one query; answers the values by column and measure. */
async function measure<Measures extends Record<string, Measure>>(
  connection: DuckDBConnection,
  table: string,
  schema: readonly SchemaColumn[],
  measuresOf: (column: SchemaColumn, index: number) => Measures,
): Promise<Record<keyof Measures, unknown>[]> {
  const measures = schema.map(measuresOf);
  const names = Object.keys(measures[0] ?? {}) as (keyof Measures)[];
  const expressions = measures.flatMap((column) => names.map((name) => column[name] ?? 'NULL'));
  const isEmpty = expressions.every((expression) => expression === 'NULL');
  const sql = `SELECT ${expressions.join(', ')} FROM ${table}`;
  const row = isEmpty ? expressions.map(() => null) : ((await connection.runAndReadAll(sql)).getRowsJson()[0] ?? []);
  return measures.map((_, place) => {
    const values = names.map((name, index) => [name, row[place * names.length + index]]);
    return Object.fromEntries(values) as Record<keyof Measures, unknown>;
  });
}

/** The most frequent values of a column, by a query of its own. */
async function frequentValues(
  connection: DuckDBConnection,
  table: string,
  column: SchemaColumn,
): Promise<ColumnProfile['top']> {
  const name = sqlName(column.name);
  const reader = await connection.runAndReadAll(
    `SELECT ${name}::VARCHAR, n FROM (SELECT ${name}, count(*)::DOUBLE AS n FROM ${table} WHERE ${name} IS NOT NULL` +
      ` GROUP BY ALL) ORDER BY n DESC, 1 LIMIT ${topCount}`,
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

/** The bins of a column; counts of a sample are scaled to all values. */
function histogramOf(bins: Bins, { minimum, range, present }: Known, sampled: boolean): ColumnProfile['histogram'] {
  if (minimum === null) return [];
  const counts = new Map(bins.map((bin) => [Number(bin.key), Number(bin.value)]));
  const counted = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const scale = sampled && counted > 0 ? present / counted : 1;
  const edge = (bin: number) => (bin === binCount ? minimum + range : minimum + range * (bin / binCount));
  return Array.from({ length: range === 0 ? 1 : binCount }, (_, bin) => ({
    from: edge(bin),
    to: range === 0 ? minimum : edge(bin + 1),
    count: Math.round((counts.get(bin) ?? 0) * scale),
  }));
}

type Values<Measures> = Record<keyof Measures, unknown>;

/** What the queries answered about one column. */
interface Answers {
  known: Known;
  counts: Values<ReturnType<typeof columnMeasures>>;
  moments: Values<ReturnType<typeof momentMeasures>>;
  shape: Values<ReturnType<typeof shapeMeasures>>;
}

/** A bound as a number; of times in epoch milliseconds. */
function boundNumber(column: SchemaColumn, value: unknown): number | null {
  if (value === null || column.type === 'text' || column.type === 'boolean') return null;
  if (column.type === 'date' || column.type === 'timestamp') return Date.parse(String(bound(column, value)));
  return Number(value);
}

function knownOf(column: SchemaColumn, counts: Answers['counts']): Known {
  const present = Number(counts.present);
  const minimum = boundNumber(column, counts.minimum);
  const maximum = boundNumber(column, counts.maximum);
  const range = minimum === null || maximum === null ? Number.POSITIVE_INFINITY : maximum - minimum;
  return { present, minimum, range, distinct: Math.min(Number(counts.distinct), present) };
}

/** What the size of the table allows. */
interface Scale {
  rows: number;
  shaped: boolean;
}

function isCategory(column: SchemaColumn, { present, distinct }: Known): boolean {
  return present > 0 && distinct <= (mostCategories[column.type] ?? 0);
}

function profileOf(column: SchemaColumn, { rows, shaped }: Scale, answers: Answers): Omit<ColumnProfile, 'top'> {
  const { known, counts, moments, shape } = answers;
  const { present, minimum, range, distinct } = known;
  const mean = numberOrNull(moments.mean);
  const deviation = numberOrNull(moments.deviation);
  const sampled = rows > exactRows;
  return {
    name: column.name,
    type: column.type,
    rows,
    missing: rows - present,
    zeros: numberOrNull(counts.zeros),
    distinct,
    approximate: sampled || !shaped,
    minimum: bound(column, counts.minimum),
    maximum: bound(column, counts.maximum),
    mean: mean === null || minimum === null ? null : minimum + mean * range,
    standardDeviation: deviation === null ? null : deviation * range,
    quantiles: Array.isArray(shape.quantiles) ? shape.quantiles.map(Number) : null,
    histogram: shape.bins === null ? [] : histogramOf(shape.bins as Bins, known, sampled),
    lengths:
      counts.shortest === null
        ? null
        : { minimum: Number(counts.shortest), maximum: Number(counts.longest), mean: Number(counts.meanLength) },
  };
}

async function profileBatch(
  connection: DuckDBConnection,
  table: string,
  schema: readonly SchemaColumn[],
  scale: Scale,
): Promise<ColumnProfile[]> {
  const { rows, shaped } = scale;
  const exact = rows <= exactRows;
  const method: DistinctMethod = !shaped ? 'sketch' : exact ? 'count' : 'sample';
  const step = Math.ceil(rows / exactRows);
  const sample = exact ? table : `${table} WHERE file_row_number % ${step} = 0`;
  const counts = await measure(connection, table, schema, (column) => columnMeasures(column, method));
  const known = schema.map((column, index) => {
    const facts = knownOf(column, counts[index] as Answers['counts']);
    return shaped ? facts : { ...facts, range: Number.POSITIVE_INFINITY };
  });
  const moments = await measure(connection, table, schema, (column, index) =>
    momentMeasures(column, known[index] as Known, method),
  );
  for (const [index, facts] of known.entries())
    facts.distinct = numberOrNull(moments[index]?.distinct) ?? facts.distinct;
  const shapes = await measure(connection, sample, schema, (column, index) =>
    shapeMeasures(column, known[index] as Known, exact && shaped && isCategory(column, known[index] as Known)),
  );
  const profiles: ColumnProfile[] = [];
  for (const [index, column] of schema.entries()) {
    const answers = {
      known: known[index],
      counts: counts[index],
      moments: moments[index],
      shape: shapes[index],
    } as Answers;
    const frequencies = answers.shape.frequencies as Bins | null;
    const asked = !exact && shaped && isCategory(column, answers.known);
    const top = frequencies ? topOf(frequencies) : asked ? await frequentValues(connection, table, column) : [];
    profiles.push({ ...profileOf(column, scale, answers), top });
  }
  return profiles;
}

/**
 * A small profile of each column of a version. Tables of more than 100,000 rows get estimates where the profile says
 * so: many different values from a sample of their hashes, quantiles and histograms from every k-th row.
 */
export async function profileColumns(
  connection: DuckDBConnection,
  paths: readonly string[],
  schema: readonly SchemaColumn[],
  rows: number,
): Promise<ColumnProfile[]> {
  const table = parquetTable(paths);
  const scale = {
    rows,
    shaped: schema.length <= shapedColumns,
  };
  const profiles: ColumnProfile[] = [];
  for (let first = 0; first < schema.length; first += columnsAtOnce) {
    const batch = schema.slice(first, first + columnsAtOnce);
    profiles.push(...(await profileBatch(connection, table, batch, scale)));
  }
  return profiles;
}
