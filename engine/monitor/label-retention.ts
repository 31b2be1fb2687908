import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { LogRemoval } from '../deploy/index.ts';
import { type DuckReader, parquetTable, sqlText } from '../store/duck.ts';
import type { LabelStore } from './label-store.ts';

/** Labels that are looked at in one turn of the event loop. */
const labelsAtOnce = 2000;

/**
 * Removes the labels of rows that leave a prediction log, and those that were received as long ago and have no row in it.
 * A label stays while a row with its id does.
 */
export async function removeLabels(duck: DuckReader, labels: LabelStore, removal: LogRemoval): Promise<void> {
  const { deploymentId, gone, receivedBefore } = removal;
  if (!labels.has(deploymentId)) return;
  await duck.use(async (connection) => {
    if (gone.length > 0) {
      for await (const ids of goneIds(connection, `SELECT DISTINCT row_id FROM ${parquetTable(gone)}`, removal))
        labels.remove(deploymentId, ids);
    }
    if (receivedBefore === null) return;
    for (const some of labels.olderIds(deploymentId, receivedBefore, labelsAtOnce)) {
      await nextTurn();
      if (some.length === 0) continue;
      const given = `SELECT unnest([${some.map(sqlText).join(', ')}]) AS row_id`;
      for await (const ids of goneIds(connection, given, removal)) labels.remove(deploymentId, ids, receivedBefore);
    }
  });
}

/** Those of the row ids of a query that no row that stays has. */
async function* goneIds(
  connection: DuckDBConnection,
  query: string,
  { kept }: LogRemoval,
): AsyncGenerator<string[], void> {
  const staying = kept.length === 0 ? '' : `ANTI JOIN (SELECT row_id FROM ${parquetTable(kept)}) USING (row_id)`;
  const result = await connection.stream(`SELECT row_id FROM (${query}) ${staying}`);
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk())
    yield chunk.getColumnValues(0).map(String);
}
