import type { FieldSignature, Signature } from '../../../contract/values.ts';

/** A tensor of a request of the Open Inference Protocol v2. */
interface Tensor {
  name: string;
  shape: [number, number];
  datatype: string;
  data: unknown[];
}

const serverDatatypes: Record<FieldSignature['type'], string> = {
  float64: 'FP64',
  decimal: 'FP64',
  int64: 'INT64',
  boolean: 'BOOL',
  date: 'BYTES',
  timestamp: 'BYTES',
  text: 'BYTES',
};

/** One row for the prediction server, each column with its example, in the types of the columns. */
export function serverRequest({ inputs }: Signature): { inputs: Tensor[] } {
  return { inputs: inputs.map((field) => tensor(field.name, serverDatatypes[field.type], field.example ?? null)) };
}

/** The same row for whatever runs the graph itself: numbers and texts, as its tensors are. */
export function tritonRequest({ inputs }: Signature): { inputs: Tensor[] } {
  return {
    inputs: inputs.map(({ name, tensor: kind, example }) =>
      kind === 'float' ? tensor(name, 'FP32', Number(example ?? 0)) : tensor(name, 'BYTES', String(example ?? '')),
    ),
  };
}

function tensor(name: string, datatype: string, value: unknown): Tensor {
  return { name, shape: [1, 1], datatype, data: [value] };
}
