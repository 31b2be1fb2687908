import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { LogRemoval } from '../deploy/index.ts';
import { type DuckReader, parquetTable } from '../store/duck.ts';
import type { LabelStore } from './label-store.ts';

/** Labels that are looked at in one turn of the event loop. */
const labelsPerTurn = 2000;

/**
 * Removes the labels of rows that leave a prediction log, and those that were received as long ago and have no row in it.
 * A label stays while a row with its id does.
 */
export async function removeLabels(duck: DuckReader, labels: LabelStore, removal: LogRemoval): Promise<void> {
  if (!labels.has(removal.deploymentId)) return;
  await duck.use(async (connection) => {
    const gone = await duck.use((reader) => noteGone(connection, reader, labels, removal));
    const found = gone + (await noteOld(connection, labels, removal));
    if (found > 0) await removeUnlessKept(connection, labels, removal);
  });
}

/**
 * Fills a table with the ids of rows that go and have labels.
 * @param reader another connection: what one still reads ends where something else is done with it
 * @returns how many there are
 */
async function noteGone(
  connection: DuckDBConnection,
  reader: DuckDBConnection,
  labels: LabelStore,
  removal: LogRemoval,
): Promise<number> {
  const { deploymentId, gone } = removal;
  await connection.run('CREATE TEMP TABLE gone_ids (row_id VARCHAR)');
  if (gone.length === 0) return 0;
  let found = 0;
  for await (const ids of idsOf(reader, `SELECT DISTINCT row_id FROM ${parquetTable(gone)}`))
    found += await append(connection, 'gone_ids', labels.labelled(deploymentId, ids));
  return found;
}

/** As `noteGone`, with the ids of rows that have labels as old as what goes. */
async function noteOld(connection: DuckDBConnection, labels: LabelStore, removal: LogRemoval): Promise<number> {
  const { deploymentId, receivedBefore } = removal;
  await connection.run('CREATE TEMP TABLE old_ids (row_id VARCHAR)');
  if (receivedBefore === null) return 0;
  let found = 0;
  for (const ids of labels.olderIds(deploymentId, receivedBefore, labelsPerTurn)) {
    found += await append(connection, 'old_ids', ids);
    await nextTurn();
  }
  return found;
}

/** Goes over the rows that stay once, however many labels there are. */
async function removeUnlessKept(connection: DuckDBConnection, labels: LabelStore, removal: LogRemoval): Promise<void> {
  const { deploymentId, kept, receivedBefore } = removal;
  const noted = 'SELECT row_id FROM gone_ids UNION SELECT row_id FROM old_ids';
  const staying = kept.length === 0 ? '' : `ANTI JOIN (SELECT row_id FROM ${parquetTable(kept)}) USING (row_id)`;
  await connection.run(`CREATE TEMP TABLE free AS SELECT row_id FROM (${noted}) ${staying}`);
  for await (const ids of idsOf(connection, 'SELECT row_id FROM free SEMI JOIN gone_ids USING (row_id)'))
    labels.remove(deploymentId, ids);
  if (receivedBefore === null) return;
  for await (const ids of idsOf(connection, 'SELECT row_id FROM free SEMI JOIN old_ids USING (row_id)'))
    labels.remove(deploymentId, ids, receivedBefore);
}

async function append(connection: DuckDBConnection, table: string, ids: readonly string[]): Promise<number> {
  const appender = await connection.createAppender(table);
  for (const id of ids) {
    appender.appendVarchar(id);
    appender.endRow();
  }
  appender.closeSync();
  return ids.length;
}

async function* idsOf(connection: DuckDBConnection, query: string): AsyncGenerator<string[], void> {
  const result = await connection.stream(query);
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk())
    yield chunk.getColumnValues(0).map(String);
}
