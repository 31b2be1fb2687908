import type { DuckDBConnection } from '@duckdb/node-api';
import type { ColumnProfile } from '../../contract/data.ts';
import type { ColumnType } from '../../contract/values.ts';
import { parquetTable, sqlName, sqlText } from '../../store/duck.ts';
import type { SchemaColumn } from '../schema.ts';
import {
  type Answers,
  type BoundValues,
  countsOf,
  figuresOf,
  hasNonFiniteBound,
  spanOf,
  topCount,
  topOf,
} from './profile-figures.ts';
import {
  boundMeasures,
  countMeasures,
  type DistinctMethod,
  type Measure,
  recountMeasures,
  type Span,
  shapeMeasures,
} from './profile-measures.ts';
import { isMeasuredHere, shortAnswers } from './short-profile.ts';

/** Up to so many rows nothing is sampled. */
const exactRows = 100_000;
/** Rows of the sample that larger tables are judged by: a median is then off by 0.2 % of the rows. */
const sampleRows = 50_000;
/** Columns that one query measures: counting different values takes some megabytes a column. */
const columnsAtOnce = 25;
/** Of large tables fewer, so that what is computed of a vector of rows stays in the processor's cache … */
const columnsOfLarge = 5;
/** … unless they are so wide that a query takes long to plan. */
const wideColumns = 200;
/** Cells that are brought into memory at a time, where a table is small enough for nothing to be sampled. */
const cellsInMemory = 5_000_000;
const mostColumnsInMemory = 500;
/** Wide tables of so few rows are measured here: a query takes longer to plan for thousands of columns than to run. */
const shortRows = 2000;
/** An estimate of different values below this is replaced by a count, which then costs little. */
const fewDistinct = 20_000;
/** Columns with more different values have quantities or names rather than categories: no top values. */
const mostCategories: Partial<Record<ColumnType, number>> = { text: 100_000, int64: 50, boolean: 2 };

/** A table that is profiled, and how. */
interface Subject {
  connection: DuckDBConnection;
  table: string;
  rows: number;
  isSampled: boolean;
  /** Columns of a sampled table whose different values are few in every part of it, so that counting them costs little. */
  repeating: ReadonlySet<string>;
}

/**
 * Columns that nearly all row groups keep by a dictionary, which DuckDB's writer does where values repeat.
 */
async function repeatingColumns(connection: DuckDBConnection, paths: readonly string[]): Promise<ReadonlySet<string>> {
  const found = await connection.runAndReadAll(
    `SELECT path_in_schema FROM parquet_metadata([${paths.map(sqlText).join(', ')}]) GROUP BY path_in_schema` +
      ' HAVING coalesce(sum(num_values) FILTER (WHERE dictionary_page_offset IS NULL), 0) * 20 < sum(num_values)',
  );
  return new Set(found.getRows().map(([name]) => String(name)));
}

/** How different values of a column are found. */
function distinctMethod({ isSampled, repeating }: Subject, { name, type }: SchemaColumn, span: Span): DistinctMethod {
  const isFew = type === 'boolean' || (type === 'int64' && span.range < fewDistinct) || repeating.has(name);
  return isSampled && !isFew ? 'sample' : 'count';
}

