import { existsSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { GalleyError } from '../../base/errors.ts';
import type { EngineContext } from '../../jobs/context.ts';
import { openDuck, sqlText } from '../../store/duck.ts';
import { isDiskFull } from '../sources/read-context.ts';
import type { StoredVersion } from '../store.ts';
import type { StoredChanges } from './store.ts';

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
    const selects = changes.map(
      ({ file }, index) =>
        `SELECT ${sqlText(file)} AS file, line, "column", kind, before, after FROM read_parquet(${sqlText(paths[index] as string)})`,
    );
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
  const counted = changes.flatMap(({ counts }) => counts);
  return { path: to, changes: counted.reduce((sum, { count }) => sum + count, 0) };
}
