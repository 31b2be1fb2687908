import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { dayMilliseconds } from '../../base/clock.ts';
import type { Signature } from '../../contract/values.ts';
import { type ReadContext, runWatched } from '../../data/for-jobs.ts';
import { parquetTable, sqlText } from '../../store/duck.ts';
import type { VersionLines } from '../log-lines.ts';
import { partQuery } from '../log-parquet.ts';
import type { LogPartFile } from '../prediction-logs.ts';

/**
 * Writes the records of one version that the log does not have yet, a file for each day of their receipt, since rows are
 * removed by the day.
 * @param known files with the rows that the log has of the version
 */
export async function writeNewParts(
  context: ReadContext,
  { version, isShadow, path }: VersionLines,
  signature: Signature,
  known: readonly string[],
): Promise<{ parts: LogPartFile[]; known: number }> {
  const folder = `${path}.parts`;
  mkdirSync(folder);
  const isNew = known.length === 0 ? '' : `ANTI JOIN ${parquetTable(known)} USING (received_at, request_id, row_id)`;
  const rows = `SELECT *, row_number() OVER () AS position FROM (${partQuery(path, signature)})`;
  const first = 'row_number() OVER (PARTITION BY received_at, request_id, row_id ORDER BY position) = 1';
  await runWatched(
    context,
    `COPY (SELECT * EXCLUDE (position), received_at // ${dayMilliseconds} AS day FROM (${rows}) ${isNew} QUALIFY ${first} ORDER BY day, position)
     TO ${sqlText(folder)} (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (day))`,
    'writing',
  );
  const before = known.length === 0 ? 0 : await countKnown(context.connection, path, signature, known);
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.parquet'));
  if (names.length === 0) return { parts: [], known: before };
  const files = names.map((name) => sqlText(join(folder, name)));
  const found = await context.connection.runAndReadAll(
    `SELECT filename, count(*)::DOUBLE, min(event_time)::DOUBLE, max(event_time)::DOUBLE, max(received_at)::DOUBLE
     FROM read_parquet([${files.join(', ')}], filename = true, hive_partitioning = false) GROUP BY filename ORDER BY filename`,
  );
  const parts = found.getRows().map(([file, ...figures]) => {
    const [count = 0, firstEventTime = 0, lastEventTime = 0, lastReceivedAt = 0] = figures.map(Number);
    return { version, isShadow, path: String(file), rows: count, firstEventTime, lastEventTime, lastReceivedAt };
  });
  return { parts, known: before };
}

async function countKnown(
  connection: DuckDBConnection,
  path: string,
  signature: Signature,
  known: readonly string[],
): Promise<number> {
  const found = await connection.runAndReadAll(
    `SELECT count(*)::DOUBLE FROM (${partQuery(path, signature)}) SEMI JOIN ${parquetTable(known)} USING (received_at, request_id, row_id)`,
  );
  return Number(found.getRows()[0]?.[0]);
}
