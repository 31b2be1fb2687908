import { existsSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { GalleyError } from '../../base/errors.ts';
import type { EngineContext } from '../../jobs/context.ts';
import { hashFile } from '../../store/blobs.ts';
import { openDuck, parquetTable, sqlName, sqlText } from '../../store/duck.ts';
import { isDiskFull } from '../sources/read-context.ts';
import type { StoredVersion } from '../store.ts';
import { readablePaths } from './reading-form.ts';

const formats: Record<string, string> = { csv: 'FORMAT csv, HEADER true', parquet: 'FORMAT parquet, COMPRESSION zstd' };

/**
 * Writes a version to a .csv or .parquet file, the same bytes each time. An empty text and a missing one are both an
 * empty cell in CSV.
 * @throws GalleyError `data.invalid_export_path`, `store.disk_full`
 */
export async function exportVersion(
  context: EngineContext,
  version: StoredVersion,
  to: string,
): Promise<{ path: string; rows: number; sha256: string }> {
  const format = formats[/\.([a-z]+)$/i.exec(to)?.[1]?.toLowerCase() ?? ''];
  if (!format || !existsSync(dirname(to))) {
    const reason = format ? `the folder ${dirname(to)} is not there` : 'it must end in .csv or .parquet';
    throw new GalleyError('data.invalid_export_path', `Cannot export to ${to}: ${reason}.`, { details: { path: to } });
  }
  const temporary = `${to}.part`;
  const sources = await readablePaths(context, version);
  const duck = await openDuck({
    allowed: [...sources, temporary],
    temporaryFolder: `${context.project.path}/run/duckdb`,
    threads: 1,
  });
  const connection = await duck.connect();
  try {
    const columns = version.manifest.schema.map((column) => sqlName(column.name)).join(', ');
    await connection.run(`COPY (SELECT ${columns} FROM ${parquetTable(sources)}) TO ${sqlText(temporary)} (${format})`);
    renameSync(temporary, to);
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
  return { path: to, rows: version.rows, sha256: await hashFile(to) };
}
