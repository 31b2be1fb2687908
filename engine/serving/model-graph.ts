import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { GalleyError } from '../base/errors.ts';
import type { ServedVersion } from '../contract/serving.ts';
import type { Signature } from '../contract/values.ts';
import type { Answers } from './batcher.ts';
import type { InputValue } from './field-rule.ts';
import { readSignature } from './model-files.ts';
import { encodeColumns, encodeRows, type TensorColumn } from './tensors.ts';
import { type ReadFile, readVersionFile, versionFiles } from './version-files.ts';

/** One thread per run is the quickest for small batches, and leaves the other cores to the rest of the machine. */
const sessionOptions: InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  logSeverityLevel: 3,
};

/** The graph of a model version, compared with its signature. */
export class ModelGraph {
  readonly signature: Signature;
  readonly #session: InferenceSession;
  readonly #Tensor: typeof Tensor;

  private constructor(signature: Signature, session: InferenceSession, TensorOf: typeof Tensor) {
    this.signature = signature;
    this.#session = session;
    this.#Tensor = TensorOf;
  }

  /** @throws GalleyError `serving.model_unreadable`, `serving.model_tampered`, `serving.model_mismatch` */
  static async open(served: ServedVersion): Promise<ModelGraph> {
    const files = await versionFiles(served);
    const signature = await readSignature(files.signature);
    // ONNX Runtime reads this when its library is loaded, and reports home without it.
    process.env.ORT_DISABLE_TELEMETRY = '1';
    const runtime = await import('onnxruntime-node');
    const session = await openSession(runtime.InferenceSession, files.onnx);
    checkInputs(session, signature, files.onnx.path);
    return new ModelGraph(signature, session, runtime.Tensor);
  }

  /**
   * Answers checked rows.
   * @throws GalleyError `serving.model_failed`, `serving.model_mismatch`
   */
  runRows(rows: readonly InputValue[][]): Promise<Answers> {
    return this.#run(encodeRows(this.signature, rows, this.#Tensor), rows.length);
  }

  /**
   * Answers checked rows that lie in columns.
   * @param columns of so many rows, in the order of the signature's inputs
   * @throws GalleyError `serving.model_failed`, `serving.model_mismatch`
   */
  runColumns(columns: readonly TensorColumn[], rows: number): Promise<Answers> {
    return this.#run(encodeColumns(this.signature, columns, rows, this.#Tensor), rows);
  }

  /** Frees the memory of the model; no run may be under way. */
  release(): Promise<void> {
    return this.#session.release();
  }

  async #run(feeds: InferenceSession.FeedsType, rows: number): Promise<Answers> {
    const { task, classes } = this.signature;
    const outputs = await this.#evaluate(feeds);
    const width = task === 'regression' ? 1 : (classes?.length ?? 0);
    const scores = outputs[task === 'regression' ? 'prediction' : 'probabilities']?.data;
    if (!(scores instanceof Float32Array) || scores.length !== rows * width) {
      throw this.#mismatch(`float32 with ${width} number(s) a row`);
    }
    if (task === 'regression') return { labels: null, scores, width };
    const labels = outputs.label?.data;
    if (!Array.isArray(labels) || labels.length !== rows) throw this.#mismatch('a string label a row');
    return { labels, scores, width };
  }

  async #evaluate(feeds: InferenceSession.FeedsType) {
    try {
      return await this.#session.run(feeds);
    } catch (cause) {
      throw new GalleyError('serving.model_failed', `The model failed: ${(cause as Error).message}`, { cause });
    }
  }

  #mismatch(wanted: string): GalleyError {
    const outputs = [...this.#session.outputNames];
    const message = `The model does not give ${wanted}; its outputs are ${outputs.join(', ')}.`;
    return new GalleyError('serving.model_mismatch', message, { details: { outputs } });
  }
}

/** What was compared is what is loaded: a file that must be checked is not read twice. */
async function openSession(Session: typeof InferenceSession, file: ReadFile): Promise<InferenceSession> {
  const { path } = file;
  const bytes = file.sha256 === undefined ? undefined : await readVersionFile(file);
  try {
    return await (bytes ? Session.create(bytes, sessionOptions) : Session.create(path, sessionOptions));
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
