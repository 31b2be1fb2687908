import type { InferenceSession } from 'onnxruntime-node';
import { GalleyError } from '../base/errors.ts';
import type { ServedVersion } from '../contract/serving.ts';
import type { Signature } from '../contract/values.ts';
import { type Answers, Batcher, type BatchLimits } from './batcher.ts';
import type { InputValue } from './field-rule.ts';
import { readSignature, versionFiles } from './model-files.ts';
import { RowCheck } from './row-check.ts';
import { encodeRows, type TensorConstructor } from './tensors.ts';

/** One thread per run is the quickest for small batches, and leaves the other cores to the rest of the machine. */
const sessionOptions: InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  logSeverityLevel: 3,
};

const warmUpRuns = 3;

/** A model version that is loaded, checked and warm. */
export class LoadedModel {
  readonly version: number;
  readonly signature: Signature;
  readonly rows: RowCheck;
  readonly batcher: Batcher<InputValue[]>;
  readonly #session: InferenceSession;
  #users = 0;
  #unused: (() => void) | null = null;

  constructor(version: number, signature: Signature, session: InferenceSession, batcher: Batcher<InputValue[]>) {
    this.version = version;
    this.signature = signature;
    this.rows = new RowCheck(signature);
    this.batcher = batcher;
    this.#session = session;
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
    await this.#session.release();
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
  const files = versionFiles(served);
  const signature = await readSignature(files.signature);
  // ONNX Runtime reads this when its library is loaded, and reports home without it.
  process.env.ORT_DISABLE_TELEMETRY = '1';
  const runtime = await import('onnxruntime-node');
  const session = await openSession(runtime.InferenceSession, files.onnx);
  checkInputs(session, signature, files.onnx);
  const run = (rows: InputValue[][]) => runRows(session, signature, rows, runtime.Tensor);
  await warmUp(run, signature, batch().rows);
  return new LoadedModel(served.version, signature, session, new Batcher(run, batch, observe));
}

async function openSession(Session: typeof InferenceSession, path: string): Promise<InferenceSession> {
  try {
    return await Session.create(path, sessionOptions);
  } catch (cause) {
    const message = `The model ${path} cannot be loaded: ${(cause as Error).message}`;
    throw new GalleyError('serving.model_unreadable', message, { details: { path }, cause });
  }
}

function checkInputs(session: InferenceSession, signature: Signature, path: string): void {
  const wanted = signature.inputs.map(({ name, tensor }) => `${name}: ${tensor === 'float' ? 'float32' : 'string'}`);
  const found = session.inputMetadata.map((input) => `${input.name}: ${input.isTensor ? input.type : 'no tensor'}`);
  const missing = wanted.filter((input) => !found.includes(input));
  const surplus = found.filter((input) => !wanted.includes(input));
  if (missing.length === 0 && surplus.length === 0) return;
  const message = `The model ${path} does not take what its signature says: ${[
    ...missing.map((input) => `${input} is missing`),
    ...surplus.map((input) => `${input} is not in the signature`),
  ].join(', ')}.`;
  throw new GalleyError('serving.model_mismatch', message, { details: { path, missing, surplus } });
}

async function runRows(
  session: InferenceSession,
  signature: Signature,
  rows: InputValue[][],
  TensorOf: TensorConstructor,
): Promise<Answers> {
  const outputs = await evaluate(session, encodeRows(signature, rows, TensorOf));
  const width = signature.task === 'regression' ? 1 : (signature.classes?.length ?? 0);
  const scores = outputs[signature.task === 'regression' ? 'prediction' : 'probabilities']?.data;
  if (!(scores instanceof Float32Array) || scores.length !== rows.length * width) {
    throw outputMismatch(session, `float32 with ${width} number(s) a row`);
  }
  if (signature.task === 'regression') return { labels: null, scores, width };
  const labels = outputs.label?.data;
  if (!Array.isArray(labels) || labels.length !== rows.length) throw outputMismatch(session, 'a string label a row');
  return { labels, scores, width };
}

async function evaluate(session: InferenceSession, feeds: InferenceSession.FeedsType) {
  try {
    return await session.run(feeds);
  } catch (cause) {
    throw new GalleyError('serving.model_failed', `The model failed: ${(cause as Error).message}`, { cause });
  }
}

function outputMismatch(session: InferenceSession, wanted: string): GalleyError {
  const found = session.outputNames.join(', ');
  return new GalleyError('serving.model_mismatch', `The model does not give ${wanted}; its outputs are ${found}.`, {
    details: { outputs: [...session.outputNames] },
  });
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
