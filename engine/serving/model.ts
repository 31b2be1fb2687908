import type { ServedVersion } from '../contract/serving.ts';
import type { Signature } from '../contract/values.ts';
import type { PreparedReference } from '../statistics/profile/reference-profile.ts';
import { Batcher, type BatchLimits } from './batcher.ts';
import type { InputValue } from './field-rule.ts';
import { ModelGraph } from './model-graph.ts';
import { ModelThread } from './model-thread.ts';
import { servedReference } from './profiles/served-reference.ts';
import { RowCheck } from './row-check.ts';
import { readVersionFile, versionFiles } from './version-files.ts';

const warmUpRuns = 3;

/** Milliseconds that a run may hold up whatever else the server does. */
export const longestRun = { row: 5, batch: 25 };
export type LongestRun = typeof longestRun;
/** Where nothing else is to be done beside the model. */
export const anyRun: LongestRun = { row: Number.POSITIVE_INFINITY, batch: Number.POSITIVE_INFINITY };

/** What runs a model: its graph here, or a thread that has it. */
type ModelRunner = Pick<ModelGraph, 'runRows' | 'release'>;

/** A model version that is loaded, checked and warm. */
export class LoadedModel {
  readonly version: number;
  readonly signature: Signature;
  readonly rows: RowCheck;
  readonly batcher: Batcher<InputValue[]>;
  /** What its rows are counted against; null where nobody says it. */
  readonly reference: PreparedReference | null;
  readonly #runner: ModelRunner;
  #users = 0;
  #unused: (() => void) | null = null;

  constructor(
    version: number,
    signature: Signature,
    runner: ModelRunner,
    batcher: Batcher<InputValue[]>,
    reference: PreparedReference | null = null,
  ) {
    this.reference = reference;
    this.version = version;
    this.signature = signature;
    this.rows = new RowCheck(signature);
    this.batcher = batcher;
    this.#runner = runner;
  }

  /** Whether it is computed in a thread of its own. */
  get hasThread(): boolean {
    return this.#runner instanceof ModelThread;
  }

  /** Does work with the model, which is not released before its end. */
  async use<Result>(work: (model: this) => Promise<Result>): Promise<Result> {
    this.#users++;
    try {
      return await work(this);
    } finally {
      this.#users--;
      if (this.#users === 0) this.#unused?.();
    }
  }

  /** Frees the memory of the model after the last use of it, none of which may begin any more. */
  async release(): Promise<void> {
    if (this.#users > 0) {
      await new Promise<void>((resolve) => {
        this.#unused = resolve;
      });
    }
    await this.#runner.release();
  }

  /** Ends its thread, if it has one, once what it computes is done; nothing is answered any more. */
  async stop(): Promise<void> {
    if (this.#runner instanceof ModelThread) await this.#runner.release();
  }
}

/**
 * Loads a version, compares all its files with what they must be and its graph with its signature, and runs it until it is
 * warm. One whose runs are long then gets a thread of its own, and is freed here.
 * @param batch asked for each batch
 * @param observe is told the rows of each batch
 * @throws GalleyError `serving.model_unreadable`, `serving.model_tampered`, `serving.model_mismatch`, `serving.model_failed`
 */
export async function loadModel(
  served: ServedVersion,
  batch: () => BatchLimits,
  observe?: (rows: number) => void,
  longest: LongestRun = longestRun,
): Promise<LoadedModel> {
  const { others } = await versionFiles(served);
  for (const file of others) await readVersionFile(file);
  const reference = await servedReference(served, others);
  const graph = await ModelGraph.open(served);
  const { signature } = graph;
  const runner = (await isLong(graph, batch().rows, longest)) ? await threaded(served, graph) : graph;
  const run = (rows: InputValue[][]) => runner.runRows(rows);
  return new LoadedModel(served.version, signature, runner, new Batcher(run, batch, observe), reference);
}

async function threaded(served: ServedVersion, graph: ModelGraph): Promise<ModelThread> {
  await graph.release();
  const thread = new ModelThread(served);
  try {
    await thread.runRows([exampleRow(graph.signature)]);
    return thread;
  } catch (error) {
    await thread.release();
    throw error;
  }
}

/**
 * Runs a single row and a full batch, so that the first caller does not pay for the model's first allocations, and looks how
 * long the quickest of each took. What is busy beside it makes a run longer, not shorter.
 */
async function isLong(graph: ModelGraph, batchRows: number, longest: LongestRun): Promise<boolean> {
  const row = exampleRow(graph.signature);
  const quickest = { row: Number.POSITIVE_INFINITY, batch: Number.POSITIVE_INFINITY };
  for (let round = 0; round < warmUpRuns; round++) {
    quickest.row = Math.min(quickest.row, await timed(graph, [row]));
    quickest.batch = Math.min(quickest.batch, await timed(graph, new Array(batchRows).fill(row)));
  }
  return quickest.row > longest.row || quickest.batch > longest.batch;
}

async function timed(graph: ModelGraph, rows: InputValue[][]): Promise<number> {
  const began = performance.now();
  await graph.runRows(rows);
  return performance.now() - began;
}

function exampleRow({ inputs }: Signature): InputValue[] {
  return inputs.map(({ example }) => (isInputValue(example) ? example : null));
}

function isInputValue(value: unknown): value is InputValue {
  return ['number', 'string', 'boolean'].includes(typeof value);
}
