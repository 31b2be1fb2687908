import { elementTypes } from './model-proto.ts';
import {
  longestVarint,
  WireError,
  type WireField,
  wireFields,
  wireInteger,
  wireIntegers,
  wireText,
} from './protobuf-reader.ts';
import { visitMessages } from './wire-messages.ts';

/** An input or output of a graph. */
export interface ReadValue {
  name: string;
  /** Of a tensor its element type, `float16` among them; `map`, `sequence` or `other` for what is no tensor. */
  type: string;
  /** Null is a size that is known only when the graph runs; undefined where the file does not say even how many there are. */
  shape: (number | null)[] | undefined;
}

export interface ReadTensor {
  name: string;
  type: string;
  shape: number[];
  /** Texts and whole numbers, where it is one of those and its values stand in the file. */
  values: (string | number)[] | undefined;
}

export interface ReadNode {
  operator: string;
  domain: string;
  inputs: string[];
  outputs: string[];
  /** Texts or whole numbers of an attribute that is a list of them; empty where the node has none of that name. */
  list(attribute: string): (string | number)[];
}

/** Where the values of a tensor lie outside of the file. */
export interface ExternalTensor {
  location: string;
  offset: number;
  length: number;
}

/** What an ONNX file says of itself. */
export interface ReadModel {
  irVersion: number;
  producer: string;
  opsets: { domain: string; version: number }[];
  metadata: Record<string, string>;
  /** Of the outer graph, without those that have a value in the file. */
  inputs: ReadValue[];
  outputs: ReadValue[];
  nodes: ReadNode[];
  tensors: ReadTensor[];
  /** Of all graphs and functions, each once. */
  operators: { domain: string; name: string; count: number }[];
  /** Functions that the file itself defines. */
  functions: { domain: string; name: string }[];
  external: ExternalTensor[];
}

const typeNames: Record<number, string> = {
  ...Object.fromEntries(Object.entries(elementTypes).map(([name, number]) => [number, name])),
  3: 'int8',
  4: 'uint16',
  5: 'int16',
  10: 'float16',
  12: 'uint32',
  13: 'uint64',
  16: 'bfloat16',
};

/** Bytes of a value, by TensorProto.DataType; texts cannot lie outside. */
const elementBytes: Record<number, number> = {
  1: 4,
  2: 1,
  3: 1,
  4: 2,
  5: 2,
  6: 4,
  7: 8,
  9: 1,
  10: 2,
  11: 8,
  12: 4,
  13: 8,
  16: 2,
};

/** Values of one tensor that ONNX Runtime may be asked to hold. */
const mostElements = 2 ** 31;
/** Of one tensor; operators take far fewer. */
const mostDimensions = 64;
/** A name, a class and the like; weights are not read. */
const mostValues = 10_000;

/** Reads what stands in an ONNX file without running it. @throws WireError where it is none, or a broken one. */
export function readModel(bytes: Uint8Array): ReadModel {
  const model: ReadModel = {
    irVersion: 0,
    producer: '',
    opsets: [],
    metadata: {},
    inputs: [],
    outputs: [],
    nodes: [],
    tensors: [],
    operators: [],
    functions: [],
    external: [],
  };
  const producer = ['', ''];
  let graph: Uint8Array | undefined;
  for (const field of wireFields(bytes)) {
    if (field.number === 1) model.irVersion = wireInteger(field);
    else if (field.number === 2 || field.number === 3) producer[field.number - 2] = wireText(field);
    else if (field.number === 7) graph = field.content;
    else if (field.number === 8) model.opsets.push(readOpset(field.content));
    else if (field.number === 14) Object.assign(model.metadata, Object.fromEntries([readEntry(field.content)]));
    else if (field.number === 25) model.functions.push(readFunction(field.content));
  }
  if (graph === undefined || model.irVersion < 1) throw new WireError('it has no graph');
  if (model.opsets.length === 0) throw new WireError('it does not say which operators it is written in');
  model.producer = producer.filter((part) => part !== '').join(' ');
  readGraph(graph, model);
  countOperators(bytes, model);
  return model;
}

