import type { DuckDBConnection } from '@duckdb/node-api';
import type { FrameColumn } from '../base/frame.ts';
import { targetReader } from '../base/label-target.ts';
import type { Signature } from '../contract/values.ts';
import { type DeploymentSpec, type DeployPhase, inputColumn, type LogPart } from '../deploy/index.ts';
import { type DuckReader, parquetTable, sqlName, sqlText } from '../store/duck.ts';
import type { LabelStore } from './label-store.ts';

/** Which labelled requests are wanted. */
export interface LabelledWish {
  /** Received from then on, UTC epoch milliseconds; null for all. */
  receivedSince: number | null;
  /** Answered by this version; by any where left out. */
  version?: number;
  /** Inputs that must not have been masked in the log, and the classes that labels may be. */
  signatures: readonly Signature[];
  most: number;
  /** The first ones, else the newest. */
  first: boolean;
}

/** An input as the log has it: `mixed` where versions took it differently, and a file has it not. */
export interface LoggedInput {
  name: string;
  kind: FrameColumn['kind'] | 'mixed';
}

/** Labelled rows that were found. */
export interface LabelledRequests {
  rows: number;
  /** Event times of the earliest and the latest, UTC epoch milliseconds; null where there is none. */
  since: number | null;
  until: number | null;
  /** Those that the log has of them. */
  inputs: LoggedInput[];
}

export interface LabelledSources {
  duck: DuckReader;
  deploy: Pick<DeployPhase, 'collect' | 'readLog'>;
  labels: Pick<LabelStore, 'latest'>;
}

/** Rows whose labels are looked up at once. */
const rowsPerLook = 5000;

/**
 * The labelled rows of a deployment's log. Of rows with the same id the last one counts, of labels the last one. Rows with an
 * input that was masked are left out, and labels that are no class or number for any of the signatures.
 * @param path of a Parquet file that is made of them, with `event_time`, `label` and the inputs as the log names them, the
 *   earliest received first; null for none. There is none either where no row was found.
 */
export async function labelledRequests(
  { duck, deploy, labels }: LabelledSources,
  { id }: Pick<DeploymentSpec, 'id'>,
  wish: LabelledWish,
  path: string | null,
): Promise<LabelledRequests> {
  await deploy.collect(id);
  return deploy.readLog(id, { since: null, until: null }, (parts) =>
    duck.use(async (connection) => {
      const wanted = parts.filter((part) => isWanted(part, wish));
      if (wanted.length === 0) return { rows: 0, since: null, until: null, inputs: [] };
      const rows = await labelledRows(connection, wanted, wish, (ids) => labels.latest(id, ids));
      const inputs = await inputsOf(connection, wanted);
      if (path !== null && rows.length > 0) await writeRows(connection, wanted, wish, { rows, inputs }, path);
      const times = rows.map(({ eventTime }) => eventTime);
      const since = times.reduce<number | null>((least, time) => Math.min(least ?? time, time), null);
      const until = times.reduce<number | null>((most, time) => Math.max(most ?? time, time), null);
      return { rows: rows.length, since, until, inputs };
    }),
  );
}

interface Candidate {
  rowId: string;
  eventTime: number;
}

interface LabelledRow extends Candidate {
  label: string;
}

/** The earliest received first. */
async function labelledRows(
  connection: DuckDBConnection,
  parts: readonly LogPart[],
  wish: LabelledWish,
  labelsOf: (ids: readonly string[]) => (string | null)[],
): Promise<LabelledRow[]> {
  const rows: LabelledRow[] = [];
  const isUsable = usableLabels(wish);
  for await (const looked of candidates(connection, parts, wish)) {
    const labels = labelsOf(looked.map(({ rowId }) => rowId));
    for (const [index, label] of labels.entries())
      if (label !== null && isUsable(label)) rows.push({ ...(looked[index] as Candidate), label });
    if (rows.length >= wish.most) break;
  }
  const kept = rows.slice(0, wish.most);
  return wish.first ? kept : kept.reverse();
}

