import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { canonicalJson } from '../../base/canonical-json.ts';
import type { ServedVersion } from '../../contract/serving.ts';
import type { ReadContext } from '../../data/for-jobs.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { readSignature, versionFiles } from '../../serving/model-files.ts';
import { inOrder } from '../../serving/streams/in-order.ts';
import { openDuck } from '../../store/duck.ts';
import { answerColumns } from './answer-columns.ts';
import { AnswerParts } from './answer-parts.ts';
import { InputBatches } from './input-batches.ts';
import { type ScoredSource, ScoredTable } from './scored-table.ts';
import type { BatchAnswers } from './scoring-messages.ts';
import { ScoringPool } from './scoring-pool.ts';
import { unfinishedPath, writeTarget } from './write-target.ts';

export interface PredictInput {
  served: ServedVersion;
  /** `mv_…`: the version whose answers these are. */
  versionId: string;
  source: ScoredSource;
  /** CSV or Parquet, by the end of its name. */
  target: string;
  /** Where answers are kept until the target is written, a folder for each work. */
  partsFolder: string;
}

export interface PredictOutput {
  rows: number;
  /** Of those, the rows that an earlier try with the same source, version and target had answered. */
  kept: number;
  seconds: number;
}

/** The rows are read ahead of the model, for which one thread is enough. */
const frugal = { memoryLimit: '300MB', threads: 1 };

/** Scores a table with a model version in constant memory, with the checks and answers of the prediction server. */
export async function runPredictJob(input: PredictInput, context: JobContext): Promise<PredictOutput> {
  const began = performance.now();
  const { source, target, served, partsFolder } = input;
  const paths = source.kind === 'file' ? [source.path] : source.paths;
  const { stagingFolder } = context;
  const rowsDuck = await openDuck({
    allowed: [...paths, stagingFolder, partsFolder, unfinishedPath(target), dirname(target)],
    temporaryFolder: stagingFolder,
    ...frugal,
  });
  const answersDuck = await openDuck({ allowed: [partsFolder], temporaryFolder: stagingFolder, ...frugal });
  const connection = await rowsDuck.connect();
  const answersConnection = await answersDuck.connect();
  const reading: ReadContext = {
    stagingFolder,
    connection,
    progress: (phase, done, total) => context.progress({ phase, done, total }),
    throwIfCanceled: context.throwIfCanceled,
  };
  try {
    const signature = await readSignature(versionFiles(served).signature);
    const table = await ScoredTable.open(source, reading, signature);
    const columns = answerColumns(signature);
    const parts = new AnswerParts(join(partsFolder, workKey(input, table)), answersConnection, columns);
    const kept = parts.rows;
    await score(new InputBatches(rowsDuck, table, signature), parts, table.rows, served, context);
    await writeTarget(reading, table, columns, parts, target);
    parts.remove();
    return { rows: parts.rows, kept, seconds: (performance.now() - began) / 1000 };
  } finally {
    for (const open of [connection, answersConnection, rowsDuck, answersDuck]) open.closeSync();
  }
}

/** The same for the same rows, version and target. */
function workKey({ versionId, target }: PredictInput, { identity }: ScoredTable): string {
  return createHash('sha256').update(canonicalJson({ identity, versionId, target })).digest('hex').slice(0, 32);
}

/** Answers the rows that no part has yet, on all cores. */
async function score(
  input: InputBatches,
  parts: AnswerParts,
  rows: number,
  served: ServedVersion,
  context: JobContext,
): Promise<void> {
  let done = parts.rows;
  const progress = () => context.progress({ phase: 'scoring', done, total: rows });
  progress();
  if (done >= rows) return;
  const threads = availableParallelism();
  const pool = new ScoringPool(served, threads);
  try {
    // No thread waits for the next batch while there is one.
    const answered = inOrder(input.read(done), (batch) => settled(pool.score(batch)), threads + 1);
    for await (const { answers, error } of answered) {
      context.throwIfCanceled();
      if (!answers) throw error;
      await parts.append(answers);
      done += answers.rows;
      progress();
    }
    await parts.flush();
  } finally {
    await pool.close();
  }
}

async function settled(scored: Promise<BatchAnswers>): Promise<{ answers?: BatchAnswers; error?: unknown }> {
  try {
    return { answers: await scored };
  } catch (error) {
    return { error };
  }
}
