import { WireError, type WireField, wireFields } from './protobuf-reader.ts';
import { ProtobufWriter } from './protobuf-writer.ts';

/** The messages of onnx.proto3 that hold graphs, tensors or names of values. */
export type MessageKind =
  | 'model'
  | 'graph'
  | 'node'
  | 'attribute'
  | 'tensor'
  | 'sparse'
  | 'value'
  | 'annotation'
  | 'function';

/** Which fields of a message are messages again. */
const children: Record<MessageKind, Readonly<Record<number, MessageKind>>> = {
  model: { 7: 'graph', 25: 'function' },
  graph: { 1: 'node', 5: 'tensor', 11: 'value', 12: 'value', 13: 'value', 14: 'annotation', 15: 'sparse' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  tensor: {},
  sparse: { 1: 'tensor', 2: 'tensor' },
  value: {},
  annotation: {},
  function: { 7: 'node', 11: 'attribute' },
};

/** Messages within messages; ONNX's own readers give up at a hundred. */
const deepest = 64;

/** What a field becomes: other fields, null for nothing, undefined for what it is, with its own fields looked at. */
export type Edit = (message: MessageKind, field: WireField) => Uint8Array | null | undefined;

/** The kind of message that a field holds. */
export function childKind(message: MessageKind, { number, type }: WireField): MessageKind | undefined {
  return type === 2 ? children[message][number] : undefined;
}

/**
 * A message with some of its fields changed; all others, also those nobody knows, stay as they are.
 * @throws WireError
 */
export function rewriteMessage(kind: MessageKind, bytes: Uint8Array, edit: Edit, depth = 0): Uint8Array {
  if (depth > deepest) throw new WireError(`graphs lie more than ${deepest} messages deep in each other`);
  const writer = new ProtobufWriter();
  for (const field of wireFields(bytes)) {
    const edited = edit(kind, field);
    if (edited === null) continue;
    const child = childKind(kind, field);
    if (edited !== undefined) writer.raw(edited);
    else if (child === undefined) writer.raw(field.whole);
    else writer.bytes(field.number, rewriteMessage(child, field.content, edit, depth + 1));
  }
  return writer.finish();
}

/** Every message within a message, outer ones first. @throws WireError */
export function visitMessages(
  kind: MessageKind,
  bytes: Uint8Array,
  visit: (kind: MessageKind, bytes: Uint8Array) => void,
  depth = 0,
): void {
  if (depth > deepest) throw new WireError(`graphs lie more than ${deepest} messages deep in each other`);
  visit(kind, bytes);
  for (const field of wireFields(bytes)) {
    const child = childKind(kind, field);
    if (child !== undefined) visitMessages(child, field.content, visit, depth + 1);
  }
}
