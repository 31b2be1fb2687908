import type { Tensor, TypedTensor } from 'onnxruntime-node';
import type { Signature } from '../contract/values.ts';
import type { InputValue } from './field-rule.ts';

export type TensorConstructor = typeof Tensor;

/** Graph inputs by name: one tensor [N,1] per input of the signature. */
export type Feeds = Record<string, TypedTensor<'float32'> | TypedTensor<'string'>>;

/**
 * Rows as graph inputs. Missing is NaN in a float tensor and "" in a string tensor; a boolean is 0 or 1, in a string
 * tensor `false` or `true`.
 * @param rows values in the order of the signature's inputs
 */
export function encodeRows(signature: Signature, rows: readonly InputValue[][], TensorOf: TensorConstructor): Feeds {
  // Without a prototype, so that a column called `__proto__` is an input like any other.
  const feeds: Feeds = Object.create(null);
  for (const [position, field] of signature.inputs.entries()) {
    feeds[field.name] =
      field.tensor === 'float'
        ? new TensorOf('float32', floats(rows, position), [rows.length, 1])
        : new TensorOf('string', texts(rows, position), [rows.length, 1]);
  }
  return feeds;
}

function floats(rows: readonly InputValue[][], position: number): Float32Array {
  const values = new Float32Array(rows.length);
  for (let row = 0; row < rows.length; row++) {
    const value = (rows[row] as InputValue[])[position] as InputValue;
    values[row] = value === null ? Number.NaN : Number(value);
  }
  return values;
}

function texts(rows: readonly InputValue[][], position: number): string[] {
  return rows.map((row) => {
    const value = row[position] as InputValue;
    return value === null ? '' : String(value);
  });
}
