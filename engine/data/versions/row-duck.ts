import type { DuckDBInstance } from '@duckdb/node-api';
import { GalleyError } from '../../base/errors.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { openDuck } from '../../store/duck.ts';
import { isDiskFull } from '../sources/read-context.ts';

const leastMegabytes = 400;
const megabytesPerColumn = 0.4;

/** What DuckDB may take in megabytes: its Parquet writer keeps a page of every column. */
export function memoryForColumns(columns: number): number {
  return Math.max(leastMegabytes, Math.ceil(columns * megabytesPerColumn));
}

/**
 * Work of a job over rows that are stored already, with a DuckDB that reaches their files and the staging folder.
 * @throws GalleyError `store.disk_full`
 */
export async function withRowDuck<Result>(
  job: JobContext,
  columns: number,
  files: readonly string[],
  work: (duck: DuckDBInstance) => Promise<Result>,
): Promise<Result> {
  const duck = await openDuck({
    allowed: files,
    temporaryFolder: job.stagingFolder,
    memoryLimit: `${memoryForColumns(columns)}MB`,
  });
  try {
    return await work(duck);
  } catch (cause) {
    if (!isDiskFull(cause)) throw cause;
    throw new GalleyError('store.disk_full', 'The disk is full; nothing was changed.', { cause });
  } finally {
    duck.closeSync();
  }
}
