import type { FieldSignature, Signature } from '../../../contract/values.ts';

/** Tensors of one row by name, `{"age": [[39]], "sex": [["male"]]}`: each column's example, and missing where it has none. */
export function exampleTensors({ inputs }: Signature): Record<string, [[number | string | null]]> {
  return Object.fromEntries(inputs.map((field) => [field.name, [[exampleOf(field)]]]));
}

function exampleOf({ tensor, example }: FieldSignature): number | string | null {
  if (tensor === 'string') return String(example ?? '');
  return example === undefined ? null : Number(example);
}
