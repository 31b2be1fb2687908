import { ProtobufWriter } from './protobuf-writer.ts';

/** TensorProto.DataType of the ONNX format, for the element types that Galley's graphs use. */
export const elementTypes = { float: 1, uint8: 2, int32: 6, int64: 7, string: 8, bool: 9, double: 11 } as const;
export type ElementType = keyof typeof elementTypes;

/** A constant. `values` is row-major. */
export type TensorValue =
  | { type: 'float'; shape: readonly number[]; values: Float32Array }
  | { type: 'double'; shape: readonly number[]; values: Float64Array }
  | { type: 'uint8'; shape: readonly number[]; values: Uint8Array }
  | { type: 'int64'; shape: readonly number[]; values: BigInt64Array }
  | { type: 'string'; shape: readonly number[]; values: readonly string[] };

/** An attribute of a node; the key says its ONNX type. */
export type AttributeValue =
  | { float: number }
  | { integer: number }
  | { text: string }
  | { tensor: TensorValue }
  | { floats: readonly number[] }
  | { integers: ArrayLike<number> }
  | { texts: readonly string[] }
  | { graph: Graph };

export interface Node {
  operator: string;
  /** '' is ONNX's own domain. */
  domain: string;
  inputs: readonly string[];
  outputs: readonly string[];
  attributes: Readonly<Record<string, AttributeValue>>;
}

/** An input or output of the graph; a text in `shape` names a dimension that is only known when the graph runs. */
export interface ValueInfo {
  name: string;
  type: ElementType;
  shape: readonly (number | string)[];
}

/** The graph of a model, or one inside a node, which sees the values of the graphs around it. */
export interface Graph {
  name: string;
  inputs: readonly ValueInfo[];
  outputs: readonly ValueInfo[];
  constants: readonly { name: string; value: TensorValue }[];
  nodes: readonly Node[];
}

export interface Model extends Graph {
  description: string;
  producer: { name: string; version: string };
  metadata: Readonly<Record<string, string>>;
}

const irVersion = 10;
const operatorSets = [
  { domain: '', version: 21 },
  { domain: 'ai.onnx.ml', version: 5 },
] as const;
/** Operators of ONNX Runtime's own; named in the file only where they are used. */
const runtimeOperators = { domain: 'com.microsoft', version: 1 } as const;
/** AttributeProto.AttributeType. */
const attributeTypes = {
  float: 1,
  integer: 2,
  text: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  integers: 7,
  texts: 8,
} as const;

/**
 * The bytes of an ONNX file (ModelProto of onnx.proto3, IR version 10, opset 21 with ai.onnx.ml 5). The same model gives
 * the same bytes.
 */
export function encodeModel(model: Model): Uint8Array {
  const writer = new ProtobufWriter();
  writer.integer(1, irVersion);
  writer.text(2, model.producer.name);
  writer.text(3, model.producer.version);
  writer.message(7, (graph) => writeGraph(graph, model, model.description));
  const usesRuntime = model.nodes.some(({ domain }) => domain === runtimeOperators.domain);
  for (const { domain, version } of usesRuntime ? [...operatorSets, runtimeOperators] : operatorSets) {
    writer.message(8, (entry) => {
      entry.text(1, domain);
      entry.integer(2, version);
    });
  }
  for (const key of Object.keys(model.metadata).sort()) {
    writer.message(14, (entry) => {
      entry.text(1, key);
      entry.text(2, model.metadata[key] as string);
    });
  }
  return writer.finish();
}

function writeGraph(writer: ProtobufWriter, graph: Graph, description?: string): void {
  for (const node of graph.nodes) writer.message(1, (entry) => writeNode(entry, node));
  writer.text(2, graph.name);
  for (const constant of graph.constants)
    writer.message(5, (entry) => writeTensor(entry, constant.name, constant.value));
  if (description !== undefined) writer.text(10, description);
  for (const input of graph.inputs) writer.message(11, (entry) => writeValueInfo(entry, input));
  for (const output of graph.outputs) writer.message(12, (entry) => writeValueInfo(entry, output));
}

export function writeNode(writer: ProtobufWriter, node: Node): void {
  for (const input of node.inputs) writer.text(1, input);
  for (const output of node.outputs) writer.text(2, output);
  writer.text(3, node.outputs[0] ?? '');
  writer.text(4, node.operator);
  for (const name of Object.keys(node.attributes).sort()) {
    writer.message(5, (entry) => writeAttribute(entry, name, node.attributes[name] as AttributeValue));
  }
  if (node.domain !== '') writer.text(7, node.domain);
}

function writeAttribute(writer: ProtobufWriter, name: string, value: AttributeValue): void {
  writer.text(1, name);
  if ('float' in value) writer.float(2, value.float);
  else if ('integer' in value) writer.integer(3, value.integer);
  else if ('text' in value) writer.text(4, value.text);
  else if ('tensor' in value) writer.message(5, (entry) => writeTensor(entry, '', value.tensor));
  else if ('floats' in value) for (const item of value.floats) writer.float(7, item);
  else if ('integers' in value) writer.packedIntegers(8, value.integers);
  else if ('graph' in value) writer.message(6, (graph) => writeGraph(graph, value.graph));
  else for (const item of value.texts) writer.text(9, item);
  writer.integer(20, attributeTypes[Object.keys(value)[0] as keyof typeof attributeTypes]);
}

export function writeTensor(writer: ProtobufWriter, name: string, tensor: TensorValue): void {
  for (const size of tensor.shape) writer.integer(1, size);
  writer.integer(2, elementTypes[tensor.type]);
  if (tensor.type === 'string') for (const text of tensor.values) writer.text(6, text);
  if (name !== '') writer.text(8, name);
  if (tensor.type !== 'string') writer.bytes(9, littleEndianBytes(tensor.values));
}

/** Every platform that Galley runs on is little endian, as ONNX's raw data are. */
function littleEndianBytes(values: Float32Array | Float64Array | Uint8Array | BigInt64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

export function writeValueInfo(writer: ProtobufWriter, info: ValueInfo): void {
  writer.text(1, info.name);
  writer.message(2, (type) =>
    type.message(1, (tensor) => {
      tensor.integer(1, elementTypes[info.type]);
      tensor.message(2, (shape) => {
        for (const size of info.shape) {
          shape.message(1, (dimension) => {
            if (typeof size === 'number') dimension.integer(1, size);
            else dimension.text(2, size);
          });
        }
      });
    }),
  );
}
