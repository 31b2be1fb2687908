import type { DuckDBInstance } from '@duckdb/node-api';
import { GalleyError } from '../../base/errors.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { type DuckOptions, openDuck } from '../../store/duck.ts';
import { wideColumns } from '../sources/csv-load.ts';
import { isDiskFull } from '../sources/read-context.ts';

const leastMegabytes = 400;
const megabytesPerColumn = 0.4;

/**
 * What DuckDB may take: of wide tables it sets aside more for each column, in its Parquet writer and its joins, than it
 * touches, and each thread does so again.
 */
function resourcesFor(columns: number): Pick<DuckOptions, 'memoryLimit' | 'threads' | 'isFrugal'> {
  const memoryLimit = `${Math.max(leastMegabytes, Math.ceil(columns * megabytesPerColumn))}MB`;
  return { memoryLimit, ...(columns > wideColumns && { threads: 1, isFrugal: true }) };
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
    ...resourcesFor(columns),
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
