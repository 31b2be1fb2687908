import type { OutputOf } from '../contract/call.ts';
import type { LoggedRow, logCalls } from '../contract/deploy-log.ts';
import type { Signature } from '../contract/values.ts';
import { type DuckReader, parquetTable, sqlName } from '../store/duck.ts';
import { commonColumns, inputColumn, labelColumn, predictionColumn, probabilityColumn } from './log-columns.ts';
import { type LogQuery, querySql, shownSql } from './log-filter.ts';
import type { StoredRecord } from './log-lines.ts';
import { compareRows, loggedRow, placeOfRow } from './logged-row.ts';
import type { LogPart } from './prediction-logs.ts';

/** Where the rows of a deployment's log are. */
export interface SearchedLog {
  duck: DuckReader;
  parts: readonly LogPart[];
  /** Rows that are in no part yet, and meet the query. */
  uncollected: readonly LoggedRow[];
  signature(version: number): Promise<Signature>;
}

/** Parts that are read together. */
const partsAtOnce = 32;

/** The newest rows that meet a query. Parts are read from the newest on, until what is left has only older rows. */
export async function searchLog(
  { duck, parts, uncollected, signature }: SearchedLog,
  query: LogQuery,
  limit: number,
): Promise<Pick<OutputOf<typeof logCalls.log>, 'rows' | 'next'>> {
  const left = parts
    .filter(({ version }) => query.version === undefined || version === query.version)
    .toSorted((one, other) => other.lastReceivedAt - one.lastReceivedAt);
  let found = newest(uncollected, limit);
  while (left.length > 0) {
    const { lastReceivedAt } = left[0] as LogPart;
    const last = found[limit];
    if (last && Date.parse(last.receivedAt) > lastReceivedAt) break;
    const some = left.splice(0, partsAtOnce);
    for (const alike of Map.groupBy(some, ({ version, isShadow }) => `${version}/${isShadow}`).values()) {
      const { version } = alike[0] as LogPart;
      found = newest([...found, ...(await rowsOf(duck, alike, await signature(version), query, limit))], limit);
    }
  }
  const rows = found.slice(0, limit);
  return { rows, next: found.length > limit ? placeOfRow(rows.at(-1) as LoggedRow) : null };
}

/** One more than wanted, which tells whether there are more; a row that was collected meanwhile stands there twice. */
function newest(rows: readonly LoggedRow[], limit: number): LoggedRow[] {
  const sorted = rows.toSorted(compareRows);
  return sorted
    .filter((row, index) => index === 0 || compareRows(sorted[index - 1] as LoggedRow, row) !== 0)
    .slice(0, limit + 1);
}

/** @param parts of one version, all with its answers or all with those of it as a shadow */
async function rowsOf(
  duck: DuckReader,
  parts: readonly LogPart[],
  signature: Signature,
  query: LogQuery,
  limit: number,
): Promise<LoggedRow[]> {
  const condition = querySql(query, signature);
  if (condition === null) return [];
  const columns = [
    ...commonColumns.map(({ name }) => name),
    ...signature.inputs.map(({ name, type }) => {
      const column = inputColumn(name);
      return `${shownSql(column, type)} AS ${sqlName(column)}`;
    }),
    ...outputColumns(signature).map(sqlName),
  ];
  const rows = await duck.objects(
    `SELECT ${columns.join(', ')} FROM ${parquetTable(parts.map(({ path }) => path))} WHERE ${condition}
     ORDER BY received_at DESC, request_id DESC, row_id DESC LIMIT ${limit + 1}`,
  );
  const shadow = parts.some(({ isShadow }) => isShadow);
  return rows.map((row) => loggedRow({ ...recordOf(row, signature), shadow }));
}

function outputColumns({ task, classes = [] }: Signature): string[] {
  if (task === 'regression') return [predictionColumn];
  return [labelColumn, ...classes.map((_, position) => probabilityColumn(position))];
}

/** The record that a row of a part was written from; integers beyond 2^53 come as text. */
function recordOf(row: Record<string, unknown>, signature: Signature): StoredRecord {
  const inputs = signature.inputs.map(({ name, type }) => {
    const value = row[inputColumn(name)];
    return [name, type === 'int64' && value !== null ? Number(value) : value];
  });
  return {
    ...(row as Pick<StoredRecord, 'row_id' | 'request_id' | 'version' | 'latency' | 'flags'>),
    event_time: Number(row.event_time),
    received_at: Number(row.received_at),
    inputs: Object.fromEntries(inputs),
    outputs: outputsOf(row, signature),
  };
}

function outputsOf(row: Record<string, unknown>, { task, classes = [] }: Signature): StoredRecord['outputs'] {
  if (task === 'regression') return { prediction: row[predictionColumn] as number | null };
  const probabilities = classes.map((name, position) => [name, row[probabilityColumn(position)] as number | null]);
  return { label: row[labelColumn] as string, probabilities: Object.fromEntries(probabilities) };
}
