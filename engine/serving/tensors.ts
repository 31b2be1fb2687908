import type { Tensor, TypedTensor } from 'onnxruntime-node';
import type { FieldSignature, Signature } from '../contract/values.ts';
import type { InputValue } from './field-rule.ts';

type TensorConstructor = typeof Tensor;

/** Graph inputs by name: one tensor [N,1] per input of the signature. */
type Feeds = Record<string, TypedTensor<'float32'> | TypedTensor<'string'>>;

/** The values of one input, in a float or a string tensor. */
export type TensorColumn = Float32Array<ArrayBuffer> | string[];

/**
 * Rows as graph inputs. Missing is NaN in a float tensor and "" in a string tensor; a boolean is 0 or 1, in a string
 * tensor `false` or `true`.
 * @param rows values in the order of the signature's inputs
 */
export function encodeRows(signature: Signature, rows: readonly InputValue[][], TensorOf: TensorConstructor): Feeds {
  const columns = signature.inputs.map((field, position) => {
    const column = emptyColumn(field, rows.length);
    for (let row = 0; row < rows.length; row++) setValue(column, row, (rows[row] as InputValue[])[position] ?? null);
    return column;
  });
  return encodeColumns(signature, columns, rows.length, TensorOf);
}

/** @param columns of so many rows, in the order of the signature's inputs */
export function encodeColumns(
  signature: Signature,
  columns: readonly TensorColumn[],
  rows: number,
  TensorOf: TensorConstructor,
): Feeds {
  // Without a prototype, so that a column called `__proto__` is an input like any other.
  const feeds: Feeds = Object.create(null);
  for (const [position, { name }] of signature.inputs.entries()) {
    const column = columns[position] as TensorColumn;
    feeds[name] =
      column instanceof Float32Array
        ? new TensorOf('float32', column, [rows, 1])
        : new TensorOf('string', column, [rows, 1]);
  }
  return feeds;
}

/** A column for so many rows, all of which are missing. */
export function emptyColumn({ tensor }: FieldSignature, rows: number): TensorColumn {
  return tensor === 'float' ? new Float32Array(rows).fill(Number.NaN) : new Array<string>(rows).fill('');
}

/**
 * Puts a checked value into a column. ONNX Runtime would cut a text at a NUL, and take what is left for another one; half a
 * surrogate pair, which Node's replaces, is no UTF-8 to the browser's.
 */
export function setValue(column: TensorColumn, row: number, value: InputValue): void {
  if (column instanceof Float32Array) column[row] = value === null ? Number.NaN : Number(value);
  else column[row] = value === null ? '' : String(value).toWellFormed().replaceAll('\0', '\ufffd');
}
