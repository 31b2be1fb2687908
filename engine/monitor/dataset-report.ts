import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { GalleyError } from '../base/errors.ts';
import type { Frame, FrameColumn } from '../base/frame.ts';
import type { ColumnDrift, MonitorReport } from '../contract/monitor.ts';
import type { ColumnType } from '../contract/values.ts';
import { type DataPhase, type ReadableVersion, withTableFile } from '../data/index.ts';
import type { EngineContext } from '../jobs/context.ts';
import type { DriftColumn, DriftDefinition } from '../statistics/drift.ts';
import { parquetTable, sqlName, sqlText } from '../store/duck.ts';
import { readFrame } from '../store/frames.ts';
import { compareColumns, driftedShare } from './drift.ts';
import { driftColumn, thinned } from './drift-columns.ts';
import { isFile, unreadable } from './given-file.ts';

type SchemaColumn = ReadableVersion['schema'][number];

/** Rows to compare, as Parquet files. */
interface Rows {
  paths: string[];
  columns: string[];
}

/** What a comparison finds. */
interface Compared {
  rows: number;
  drifts: ColumnDrift[];
  missing: Record<string, number>;
}

/** Share of the columns that may drift; there is no deployment whose limits would say. */
const driftShare = 0.5;
const minimumRows = 30;
/** Cells that are read at once; a wide table is not read column by column, a long one not as a whole. */
const cellsAtOnce = 4_000_000;
/** Of larger datasets so many rows are compared, spread evenly over them. */
const comparedRows = 500_000;

/**
 * Compares two dataset versions, or one and a file, column by column as the reference types them.
 * @param current a dataset version, or the path of a CSV, Parquet or NDJSON file
 * @throws GalleyError of the data phase; `monitor.nothing_to_compare`, `monitor.unreadable_file`
 */
export async function reportOfDatasets(
  context: EngineContext,
  data: Pick<DataPhase, 'open'>,
  { reference, current, definition }: { reference: string; current: string; definition: DriftDefinition },
): Promise<MonitorReport> {
  const version = await data.open(reference);
  const { rows, drifts, missing } = isFile(current)
    ? await withFileRows(context, current, version, (file) => compare(context, version, file, definition))
    : await compare(context, version, datasetRows(await data.open(current)), definition);
  const share = driftedShare(drifts);
  return {
    deployment: null,
    model: null,
    version: null,
    metric: { name: '', lowerIsBetter: false },
    limits: null,
    since: null,
    until: null,
    traffic: { rows, requests: 0, errors: 0 },
    latency: { p50: null, p95: null, p99: null },
    quality: { flagged: 0, missing },
    drift: {
      reference: `${version.dataset.name}@${version.number} (${version.rows} rows)`,
      columns: drifts,
      prediction: null,
      share,
      drifted: share > driftShare,
    },
    performance: null,
    estimated_performance: null,
    fairness: null,
    timeline: [],
    releases: [],
    alerts: [],
  };
}

function datasetRows({ paths, schema }: ReadableVersion): Rows {
  return { paths, columns: schema.map(({ name }) => name) };
}

async function compare(
  context: EngineContext,
  version: ReadableVersion,
  current: Rows,
  definition: DriftDefinition,
): Promise<Compared> {
  const common = version.schema.filter(({ name }) => current.columns.includes(name));
  if (common.length === 0) throw nothingInCommon(version, current.columns);
  const settings = { definition, columnCount: common.length, minimumRows };
  const rows = await rowsOf(context, current.paths);
  const drifts: ColumnDrift[] = [];
  const missing: [string, number][] = [];
  const together = Math.max(1, Math.floor(cellsAtOnce / Math.max(1, version.rows + rows)));
  for (let start = 0; start < common.length; start += together) {
    const group = common.slice(start, start + together);
    const [before, now] = await readBoth(context, version.paths, current.paths, group);
    for (const [index, { name, type }] of group.entries()) {
      const sides = [before, now].map(({ columns }) => columns[index] as FrameColumn) as [FrameColumn, FrameColumn];
      const [first, second] = sides.map((side) => thinned(driftColumn(name, side), comparedRows));
      missing.push([name, missingValues(sides[1])]);
      drifts.push(compareColumns(first as DriftColumn, second as DriftColumn, type, null, settings));
    }
  }
  return { rows, drifts, missing: Object.fromEntries(missing) };
}

async function rowsOf(context: EngineContext, paths: string[]): Promise<number> {
  const [row] = await context.duck.rows(`SELECT count(*)::DOUBLE FROM ${parquetTable(paths)}`);
  return Number(row?.[0]);
}

function readBoth(
  context: EngineContext,
  reference: string[],
  current: string[],
  columns: SchemaColumn[],
): Promise<[Frame, Frame]> {
  return context.duck.use(async (connection) => [
    await readFrame(connection, reference, columns),
    await readFrame(connection, current, columns),
  ]);
}

/** Gives the work the rows of a file, in the types of the version's columns; what does not fit them is missing. */
async function withFileRows<Result>(
  context: EngineContext,
  path: string,
  version: ReadableVersion,
  work: (rows: Rows) => Promise<Result>,
): Promise<Result> {
  const staging = join(context.project.path, 'run', `compare-${context.newId('req')}`);
  mkdirSync(staging, { recursive: true });
  try {
    const rows = await withTableFile(path, { folders: [staging], temporaryFolder: staging }, async (file) => {
      const columns = file.schema.map(({ name }) => name);
      const common = version.schema.filter(({ name }) => columns.includes(name));
      if (common.length === 0) throw nothingInCommon(version, columns);
      const wanted = common.map(({ name, type }) => ({ name, form: type === 'text' ? 'written' : 'value' }) as const);
      const target = join(staging, 'rows.parquet');
      const values = common.map(
        ({ name, type }) => `TRY_CAST(${sqlName(name)} AS ${sqlTypes[type]}) AS ${sqlName(name)}`,
      );
      const select = `SELECT ${values.join(', ')} FROM ${file.table(wanted)}`;
      try {
        await file.connection.run(`COPY (${select}) TO ${sqlText(target)} (FORMAT parquet)`);
      } catch (error) {
        throw unreadable(path, (error as Error).message, error);
      }
      return { paths: [target], columns: common.map(({ name }) => name) };
    });
    return await work(rows);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

const sqlTypes: Record<ColumnType, string> = {
  int64: 'DOUBLE',
  float64: 'DOUBLE',
  decimal: 'DOUBLE',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  text: 'VARCHAR',
};

function missingValues({ values }: FrameColumn): number {
  let missing = 0;
  for (const value of values) if (value === null || Number.isNaN(value)) missing++;
  return missing;
}

function nothingInCommon(version: ReadableVersion, columns: string[]): GalleyError {
  const message = `${version.dataset.name}@${version.number} has no column in common with what it is compared with.`;
  return new GalleyError('monitor.nothing_to_compare', message, {
    details: { reference: version.schema.map(({ name }) => name), current: columns },
  });
}
