import type { InferenceSession, TypedTensor } from 'onnxruntime-node';
import { GalleyError } from '../base/errors.ts';
import type { Signature } from '../contract/values.ts';
import { encodeRows } from '../serving/tensors.ts';
import { compareWithGolden, type GraphAnswers, graphAnswers } from './golden-comparison.ts';
import type { GoldenSet } from './golden-set.ts';

export interface Parity {
  rows: number;
  /** Largest |graph - trainer|, divided by |trainer| where that is more than 1. */
  max_abs_diff: number;
}

/**
 * Runs a model file on a golden set with ONNX Runtime and compares.
 * @param onnx the file's bytes.
 * @throws GalleyError `package.parity_failed` with the first rows that differ.
 */
export async function checkParity(onnx: Uint8Array, signature: Signature, golden: GoldenSet): Promise<Parity> {
  const answers = await runGraph(onnx, signature, golden);
  const { faults, largest } = compareWithGolden(golden, answers);
  if (faults.length === 0) return { rows: golden.rows.length, max_abs_diff: largest };
  const first = faults[0] as (typeof faults)[number];
  const message = `The graph differs on ${faults.length} of ${golden.rows.length} golden rows; row ${first.row} gives ${JSON.stringify(first.found)}, the trainer ${JSON.stringify(first.expected)}.`;
  const shown = faults.slice(0, 5).map((fault) => ({ ...fault, inputs: golden.rows[fault.row] }));
  throw new GalleyError('package.parity_failed', message, { details: { faults: shown } });
}

async function runGraph(onnx: Uint8Array, signature: Signature, golden: GoldenSet): Promise<GraphAnswers> {
  // ONNX Runtime reads this when its library is loaded, and reports home without it.
  process.env.ORT_DISABLE_TELEMETRY = '1';
  const runtime = await import('onnxruntime-node');
  const session: InferenceSession = await runtime.InferenceSession.create(onnx, {
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  try {
    const results = await session.run(encodeRows(signature, golden.rows, runtime.Tensor));
    const name = signature.task === 'regression' ? 'prediction' : 'probabilities';
    const values = (results[name] as TypedTensor<'float32'>).data;
    const labels = results.label && (results.label as TypedTensor<'string'>).data;
    return graphAnswers(values, labels, golden.rows.length);
  } finally {
    await session.release();
  }
}
