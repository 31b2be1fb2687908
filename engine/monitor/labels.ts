import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { GalleyError } from '../base/errors.ts';
import { targetReader } from '../base/label-target.ts';
import type { Signature } from '../contract/values.ts';
import { withTableFile } from '../data/for-jobs.ts';
import type { DataPhase } from '../data/index.ts';
import type { DeploymentSpec, DeployPhase, LogPart } from '../deploy/index.ts';
import type { EngineContext } from '../jobs/context.ts';
import { parquetTable, sqlName } from '../store/duck.ts';
import { requireColumn, unreadable } from './given-file.ts';
import type { Label, LabelStore } from './label-store.ts';

/**
 * How many labels belong to a row that was answered until now. The others are kept: their rows may still come. A label that
 * is no class of the deployed version, or no number, is in neither count but in `unusable`. `repeated` are labels of rows that
 * were given another one in the same go, `corrected` rows that had one before. These three are absent where there is none.
 */
export interface LabelCount {
  matched: number;
  unmatched: number;
  unusable?: number;
  repeated?: number;
  corrected?: number;
}

export interface LabelSources {
  context: EngineContext;
  data: Pick<DataPhase, 'open'>;
  deploy: Pick<DeployPhase, 'collect' | 'readLog' | 'signature'>;
  store: LabelStore;
}

/** Labels that are written in one transaction. */
const labelsPerTransaction = 5000;
const numberPattern = String.raw`^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$`;

/**
 * Adds labels that came over the border.
 * @throws GalleyError `monitor.label_not_a_number`, `monitor.label_not_a_class`
 */
export async function addLabels(
  sources: LabelSources,
  spec: DeploymentSpec,
  labels: readonly { id: string; label: string | number | boolean }[],
): Promise<LabelCount> {
  const texts = labels.map(({ id, label }) => ({ id, label: String(label) }));
  return sources.context.duck.use(async (connection) => {
    await connection.run('CREATE TEMP TABLE given (id VARCHAR, label VARCHAR)');
    await appendTexts(
      connection,
      'given',
      texts.map(({ id, label }) => [id, label]),
    );
    return takeGiven(sources, spec, connection, 'The call');
  });
}

/**
 * Adds the labels of a file; lines without an id or a label are passed over.
 * @throws GalleyError `data.file_not_found`, `monitor.unreadable_file`, `monitor.unknown_column`,
 * `monitor.label_not_a_number`, `monitor.label_not_a_class`
 */
export async function addLabelsOfFile(
  sources: LabelSources,
  spec: DeploymentSpec,
  { file: path, id, label }: { file: string; id: string; label: string },
): Promise<LabelCount> {
  const { path: projectPath } = sources.context.project;
  const options = { folders: [join(projectPath, 'blobs')], temporaryFolder: join(projectPath, 'run') };
  return withTableFile(path, options, async ({ connection, schema, table }) => {
    const columns = schema.map(({ name }) => name);
    for (const name of [id, label]) requireColumn(path, columns, name);
    const wanted = [...new Set([id, label])].map((name) => ({ name, form: 'written' as const }));
    const read = `SELECT ${sqlName(id)} AS id, ${sqlName(label)} AS label FROM ${table(wanted)}`;
    try {
      await connection.run(
        `CREATE TEMP TABLE given AS SELECT * FROM (${read}) WHERE id IS NOT NULL AND label IS NOT NULL`,
      );
    } catch (error) {
      throw unreadable(path, (error as Error).message, error);
    }
    return takeGiven(sources, spec, connection, path);
  });
}

/**
 * Adds the labels of a dataset version; rows without an id or a label are passed over. Ids and labels are the texts of the
 * cells: `2024-01-31` of a date, `7` of a whole number.
 * @throws GalleyError `data.unknown_dataset`, `data.unknown_version`, `monitor.unknown_column`,
 * `monitor.label_not_a_number`, `monitor.label_not_a_class`
 */
export async function addLabelsOfDataset(
  sources: LabelSources,
  spec: DeploymentSpec,
  { dataset, id, label }: { dataset: string; id: string; label: string },
): Promise<LabelCount> {
  const version = await sources.data.open(dataset);
  const name = `${version.dataset.name}@${version.number}`;
  const columns = version.schema.map((column) => column.name);
  for (const column of [id, label]) requireColumn(name, columns, column);
  return sources.context.duck.use(async (connection) => {
    await connection.run(
      `CREATE TEMP TABLE given AS SELECT * FROM (
         SELECT ${sqlName(id)}::VARCHAR AS id, ${sqlName(label)}::VARCHAR AS label FROM ${parquetTable(version.paths)}
       ) WHERE id IS NOT NULL AND label IS NOT NULL`,
    );
    return takeGiven(sources, spec, connection, name);
  });
}

/** Keeps the labels of the connection's table `given`, in its order. */
async function takeGiven(
  sources: LabelSources,
  spec: DeploymentSpec,
  connection: DuckDBConnection,
  origin: string,
): Promise<LabelCount> {
  const { deploy, context } = sources;
  const signature = await deploy.signature(spec.model, spec.version);
  if (signature.task === 'regression') await noteNotNumbers(connection, origin);
  else await noteNotClasses(connection, signature, origin);
  await deploy.collect(spec.id);
  const count = await deploy.readLog(spec.id, { since: null, until: null }, (parts) => countMatched(parts, connection));
  const again = await countAgain(sources.store, spec.id, connection);
  // What is no number can be none for another version either, and would hide a good label of before.
  if (signature.task === 'regression') await connection.run('DELETE FROM given WHERE label IN (FROM unusable)');
  await store(sources, spec, connection);
  context.events.publish({ type: 'phase.changed', phase: 'monitor', subject: spec.name });
  return { ...count, ...again };
}