function readGraph(bytes: Uint8Array, model: ReadModel): void {
  const inputs: ReadValue[] = [];
  for (const field of wireFields(bytes)) {
    if (field.number === 1) model.nodes.push(readNode(field.content));
    else if (field.number === 5) model.tensors.push(readTensor(field.content));
    else if (field.number === 11) inputs.push(readValue(field.content));
    else if (field.number === 12) model.outputs.push(readValue(field.content));
  }
  const given = new Set(model.tensors.map(({ name }) => name));
  model.inputs = inputs.filter(({ name }) => !given.has(name));
}

/** Operators of all graphs and functions, and what their tensors ask for. */
function countOperators(bytes: Uint8Array, model: ReadModel): void {
  const counts = new Map<string, ReadModel['operators'][number]>();
  visitMessages('model', bytes, (kind, content) => {
    if (kind === 'tensor') checkTensor(content, model.external);
    if (kind === 'sparse') checkSparse(content);
    if (kind !== 'node') return;
    const { domain, operator: name } = readNode(content);
    const key = `${domain}\n${name}`;
    const known = counts.get(key);
    if (known) known.count++;
    else counts.set(key, { domain, name, count: 1 });
  });
  model.operators = [...counts.values()];
}

function readNode(bytes: Uint8Array): ReadNode {
  const attributes = new Map<string, Uint8Array>();
  const texts: Record<number, string[]> = { 1: [], 2: [], 4: [], 7: [] };
  for (const field of wireFields(bytes)) {
    if (field.number in texts) texts[field.number]?.push(wireText(field));
    else if (field.number === 5) attributes.set(textOf(field.content, 1), field.content);
  }
  const { 1: inputs = [], 2: outputs = [], 4: operator = [], 7: domain = [] } = texts;
  return {
    operator: operator[0] ?? '',
    domain: plainDomain(domain[0] ?? ''),
    inputs,
    outputs,
    list: (name) => readList(attributes.get(name) ?? new Uint8Array()),
  };
}

/** The ints (8) or strings (9) of an attribute. */
function readList(bytes: Uint8Array): (string | number)[] {
  const values: (string | number)[] = [];
  for (const field of wireFields(bytes)) {
    if (field.number === 8) for (const value of wireIntegers(field)) values.push(value);
    if (field.number === 9) values.push(wireText(field));
  }
  return values;
}

function readTensor(bytes: Uint8Array): ReadTensor {
  const shape = shapeOf(bytes, 1);
  const values: (string | number)[] = [];
  let type = 0;
  let name = '';
  let raw: Uint8Array | undefined;
  const isSmall = bytes.length <= mostValues * 8;
  for (const field of wireFields(bytes)) {
    if (field.number === 2) type = wireInteger(field);
    else if (field.number === 6 && isSmall) values.push(new TextDecoder().decode(field.content));
    else if (field.number === 7 && isSmall) values.push(...wireIntegers(field));
    else if (field.number === 8) name = wireText(field);
    else if (field.number === 9) raw = field.content;
  }
  const int64 = type === elementTypes.int64;
  if (raw && int64 && isSmall) values.push(...rawIntegers(raw));
  const isRead = isSmall && (int64 || type === elementTypes.string);
  return { name, type: typeNames[type] ?? 'other', shape, values: isRead ? values : undefined };
}

function rawIntegers(raw: Uint8Array): number[] {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  return Array.from({ length: Math.floor(raw.length / 8) }, (_, place) => Number(view.getBigInt64(place * 8, true)));
}

function checkTensor(bytes: Uint8Array, external: ExternalTensor[]): void {
  const elements = elementsOf(shapeOf(bytes, 1));
  const part = externalPart(bytes);
  if (part) external.push(part);
  // The smallest values, of four bits, stand two in a byte.
  else if (elements > 2 * bytes.length) throw new WireError('a tensor has fewer values than its shape says');
}

