import { existsSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { GalleyError } from '../../base/errors.ts';
import type { Masking } from '../../contract/data-privacy.ts';
import type { EngineContext } from '../../jobs/context.ts';
import { openDuck, sqlText } from '../../store/duck.ts';
import { pseudonymSql } from '../privacy/mask.ts';
import { isDiskFull } from '../sources/read-context.ts';
import type { StoredVersion } from '../store.ts';
import type { StoredChanges } from './store.ts';

/** What becomes of changes in marked columns, and of the texts of whole lines, in which such values may stand. */
export interface ChangeMasking {
  how: Masking;
  columns: string[];
  /** For pseudonyms. */
  key: Uint8Array | undefined;
}

/** SQL that reads a list of changes. */
function changesSql(file: string, path: string, mask: ChangeMasking | undefined): string {
  const from = `SELECT ${sqlText(file)} AS file, line, "column", kind`;
  const source = `FROM read_parquet(${sqlText(path)})`;
  if (!mask || mask.columns.length === 0) return `${from}, before, after ${source}`;
  const isMarked = `"column" IN (${mask.columns.map(sqlText).join(', ')})`;
  const { how, key } = mask;
  const masked = (cell: string) => {
    const hidden = key ? `WHEN ${isMarked} THEN ${pseudonymSql(key, cell)}` : `WHEN ${isMarked} THEN NULL`;
    return `CASE WHEN "column" IS NULL THEN NULL ${hidden} ELSE ${cell} END AS ${cell}`;
  };
  const where = how === 'drop' ? ` WHERE "column" IS NULL OR NOT ${isMarked}` : '';
  return `${from}, ${masked('before')}, ${masked('after')} ${source}${where}`;
}

/**
 * Writes every change that an import made to a CSV file: file, line, column, kind, what stood there and what became of
 * it. Line and column are empty where a change concerns more.
 * @throws GalleyError `data.invalid_export_path`, `data.no_changes`, `store.disk_full`
 */
export async function exportChanges(
  context: EngineContext,
  version: StoredVersion,
  changes: readonly StoredChanges[],
  to: string,
  mask?: ChangeMasking,
): Promise<{ path: string; changes: number }> {
  const label = `${version.dataset.name}@${version.number}`;
  if (!/\.csv$/i.test(to) || !existsSync(dirname(to))) {
    const reason = /\.csv$/i.test(to) ? `the folder ${dirname(to)} is not there` : 'it must end in .csv';
    throw new GalleyError('data.invalid_export_path', `Cannot export to ${to}: ${reason}.`, { details: { path: to } });
  }
  if (changes.length === 0) {
    throw new GalleyError('data.no_changes', `${label} was read as it stands: there is no change to list.`, {
      details: { reference: label },
    });
  }
  const temporary = `${to}.part`;
  const paths = changes.map(({ blob }) => context.blobs.path(blob));
  const duck = await openDuck({
    allowed: [...paths, temporary],
    temporaryFolder: `${context.project.path}/run/duckdb`,
    threads: 1,
  });
  const connection = await duck.connect();
  try {
    const selects = changes.map(({ file }, index) => changesSql(file, paths[index] as string, mask));
    await connection.run(`COPY (${selects.join(' UNION ALL ')}) TO ${sqlText(temporary)} (FORMAT csv, HEADER true)`);
    renameSync(temporary, to);
  } catch (cause) {
    if (isDiskFull(cause)) {
      throw new GalleyError('store.disk_full', 'The disk is full; nothing was exported.', { cause });
    }
    const [reason] = (cause as Error).message.split('\n');
    const message = `Cannot export to ${to}: ${reason}`;
    throw new GalleyError('data.invalid_export_path', message, { details: { path: to }, cause });
  } finally {
    connection.closeSync();
    duck.closeSync();
    rmSync(temporary, { force: true });
  }
  const isWritten = (column: string | null) => !(mask?.how === 'drop' && column && mask.columns.includes(column));
  const counted = changes.flatMap(({ counts }) => counts).filter(({ column }) => isWritten(column));
  return { path: to, changes: counted.reduce((sum, { count }) => sum + count, 0) };
}