/** How many labels the last one of their row follows, and how many rows have one already. */
async function countAgain(
  labels: LabelStore,
  deploymentId: string,
  connection: DuckDBConnection,
): Promise<Pick<LabelCount, 'repeated' | 'corrected'>> {
  const counted = await connection.runAndReadAll('SELECT (count(*) - count(DISTINCT id))::DOUBLE FROM given');
  const repeated = Number(counted.getRows()[0]?.[0]);
  let corrected = 0;
  if (labels.has(deploymentId)) {
    const result = await connection.stream('SELECT DISTINCT id FROM given');
    for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
      corrected += labels.labelled(deploymentId, chunk.getColumnValues(0).map(String)).length;
    }
  }
  return { ...(repeated > 0 && { repeated }), ...(corrected > 0 && { corrected }) };
}

/**
 * Fills the table `unusable` with the given labels that are no number.
 * @throws GalleyError `monitor.label_not_a_number` where none is one
 */
async function noteNotNumbers(connection: DuckDBConnection, origin: string): Promise<void> {
  const isNumber = `regexp_matches(label, '${numberPattern}') AND isfinite(TRY_CAST(label AS DOUBLE))`;
  await connection.run(
    `CREATE TEMP TABLE unusable AS SELECT DISTINCT label FROM given WHERE NOT coalesce(${isNumber}, false)`,
  );
  const found = await connection.runAndReadAll(
    'SELECT id, label FROM given WHERE (SELECT count(*) FROM given WHERE label NOT IN (FROM unusable)) = 0 LIMIT 1',
  );
  const [row] = found.getRows();
  if (!row) return;
  const [id, label] = row.map(String);
  const message = `${origin} has no label that is a number: the first is "${label}", for the row ${id}.`;
  throw new GalleyError('monitor.label_not_a_number', message, { details: { id, label } });
}

/**
 * Fills the table `unusable` with the given labels that are no class of the model.
 * @throws GalleyError `monitor.label_not_a_class` where none is one
 */
async function noteNotClasses(connection: DuckDBConnection, signature: Signature, origin: string): Promise<void> {
  await connection.run('CREATE TEMP TABLE unusable (label VARCHAR)');
  const targetOf = targetReader(signature);
  const found = await connection.runAndReadAll('SELECT label, first(id) FROM given GROUP BY label ORDER BY min(rowid)');
  const labels = found.getRows().map(([label, id]) => ({ label: String(label), id: String(id) }));
  const unusable = labels.filter(({ label }) => Number.isNaN(targetOf(label)));
  const [first] = unusable;
  if (first && unusable.length === labels.length) throw notAClass(first, signature, origin);
  await appendTexts(
    connection,
    'unusable',
    unusable.map(({ label }) => [label]),
  );
}

function notAClass({ id, label }: Label, { classes = [], target }: Signature, origin: string): GalleyError {
  const expected = classes.map((name) => `"${name}"`).join(', ');
  const message = `${origin} has no label that is a class of ${target}: the first is "${label}", for the row ${id}; expected is one of ${expected}.`;
  return new GalleyError('monitor.label_not_a_class', message, { details: { id, label, classes } });
}

export async function appendTexts(connection: DuckDBConnection, tableName: string, rows: string[][]): Promise<void> {
  const appender = await connection.createAppender(tableName);
  for (const row of rows) {
    for (const cell of row) appender.appendVarchar(cell);
    appender.endRow();
  }
  appender.closeSync();
}

async function countMatched(parts: readonly LogPart[], connection: DuckDBConnection): Promise<LabelCount> {
  const answered = parts.map(({ path }) => `SELECT row_id FROM ${parquetTable([path])}`);
  const isMatched = parts.length === 0 ? 'false' : `id IN (${answered.join(' UNION ALL ')})`;
  const result = await connection.runAndReadAll(
    `SELECT count(*) FILTER (NOT is_unusable AND is_matched)::DOUBLE,
            count(*) FILTER (NOT is_unusable AND NOT is_matched)::DOUBLE,
            count(*) FILTER (is_unusable)::DOUBLE
     FROM (SELECT coalesce(${isMatched}, false) AS is_matched, label IN (SELECT label FROM unusable) AS is_unusable FROM given)`,
  );
  const [matched = 0, unmatched = 0, unusable = 0] = (result.getRows()[0] ?? []).map(Number);
  return unusable === 0 ? { matched, unmatched } : { matched, unmatched, unusable };
}

/** In chunks, so that other calls are answered in between: what a crash leaves out is added by doing it again. */
async function store(
  { context, store }: LabelSources,
  spec: DeploymentSpec,
  connection: DuckDBConnection,
): Promise<void> {
  const receivedAt = context.clock.now();
  const result = await connection.stream('SELECT id, label FROM given');
  let waiting: Label[] = [];
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    for (const [id, label] of chunk.getRows()) waiting.push({ id: String(id), label: String(label) });
    if (waiting.length < labelsPerTransaction) continue;
    store.add(spec.id, waiting, receivedAt);
    waiting = [];
  }
  store.add(spec.id, waiting, receivedAt);
}
