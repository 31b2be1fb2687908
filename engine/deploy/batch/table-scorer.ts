import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import type { DuckDBInstance } from '@duckdb/node-api';
import { canonicalJson } from '../../base/canonical-json.ts';
import type { JobProgress } from '../../contract/jobs.ts';
import type { ServedVersion } from '../../contract/serving.ts';
import type { Signature } from '../../contract/values.ts';
import type { ReadContext } from '../../data/for-jobs.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { servedSignature } from '../../serving/model-files.ts';
import { inOrder } from '../../serving/streams/in-order.ts';
import { openDuck } from '../../store/duck.ts';
import { answerColumns } from './answer-columns.ts';
import { AnswerParts } from './answer-parts.ts';
import { InputBatches } from './input-batches.ts';
import { type ScoredSource, ScoredTable } from './scored-table.ts';
import type { BatchAnswers } from './scoring-messages.ts';
import { ScoringPool } from './scoring-pool.ts';
import { unfinishedPath, writeTarget } from './write-target.ts';

/** A table and where its answers go, a CSV or Parquet file by the end of its name. */
export interface ScoringOrder {
  source: ScoredSource;
  target: string;
}

export interface ScoringModel {
  served: ServedVersion;
  /** `mv_…`: the version whose answers these are. */
  versionId: string;
  /** Where answers are kept until the target is written, a folder for each work. */
  partsFolder: string;
}

export interface Scored {
  rows: number;
  /** Of those, the rows that an earlier try with the same source, version and target had answered. */
  kept: number;
}

/** The rows are read ahead of the model, for which one thread is enough. */
const frugal = { memoryLimit: '300MB', threads: 1 };

/** Scores tables with a model version, one after the other, in constant memory, with the checks and answers of the prediction server. */
export class TableScorer {
  readonly #model: ScoringModel;
  readonly #signature: Signature;
  readonly #rowsDuck: DuckDBInstance;
  readonly #answersDuck: DuckDBInstance;
  readonly #pool: ScoringPool;
  readonly #context: JobContext;

  private constructor(
    model: ScoringModel,
    signature: Signature,
    [rowsDuck, answersDuck]: [DuckDBInstance, DuckDBInstance],
    context: JobContext,
  ) {
    this.#model = model;
    this.#signature = signature;
    this.#rowsDuck = rowsDuck;
    this.#answersDuck = answersDuck;
    this.#pool = new ScoringPool(model.served, threads);
    this.#context = context;
  }

  /** @param orders those that may be scored: nothing else on the disk is reached */
  static async open(model: ScoringModel, orders: readonly ScoringOrder[], context: JobContext): Promise<TableScorer> {
    const signature = await servedSignature(model.served);
    const { partsFolder } = model;
    const { stagingFolder } = context;
    const reached = orders.flatMap(({ source, target }) => [
      ...(source.kind === 'file' ? [source.path] : source.paths),
      unfinishedPath(target),
      dirname(target),
    ]);
    const allowed = [...new Set([...reached, stagingFolder, partsFolder])];
    const rowsDuck = await openDuck({ allowed, temporaryFolder: stagingFolder, ...frugal });
    const answersDuck = await openDuck({ allowed: [partsFolder], temporaryFolder: stagingFolder, ...frugal });
    return new TableScorer(model, signature, [rowsDuck, answersDuck], context);
  }

  /**
   * @param progress is told how far it is
   * @throws GalleyError `data.*`, `deploy.*`, `serving.*`, `job.process_died`
   */
  async score({ source, target }: ScoringOrder, progress: (progress: JobProgress) => void): Promise<Scored> {
    const stagingFolder = join(this.#context.stagingFolder, 'table');
    mkdirSync(stagingFolder, { recursive: true });
    const connection = await this.#rowsDuck.connect();
    const answersConnection = await this.#answersDuck.connect();
    const reading: ReadContext = {
      stagingFolder,
      connection,
      progress: (phase, done, total) => progress({ phase, done, total }),
      throwIfCanceled: this.#context.throwIfCanceled,
    };
    try {
      const table = await ScoredTable.open(source, reading, this.#signature);
      const columns = answerColumns(this.#signature);
      const parts = new AnswerParts(this.#partsFolder(table, target), answersConnection, columns);
      const kept = parts.rows;
      await this.#answer(table, parts, progress);
      await writeTarget(reading, table, columns, parts, target);
      parts.remove();
      return { rows: parts.rows, kept };
    } finally {
      for (const open of [connection, answersConnection]) open.closeSync();
      rmSync(stagingFolder, { recursive: true, force: true });
    }
  }

  async close(): Promise<void> {
    await this.#pool.close();
    for (const duck of [this.#rowsDuck, this.#answersDuck]) duck.closeSync();
  }

  /** The same for the same rows, version and target. */
  #partsFolder({ identity }: ScoredTable, target: string): string {
    const { versionId, partsFolder } = this.#model;
    const key = createHash('sha256').update(canonicalJson({ identity, versionId, target }));
    return join(partsFolder, key.digest('hex').slice(0, 32));
  }

  /** Answers the rows that no part has yet, on all cores. */
  async #answer(table: ScoredTable, parts: AnswerParts, progress: (progress: JobProgress) => void): Promise<void> {
    const total = table.rows;
    let done = parts.rows;
    const tell = () => progress({ phase: 'scoring', done, total });
    tell();
    if (done >= total) return;
    const input = new InputBatches(this.#rowsDuck, table, this.#signature);
    // No thread waits for the next batch while there is one.
    const answered = inOrder(input.read(done), (batch) => settled(this.#pool.score(batch)), threads + 1);
    for await (const { answers, error } of answered) {
      this.#context.throwIfCanceled();
      if (!answers) throw error;
      await parts.append(answers);
      done += answers.rows;
      tell();
    }
    await parts.flush();
  }
}

const threads = availableParallelism();

async function settled(scored: Promise<BatchAnswers>): Promise<{ answers?: BatchAnswers; error?: unknown }> {
  try {
    return { answers: await scored };
  } catch (error) {
    return { error };
  }
}