/** Where the values of a tensor lie; undefined where they stand in the tensor itself. @throws WireError */
export function externalPart(bytes: Uint8Array): ExternalTensor | undefined {
  const entries: [string, string][] = [];
  let type = 0;
  let isExternal = false;
  for (const field of wireFields(bytes)) {
    if (field.number === 2) type = wireInteger(field);
    else if (field.number === 13) entries.push(readEntry(field.content));
    else if (field.number === 14) isExternal = wireInteger(field) === 1;
  }
  if (!isExternal) return undefined;
  const { location = '', offset = '0', length } = Object.fromEntries(entries);
  const elements = shapeOf(bytes, 1).reduce((product, size) => product * size, 1);
  return { location, offset: Number(offset), length: Number(length ?? elements * (elementBytes[type] ?? 0)) };
}

function checkSparse(bytes: Uint8Array): void {
  elementsOf(shapeOf(bytes, 3));
}

/** The sizes of a tensor, which stand in the field of this number. @throws WireError where there are too many. */
function shapeOf(bytes: Uint8Array, number: number): number[] {
  const shape: number[] = [];
  for (const field of wireFields(bytes)) {
    if (field.number !== number) continue;
    if (shape.length + field.content.length > mostDimensions * longestVarint) throw tooManyDimensions();
    shape.push(...wireIntegers(field));
    if (shape.length > mostDimensions) throw tooManyDimensions();
  }
  return shape;
}

function tooManyDimensions(): WireError {
  return new WireError(`a tensor has more than ${mostDimensions} dimensions`);
}

/** @throws WireError for negative sizes, and for more values than can be held. */
function elementsOf(shape: readonly number[]): number {
  let elements = 1;
  for (const size of shape) {
    if (size < 0) throw new WireError(`a tensor has the shape [${shape}]`);
    elements *= size;
  }
  if (elements > mostElements) throw new WireError(`a tensor of the shape [${shape}] is larger than can be held`);
  return elements;
}

function readValue(bytes: Uint8Array): ReadValue {
  const type = fieldOf(bytes, 2)?.content ?? new Uint8Array();
  const [holder] = [...wireFields(type)].filter(({ number }) => number !== 6);
  const name = textOf(bytes, 1);
  if (holder?.number !== 1) {
    const kind = holder?.number === 4 ? 'sequence' : holder?.number === 5 ? 'map' : 'other';
    return { name, type: kind, shape: undefined };
  }
  const element = fieldOf(holder.content, 1);
  const shape = fieldOf(holder.content, 2);
  return {
    name,
    type: typeNames[element ? wireInteger(element) : 0] ?? 'other',
    shape: shape && [...wireFields(shape.content)].map(({ content }) => readSize(content)),
  };
}

function readSize(dimension: Uint8Array): number | null {
  const size = fieldOf(dimension, 1);
  const value = size ? wireInteger(size) : null;
  // Some exporters write 0 or -1 for a size that is not known.
  return value !== null && value > 0 ? value : null;
}

function readOpset(bytes: Uint8Array): { domain: string; version: number } {
  const version = fieldOf(bytes, 2);
  return { domain: plainDomain(textOf(bytes, 1)), version: version ? wireInteger(version) : 1 };
}

function readFunction(bytes: Uint8Array): { domain: string; name: string } {
  return { name: textOf(bytes, 1), domain: plainDomain(textOf(bytes, 10)) };
}

function readEntry(bytes: Uint8Array): [string, string] {
  return [textOf(bytes, 1), textOf(bytes, 2)];
}

/** `ai.onnx` is another name of ''. */
function plainDomain(domain: string): string {
  return domain === 'ai.onnx' ? '' : domain;
}

function fieldOf(bytes: Uint8Array, number: number): WireField | undefined {
  let found: WireField | undefined;
  for (const field of wireFields(bytes)) if (field.number === number) found = field;
  return found;
}

function textOf(bytes: Uint8Array, number: number): string {
  const field = fieldOf(bytes, number);
  return field ? wireText(field) : '';
}
