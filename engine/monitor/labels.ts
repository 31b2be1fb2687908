import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { GalleyError } from '../base/errors.ts';
import type { DeploymentSpec, DeployPhase } from '../deploy/index.ts';
import type { EngineContext } from '../jobs/context.ts';
import { parquetTable, sqlName } from '../store/duck.ts';
import type { Label, LabelStore } from './label-store.ts';
import { requireColumn, unreadable, withTableFile } from './table-file.ts';

/** How many labels belong to a row that was answered until now. The others are kept: their rows may still come. */
export interface LabelCount {
  matched: number;
  unmatched: number;
}

export interface LabelSources {
  context: EngineContext;
  deploy: Pick<DeployPhase, 'collect' | 'logParts' | 'signature'>;
  store: LabelStore;
}

/** Labels that are written in one transaction. */
const labelsPerTransaction = 5000;
const numberPattern = String.raw`^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$`;

/**
 * Adds labels that came over the border.
 * @throws GalleyError `monitor.label_not_a_number`
 */
export async function addLabels(
  sources: LabelSources,
  spec: DeploymentSpec,
  labels: readonly { id: string; label: string | number | boolean }[],
): Promise<LabelCount> {
  const texts = labels.map(({ id, label }) => ({ id, label: String(label) }));
  return sources.context.duck.use(async (connection) => {
    await connection.run('CREATE TEMP TABLE given (id VARCHAR, label VARCHAR)');
    const appender = await connection.createAppender('given');
    for (const { id, label } of texts) {
      appender.appendVarchar(id);
      appender.appendVarchar(label);
      appender.endRow();
    }
    appender.closeSync();
    return takeGiven(sources, spec, connection, 'The call');
  });
}

/**
 * Adds the labels of a file; lines without an id or a label are passed over.
 * @throws GalleyError `monitor.unreadable_file`, `monitor.unknown_column`, `monitor.label_not_a_number`
 */
export async function addLabelsOfFile(
  sources: LabelSources,
  spec: DeploymentSpec,
  { file: path, id, label }: { file: string; id: string; label: string },
): Promise<LabelCount> {
  const { path: projectPath } = sources.context.project;
  const options = { folders: [join(projectPath, 'blobs')], temporaryFolder: join(projectPath, 'run') };
  return withTableFile(path, options, async ({ connection, columns, table }) => {
    for (const name of [id, label]) requireColumn(path, columns, name);
    const read = `SELECT ${sqlName(id)} AS id, ${sqlName(label)} AS label FROM ${table([...new Set([id, label])])}`;
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

/** Keeps the labels of the connection's table `given`, in its order. */
async function takeGiven(
  sources: LabelSources,
  spec: DeploymentSpec,
  connection: DuckDBConnection,
  origin: string,
): Promise<LabelCount> {
  const { deploy, context } = sources;
  const { task } = await deploy.signature(spec.model, spec.version);
  if (task === 'regression') await requireNumbers(connection, origin);
  await deploy.collect(spec.id);
  const count = await countMatched(sources, spec, connection);
  await store(sources, spec, connection);
  context.events.publish({ type: 'phase.changed', phase: 'monitor', subject: spec.name });
  return count;
}

async function requireNumbers(connection: DuckDBConnection, origin: string): Promise<void> {
  const found = await connection.runAndReadAll(
    `SELECT id, label FROM given WHERE NOT regexp_matches(label, '${numberPattern}') LIMIT 1`,
  );
  const [row] = found.getRows();
  if (!row) return;
  const [id, label] = row.map(String);
  throw new GalleyError('monitor.label_not_a_number', `${origin} has the label "${label}" for the row ${id}.`, {
    details: { id, label },
  });
}

async function countMatched(
  { deploy }: LabelSources,
  spec: DeploymentSpec,
  connection: DuckDBConnection,
): Promise<LabelCount> {
  const paths = deploy.logParts(spec.id, null, null).map(({ path }) => path);
  const answered = paths.map((path) => `SELECT row_id FROM ${parquetTable([path])}`);
  const isMatched = paths.length === 0 ? 'false' : `id IN (${answered.join(' UNION ALL ')})`;
  const result = await connection.runAndReadAll(
    `SELECT count(*) FILTER (${isMatched})::DOUBLE, count(*)::DOUBLE FROM given`,
  );
  const [matched = 0, total = 0] = (result.getRows()[0] ?? []).map(Number);
  return { matched, unmatched: total - matched };
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
