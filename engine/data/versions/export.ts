import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { GalleyError } from '../../base/errors.ts';
import { hashFile } from '../../base/hash-file.ts';
import type { Problem } from '../../contract/values.ts';
import type { EngineContext } from '../../jobs/context.ts';
import { openDuck, parquetTable, sqlName, sqlText } from '../../store/duck.ts';
import type { MaskedColumns } from '../privacy/masked-columns.ts';
import type { SchemaColumn } from '../schema.ts';
import { isDiskFull } from '../sources/read-context.ts';
import type { StoredVersion } from '../store.ts';
import { copyOptions, type ExportFormat, exportSelects, formatOf } from './export-format.ts';
import { readablePaths } from './reading-form.ts';

export interface ExportOrder {
  to: string;
  /** In CSV: texts that a spreadsheet would run as formulas get an apostrophe before them. */
  safeForSpreadsheets?: boolean;
}

export interface Exported {
  path: string;
  rows: number;
  sha256: string;
  warnings: Problem[];
}

function requireFormat({ to, safeForSpreadsheets }: ExportOrder): ExportFormat {
  const refuse = (reason: string) =>
    new GalleyError('data.invalid_export_path', `Cannot export to ${to}: ${reason}.`, { details: { path: to } });
  const format = formatOf(to);
  if (!format) throw refuse('it must end in .csv, .tsv, .parquet, .ndjson or .json');
  if (!existsSync(dirname(to))) throw refuse(`the folder ${dirname(to)} is not there`);
  if (safeForSpreadsheets && format !== 'csv' && format !== 'tsv')
    throw refuse('only CSV is opened by spreadsheets as it is');
  return format;
}

/** How many numbers of a version JSON cannot write. */
async function nonFiniteWarnings(
  connection: DuckDBConnection,
  table: string,
  schema: readonly SchemaColumn[],
): Promise<Problem[]> {
  const names = schema.filter(({ type }) => type === 'float64').map(({ name }) => sqlName(name));
  if (names.length === 0) return [];
  const counts = names.map((name) => `count_if(NOT isfinite(${name}))`).join(' + ');
  const [[count] = []] = (await connection.runAndReadAll(`SELECT (${counts})::DOUBLE FROM ${table}`)).getRows();
  if (!count) return [];
  const message = `JSON has no NaN and no infinities: ${count} such number${count === 1 ? ' is' : 's are'} null in the file.`;
  return [{ code: 'data.not_finite_in_json', message }];
}

/**
 * Row groups of a Parquet file end where those of the files end that it is made from, unless its rows are sorted. So
 * sorting them by their place makes the file the same however the version is stored.
 */
const evenGroups = ' ORDER BY file_index, file_row_number';

function syncFile(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * Writes a version to a .csv, .tsv, .parquet, .ndjson or .json file, the same bytes each time. An empty text and a missing
 * one are both an empty cell in CSV. The file appears whole or not at all.
 * @param masked the columns to write instead of the version's own
 * @throws GalleyError `data.invalid_export_path`, `store.disk_full`
 */
export async function exportVersion(
  context: EngineContext,
  version: StoredVersion,
  order: ExportOrder,
  masked?: MaskedColumns,
): Promise<Exported> {
  const { to, safeForSpreadsheets = false } = order;
  const format = requireFormat(order);
  const temporary = `${to}.${randomUUID()}.part`;
  const sources = await readablePaths(context, version);
  const duck = await openDuck({
    allowed: [...sources, temporary],
    temporaryFolder: `${context.project.path}/run/duckdb`,
    threads: 1,
  });
  const connection = await duck.connect();
  try {
    const schema = masked?.schema ?? version.manifest.schema;
    const columns = exportSelects(schema, format, safeForSpreadsheets).join(', ');
    const all = parquetTable(sources);
    const selects = masked?.selects.join(', ') ?? '*';
    const table = `(SELECT ${selects} FROM ${all}${format === 'parquet' ? evenGroups : ''})`;
    const warnings = format.endsWith('json') ? await nonFiniteWarnings(connection, table, schema) : [];
    await connection.run(`COPY (SELECT ${columns} FROM ${table}) TO ${sqlText(temporary)} (${copyOptions[format]})`);
    const sha256 = await hashFile(temporary);
    syncFile(temporary);
    renameSync(temporary, to);
    return { path: to, rows: version.rows, sha256, warnings };
  } catch (cause) {
    if (isDiskFull(cause))
      throw new GalleyError('store.disk_full', 'The disk is full; nothing was exported.', { cause });
    const [reason] = (cause as Error).message.split('\n');
    throw new GalleyError('data.invalid_export_path', `Cannot export to ${to}: ${reason}`, {
      details: { path: to },
      cause,
    });
  } finally {
    connection.closeSync();
    duck.closeSync();
    rmSync(temporary, { force: true });
  }
}
