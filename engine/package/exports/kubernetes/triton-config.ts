import type { Signature } from '../../../contract/values.ts';

const largestBatch = 1024;

/** `config.pbtxt` of Triton's model repository, in the text format of protocol buffers: the tensors of the graph by name. */
export function tritonConfig(model: string, signature: Signature): string {
  const inputs = signature.inputs.map(
    ({ name, tensor }) => [name, tensor === 'float' ? 'TYPE_FP32' : 'TYPE_STRING'] as const,
  );
  return `# The first dimension, that of the rows, is Triton's batch. A missing number is NaN, a missing text "".
name: ${quoted(model)}
backend: "onnxruntime"
max_batch_size: ${largestBatch}
input [
${inputs.map(([name, type]) => `  { name: ${quoted(name)} data_type: ${type} dims: [ 1 ] }`).join(',\n')}
]
output [
${outputs(signature).join(',\n')}
]
dynamic_batching { }
instance_group [
  { kind: KIND_CPU count: 1 }
]
`;
}

function outputs({ task, classes = [] }: Signature): string[] {
  if (task === 'regression') return ['  { name: "prediction" data_type: TYPE_FP32 dims: [ 1 ] }'];
  return [
    '  # The graph gives [rows]; callers get [rows, 1].\n  { name: "label" data_type: TYPE_STRING dims: [ 1 ] reshape { shape: [ ] } }',
    `  { name: "probabilities" data_type: TYPE_FP32 dims: [ ${classes.length} ] }`,
  ];
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
