import * as runtime from 'onnxruntime-web/wasm';
import type { Signature } from '../../../../contract/values.ts';
import type { InputValue } from '../../../../serving/field-rule.ts';
import { encodeRows } from '../../../../serving/tensors.ts';
import { type GraphAnswers, graphAnswers } from '../../../golden-comparison.ts';
import { embeddedBytes } from './embedded.ts';

/** The model of the page, run by ONNX Runtime in this thread. */
export class EmbeddedModel {
  readonly #session: runtime.InferenceSession;
  readonly #signature: Signature;

  private constructor(session: runtime.InferenceSession, signature: Signature) {
    this.#session = session;
    this.#signature = signature;
  }

  static async open(signature: Signature): Promise<EmbeddedModel> {
    runtime.env.wasm.numThreads = 1;
    runtime.env.wasm.proxy = false;
    runtime.env.wasm.wasmBinary = await embeddedBytes('runtime');
    runtime.env.logLevel = 'error';
    const model = await embeddedBytes('model');
    const session = await runtime.InferenceSession.create(model, { executionProviders: ['wasm'], logSeverityLevel: 3 });
    return new EmbeddedModel(session, signature);
  }

  /** @param rows checked values in the order of the signature's inputs. */
  async answer(rows: readonly InputValue[][]): Promise<GraphAnswers> {
    const results = await this.#session.run(encodeRows(this.#signature, rows, runtime.Tensor));
    const isNumber = this.#signature.task === 'regression';
    const values = results[isNumber ? 'prediction' : 'probabilities']?.data as Float32Array;
    return graphAnswers(values, isNumber ? undefined : (results.label?.data as string[]), rows.length);
  }
}