async function writeRows(
  connection: DuckDBConnection,
  parts: readonly LogPart[],
  wish: LabelledWish,
  { rows, inputs }: { rows: readonly LabelledRow[]; inputs: readonly LoggedInput[] },
  path: string,
): Promise<void> {
  await connection.run('CREATE TEMP TABLE wanted_rows (place INTEGER, id VARCHAR, label VARCHAR)');
  const appender = await connection.createAppender('wanted_rows');
  for (const [place, { rowId, label }] of rows.entries()) {
    appender.appendInteger(place);
    appender.appendVarchar(rowId);
    appender.appendVarchar(label);
    appender.endRow();
  }
  appender.closeSync();
  const there = inputs.filter(({ kind }) => kind !== 'mixed');
  const columns = ['event_time', 'label', ...there.map(({ name }) => sqlName(inputColumn(name)))];
  await connection.run(
    `COPY (
       SELECT ${columns.join(', ')} FROM (${lastOfEachId(parts, wish)}) AS logged
       JOIN wanted_rows ON wanted_rows.id = logged.row_id ORDER BY place
     ) TO ${sqlText(path)} (FORMAT parquet)`,
  );
}

function isWanted({ version, lastReceivedAt }: LogPart, wish: LabelledWish): boolean {
  return (
    (wish.version === undefined || version === wish.version) &&
    (wish.receivedSince === null || lastReceivedAt >= wish.receivedSince)
  );
}

/** Parts of several versions together: what one of them does not take is missing. */
function table(parts: readonly LogPart[]): string {
  const paths = parts.map(({ path }) => path);
  return paths.length === 1
    ? parquetTable(paths)
    : `read_parquet([${paths.map(sqlText).join(', ')}], union_by_name = true)`;
}

function conditionOf({ receivedSince, signatures }: LabelledWish): string {
  const inputs = [...new Set(signatures.flatMap((signature) => signature.inputs.map(({ name }) => name)))];
  const among = inputs.map(sqlText).join(', ');
  const isMasked = `len(list_filter(flags, lambda f: f.flag = 'masked' AND f.field IN (${among}))) > 0`;
  return `received_at >= ${receivedSince ?? 0} AND NOT coalesce(${isMasked}, false)`;
}

/** The rows that count: of an id the last one. */
function lastOfEachId(parts: readonly LogPart[], wish: LabelledWish): string {
  return `SELECT * FROM ${table(parts)} WHERE row_id IS NOT NULL AND ${conditionOf(wish)}
    QUALIFY row_number() OVER (PARTITION BY row_id ORDER BY received_at DESC) = 1`;
}

/** Rows in the order in which they are wanted, some thousand at a time. */
async function* candidates(
  connection: DuckDBConnection,
  parts: readonly LogPart[],
  wish: LabelledWish,
): AsyncGenerator<Candidate[], void> {
  const result = await connection.stream(
    `SELECT row_id, event_time::DOUBLE FROM (${lastOfEachId(parts, wish)})
     ORDER BY received_at ${wish.first ? 'ASC' : 'DESC'}, row_id`,
  );
  let waiting: Candidate[] = [];
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    waiting.push(...chunk.getRows().map(([id, time]) => ({ rowId: String(id), eventTime: Number(time) })));
    if (waiting.length < rowsPerLook) continue;
    yield waiting;
    waiting = [];
  }
  if (waiting.length > 0) yield waiting;
}

function usableLabels({ signatures }: LabelledWish): (label: string) => boolean {
  const readers = signatures.map(targetReader);
  return (label) => readers.some((targetOf) => !Number.isNaN(targetOf(label)));
}

async function inputsOf(connection: DuckDBConnection, parts: readonly LogPart[]): Promise<LoggedInput[]> {
  const prefix = inputColumn('');
  const kinds = new Map<string, LoggedInput['kind']>();
  const ofVersions = new Map(parts.map(({ version, path }) => [version, path]));
  for (const path of ofVersions.values()) {
    const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${parquetTable([path])}`);
    for (const [column, type] of described.getRows().map((row) => row.map(String) as [string, string])) {
      const kind = kindOf(type);
      const name = column.slice(prefix.length);
      if (column.startsWith(prefix)) kinds.set(name, (kinds.get(name) ?? kind) === kind ? kind : 'mixed');
    }
  }
  return Array.from(kinds, ([name, kind]) => ({ name, kind }));
}

/** @param type as DuckDB names it */
function kindOf(type: string): FrameColumn['kind'] {
  if (type === 'VARCHAR') return 'text';
  return type === 'DATE' || type.startsWith('TIMESTAMP') ? 'time' : 'number';
}
