import type { ServedVersion } from '../contract/serving.ts';
import type { Signature } from '../contract/values.ts';
import { type Answers, Batcher, type BatchLimits } from './batcher.ts';
import type { InputValue } from './field-rule.ts';
import { ModelGraph } from './model-graph.ts';
import { RowCheck } from './row-check.ts';

const warmUpRuns = 3;

/** A model version that is loaded, checked and warm. */
export class LoadedModel {
  readonly version: number;
  readonly signature: Signature;
  readonly rows: RowCheck;
  readonly batcher: Batcher<InputValue[]>;
  readonly #graph: ModelGraph;
  #users = 0;
  #unused: (() => void) | null = null;

  constructor(version: number, graph: ModelGraph, batcher: Batcher<InputValue[]>) {
    this.version = version;
    this.signature = graph.signature;
    this.rows = new RowCheck(graph.signature);
    this.batcher = batcher;
    this.#graph = graph;
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
    await this.#graph.release();
  }
}

/**
 * Loads a version, compares its graph with its signature and runs it until it is warm.
 * @param batch asked for each batch
 * @param observe is told the rows of each batch
 * @throws GalleyError `serving.model_unreadable`, `serving.model_mismatch`, `serving.model_failed`
 */
export async function loadModel(
  served: ServedVersion,
  batch: () => BatchLimits,
  observe?: (rows: number) => void,
): Promise<LoadedModel> {
  const graph = await ModelGraph.open(served);
  const run = (rows: InputValue[][]) => graph.runRows(rows);
  await warmUp(run, graph.signature, batch().rows);
  return new LoadedModel(served.version, graph, new Batcher(run, batch, observe));
}

/** Runs a single row and a full batch, so that the first caller does not pay for the model's first allocations. */
async function warmUp(run: (rows: InputValue[][]) => Promise<Answers>, signature: Signature, batchRows: number) {
  const row = signature.inputs.map(({ example }) => (isInputValue(example) ? example : null));
  for (let round = 0; round < warmUpRuns; round++) {
    await run([row]);
    await run(new Array(batchRows).fill(row));
  }
}

function isInputValue(value: unknown): value is InputValue {
  return ['number', 'string', 'boolean'].includes(typeof value);
}