/** Runs the measures of some columns as one query; answers the values by column and measure. */
async function measure<Measures extends Record<string, Measure>>(
  { connection, table }: Pick<Subject, 'connection' | 'table'>,
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
async function frequentValues({ connection, table }: Subject, column: SchemaColumn): Promise<ColumnProfile['top']> {
  const name = sqlName(column.name);
  const reader = await connection.runAndReadAll(
    `SELECT ${name}::VARCHAR, n FROM (SELECT ${name}, count(*)::DOUBLE AS n FROM ${table} WHERE ${name} IS NOT NULL` +
      ` GROUP BY ALL) ORDER BY n DESC, 1 LIMIT ${topCount}`,
  );
  return reader.getRowsJson().map(([value, count]) => ({ value: String(value), count: Number(count) }));
}

function isCategory(column: SchemaColumn, answers: Pick<Answers, 'counts' | 'recount'>): boolean {
  const { present, distinct } = countsOf(answers);
  return present > 0 && distinct <= (mostCategories[column.type] ?? 0);
}

/** Bounds and span of each column; a second query leaves out NaN and infinities where there are some. */
async function spansOf(
  subject: Subject,
  schema: readonly SchemaColumn[],
): Promise<{ bounds: BoundValues; span: Span }[]> {
  const all = await measure(subject, schema, (column) => boundMeasures(column, false));
  const isOdd = schema.map((column, index) => hasNonFiniteBound(column, all[index] as BoundValues));
  const finite = await measure(subject, schema, (column, index) =>
    isOdd[index] ? boundMeasures(column, true) : { minimum: null, maximum: null },
  );
  return schema.map((column, index) => {
    const hasNonFinite = isOdd[index] === true;
    const bounds = (hasNonFinite ? finite : all)[index] as BoundValues;
    return { bounds, span: spanOf(column, bounds, hasNonFinite) };
  });
}

async function answersFor(subject: Subject, schema: readonly SchemaColumn[]): Promise<Answers[]> {
  const { connection, table, rows, isSampled } = subject;
  const spans = await spansOf(subject, schema);
  const spanAt = (index: number) => (spans[index] as (typeof spans)[number]).span;
  const methods = schema.map((column, index) => distinctMethod(subject, column, spanAt(index)));
  const counts = await measure(subject, schema, (column, index) =>
    countMeasures(column, spanAt(index), methods[index] as DistinctMethod),
  );
  const recounts = await measure(subject, schema, (column, index) =>
    recountMeasures(column, methods[index] === 'sample' && Number(counts[index]?.distinct) < fewDistinct),
  );
  const step = Math.ceil(rows / sampleRows);
  const sample = isSampled ? `${table} WHERE file_row_number % ${step} = 0` : table;
  const answers = schema.map((_, index) => ({
    ...(spans[index] as (typeof spans)[number]),
    counts: counts[index] as Answers['counts'],
    recount: recounts[index]?.distinct,
    shape: { bins: null, quantiles: null, frequencies: null } as Answers['shape'],
  }));
  const shapes = await measure({ connection, table: sample }, schema, (column, index) =>
    shapeMeasures(column, spanAt(index), !isSampled && isCategory(column, answers[index] as Answers)),
  );
  return answers.map((answer, index) => ({ ...answer, shape: shapes[index] as Answers['shape'] }));
}

async function profileBatch(subject: Subject, schema: readonly SchemaColumn[]): Promise<ColumnProfile[]> {
  const { rows, isSampled } = subject;
  const answers = await answersFor(subject, schema);
  const profiles: ColumnProfile[] = [];
  for (const [index, column] of schema.entries()) {
    const answer = answers[index] as Answers;
    const { frequencies } = answer.shape;
    const isAsked = isSampled && isCategory(column, answer);
    const top = frequencies !== null ? topOf(frequencies) : isAsked ? await frequentValues(subject, column) : [];
    const figures = figuresOf(column, rows, isSampled, answer);
    profiles.push({ ...figures, approximate: isSampled, top });
  }
  return profiles;
}

async function profileInBatches(subject: Subject, schema: readonly SchemaColumn[]): Promise<ColumnProfile[]> {
  const profiles: ColumnProfile[] = [];
  const atOnce = subject.isSampled && schema.length <= wideColumns ? columnsOfLarge : columnsAtOnce;
  for (let first = 0; first < schema.length; first += atOnce)
    profiles.push(...(await profileBatch(subject, schema.slice(first, first + atOnce))));
  return profiles;
}

/** Columns of a short table, read as they are. */
export async function profileShort(
  { connection, table, rows }: Pick<Subject, 'connection' | 'table' | 'rows'>,
  schema: readonly SchemaColumn[],
): Promise<ColumnProfile[]> {
  const names = schema.map((column) => sqlName(column.name)).join(', ');
  const reader = await connection.runAndReadAll(`SELECT ${names} FROM ${table}`);
  const values = reader.getColumnsJson();
  return schema.map((column, index) => {
    const answers = shortAnswers(column, values[index] ?? []);
    const top = isCategory(column, answers) ? topOf(answers.shape.frequencies) : [];
    return { ...figuresOf(column, rows, false, answers), approximate: false, top };
  });
}

/** A query over a wide file must first read about all its columns: so they are brought into memory, some at a time. */
async function profileSmall(subject: Subject, schema: readonly SchemaColumn[]): Promise<ColumnProfile[]> {
  const { connection, table, rows } = subject;
  const columns = Math.max(1, Math.min(mostColumnsInMemory, Math.floor(cellsInMemory / Math.max(1, rows))));
  if (schema.length <= columns) return profileInBatches(subject, schema);
  const profiles: ColumnProfile[] = [];
  for (let first = 0; first < schema.length; first += columns) {
    const some = schema.slice(first, first + columns);
    if (rows <= shortRows && some.every(isMeasuredHere)) {
      profiles.push(...(await profileShort(subject, some)));
      continue;
    }
    const names = some.map((column) => sqlName(column.name)).join(', ');
    await connection.run(`CREATE OR REPLACE TEMP TABLE profiled AS SELECT ${names} FROM ${table}`);
    profiles.push(...(await profileInBatches({ ...subject, table: 'profiled' }, some)));
  }
  await connection.run('DROP TABLE IF EXISTS profiled');
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
  const isSampled = rows > exactRows;
  const subject: Subject = {
    connection,
    table: parquetTable(paths),
    rows,
    isSampled,
    repeating: isSampled ? await repeatingColumns(connection, paths) : new Set(),
  };
  return isSampled ? profileInBatches(subject, schema) : profileSmall(subject, schema);
}
