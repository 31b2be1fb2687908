import { renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api';
import { GalleyError } from '../base/errors.ts';
import type { ServedVersion } from '../contract/serving.ts';
import type { JobContext } from '../jobs/job-process.ts';
import type { Answers } from '../serving/batcher.ts';
import { type LoadedModel, loadModel } from '../serving/model.ts';
import { openDuck, sqlName, sqlText } from '../store/duck.ts';
import { PredictSource } from './predict-source.ts';

export interface PredictInput {
  served: ServedVersion;
  /** CSV or Parquet, by the end of their names. */
  source: string;
  target: string;
}

export interface PredictOutput {
  rows: number;
  seconds: number;
}

const batchRows = 1024;

/** Scores a file with a model version, piece by piece, with the prediction server's own checks and answers. */
export async function runPredictJob(input: PredictInput, context: JobContext): Promise<PredictOutput> {
  const began = performance.now();
  // Written beside the target, so that the finished file gets its name in one step.
  const unfinished = `${input.target}.${process.pid}.tmp`;
  const duck = await openDuck({
    allowed: [input.source, unfinished, dirname(unfinished)],
    temporaryFolder: context.stagingFolder,
  });
  const connection = await duck.connect();
  try {
    const model = await loadModel(input.served, () => ({ rows: batchRows }));
    const reading = {
      stagingFolder: context.stagingFolder,
      connection,
      progress: (phase: string, done: number, total: number) => context.progress({ phase, done, total }),
      throwIfCanceled: context.throwIfCanceled,
    };
    const source = await PredictSource.open(reading, input.source, model);
    const rows = await scoreRows(connection, model, source, context);
    context.progress({ phase: 'writing', done: 0, total: 0 });
    await writeTarget(connection, model, source, input.target, unfinished);
    return { rows, seconds: (performance.now() - began) / 1000 };
  } finally {
    connection.closeSync();
    duck.closeSync();
    rmSync(unfinished, { force: true });
  }
}

/** Fills the table `answers`, one row for each of the source. @returns how many */
async function scoreRows(
  connection: DuckDBConnection,
  model: LoadedModel,
  source: PredictSource,
  context: JobContext,
): Promise<number> {
  const columns = answerColumns(model).map(({ type }, index) => `answer_${index} ${type}`);
  await connection.run(`CREATE TABLE answers (${columns.join(', ')})`);
  const appender = await connection.createAppender('answers');
  let rows = 0;
  for await (const batch of source.batches(batchRows)) {
    context.throwIfCanceled();
    appendAnswers(appender, await model.batcher.add(batch));
    rows += batch.length;
    context.progress({ phase: 'scoring', done: rows, total: source.rows });
  }
  appender.closeSync();
  return rows;
}

function appendAnswers(appender: DuckDBAppender, { labels, scores, width }: Answers): void {
  for (let row = 0; row < scores.length / width; row++) {
    if (labels) appender.appendVarchar(labels[row] as string);
    for (let column = 0; column < width; column++) {
      const score = scores[row * width + column] as number;
      if (Number.isFinite(score)) appender.appendDouble(score);
      else appender.appendNull();
    }
    appender.endRow();
  }
}

/** Names and types of what is added to each row. */
function answerColumns({ signature }: LoadedModel): { name: string; type: 'DOUBLE' | 'VARCHAR' }[] {
  if (signature.task === 'regression') return [{ name: 'prediction', type: 'DOUBLE' }];
  const probabilities = (signature.classes ?? []).map((name) => ({
    name: `probability_${name}`,
    type: 'DOUBLE' as const,
  }));
  return [{ name: 'label', type: 'VARCHAR' }, ...probabilities];
}

/** The source's columns as they are, then the answers. */
async function writeTarget(
  connection: DuckDBConnection,
  model: LoadedModel,
  source: PredictSource,
  target: string,
  unfinished: string,
): Promise<void> {
  const taken = new Set(source.columns.map((name) => name.toLowerCase()));
  const answers = answerColumns(model).map(({ name }, index) => `answer_${index} AS ${sqlName(freeName(name, taken))}`);
  const columns = [...source.columns.map(sqlName), ...answers].join(', ');
  const format = target.toLowerCase().endsWith('.csv') ? 'FORMAT csv, HEADER' : 'FORMAT parquet, COMPRESSION zstd';
  try {
    await connection.run(
      `COPY (SELECT ${columns} FROM ${source.table} POSITIONAL JOIN answers) TO ${sqlText(unfinished)} (${format})`,
    );
    renameSync(unfinished, target);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOSPC') throw cause;
    const message = `${target} cannot be written: ${(cause as Error).message}`;
    throw new GalleyError('deploy.not_writable', message, { details: { path: target }, cause });
  }
}

/** The name, with a number behind it where a column has it already; column names do not tell letter case apart. */
function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let number = 2; taken.has(free.toLowerCase()); number++) free = `${name}_${number}`;
  taken.add(free.toLowerCase());
  return free;
}
