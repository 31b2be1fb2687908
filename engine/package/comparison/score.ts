import type { InferenceSession, TypedTensor } from 'onnxruntime-node';
import type { Frame } from '../../base/frame.ts';
import type { Signature } from '../../contract/values.ts';
import { encodeRows } from '../../serving/tensors.ts';
import { rawRows } from '../../train/index.ts';

/** A model's answers to rows: one prediction a row, or one probability a class. */
export interface ModelAnswers {
  /** Empty for a regression. */
  classes: readonly string[];
  /** Binary only. */
  threshold?: number;
  /** Rows x classes or rows x 1, row-major. */
  values: Float64Array;
}

/** The files of a version, as far as scoring needs them. */
export interface ModelFile {
  onnx: string;
  signature: Signature;
}

const batchRows = 1024;

/**
 * A version's answers to rows of a frame, computed by the very file that is served.
 * @param onBatch called before each batch; it may throw to stop.
 */
export async function scoreRows(
  { onnx, signature }: ModelFile,
  frame: Frame,
  positions: Int32Array,
  onBatch: () => void,
): Promise<ModelAnswers> {
  const { InferenceSession, Tensor } = await import('onnxruntime-node');
  const session: InferenceSession = await InferenceSession.create(onnx, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const classes = signature.classes ?? [];
  const width = Math.max(classes.length, 1);
  const output = signature.task === 'regression' ? 'prediction' : 'probabilities';
  const values = new Float64Array(positions.length * width);
  try {
    for (let start = 0; start < positions.length; start += batchRows) {
      onBatch();
      const rows = rawRows(frame, signature.inputs, positions.subarray(start, start + batchRows));
      const outputs = await session.run(encodeRows(signature, rows, Tensor));
      values.set((outputs[output] as TypedTensor<'float32'>).data, start * width);
    }
  } finally {
    await session.release();
  }
  return { classes, threshold: signature.threshold, values };
}
