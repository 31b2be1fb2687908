import { canonicalJson, type Json } from '../../base/canonical-json.ts';
import {
  type AttributeValue,
  elementTypes,
  type Node,
  type TensorValue,
  type ValueInfo,
  writeNode,
  writeTensor,
  writeValueInfo,
} from '../../base/onnx/model-proto.ts';
import { type WireField, wireFields, wireInteger, wireText } from '../../base/onnx/protobuf-reader.ts';
import { ProtobufWriter } from '../../base/onnx/protobuf-writer.ts';
import { rewriteMessage } from '../../base/onnx/wire-messages.ts';
import type { Signature } from '../../contract/values.ts';
import {
  type AdoptedModel,
  classPlaces,
  type ForeignInput,
  type ForeignPart,
  labelNumbers,
  shareNoise,
  wholeLimit,
} from '../../train/index.ts';
import type { GraphOrigin } from '../graph.ts';

/** Before every name of the graph from elsewhere, so that none is that of a column or an output. */
const prefix = 'adopted:';
const machineLearning = 'ai.onnx.ml';

/**
 * A graph from elsewhere within one of Galley's form: a float or string [N, 1] input a column goes in, `label` and
 * `probabilities`, or `prediction`, come out. What is added is written in the operators of the file's own opset.
 */
export function wrapForeign(model: AdoptedModel, signature: Signature, origin: GraphOrigin): Uint8Array {
  const { onnx } = model.foreign;
  const before = new Fragment('before');
  for (const input of model.foreign.inputs) writeInput(before, input);
  const after = new Fragment('after');
  const outputs = writeOutputs(after, model, opsetOf(onnx));
  const writer = new ProtobufWriter();
  let hasMachineLearning = false;
  for (const field of wireFields(onnx)) {
    if (field.number === 2 || field.number === 3 || isOwnEntry(field)) continue;
    if (field.number === 8) hasMachineLearning ||= domainOf(field) === machineLearning;
    if (field.number === 7) {
      writer.message(7, (graph) => {
        writeGraph(graph, field.content, { before, after, outputs, signature, model });
      });
    } else writer.raw(field.whole);
  }
  writer.text(2, 'galley');
  writer.text(3, origin.galleyVersion);
  if (!hasMachineLearning) {
    writer.message(8, (entry) => {
      entry.text(1, machineLearning);
      entry.integer(2, 1);
    });
  }
  const metadata = {
    'galley.dataset': origin.datasetIdentity,
    'galley.recipe': origin.recipeHash,
    'galley.signature': canonicalJson(signature as unknown as Json),
  };
  for (const [key, value] of Object.entries(metadata)) {
    writer.message(14, (entry) => {
      entry.text(1, key);
      entry.text(2, value);
    });
  }
  return writer.finish();
}

interface Around {
  before: Fragment;
  after: Fragment;
  outputs: ValueInfo[];
  signature: Signature;
  model: AdoptedModel;
}

/** Nodes stand in the order in which they are computed. */
function writeGraph(
  writer: ProtobufWriter,
  foreign: Uint8Array,
  { before, after, outputs, signature, model }: Around,
): void {
  for (const node of before.nodes) writer.message(1, (entry) => writeNode(entry, node));
  writer.raw(foreignFields(foreign));
  for (const node of after.nodes) writer.message(1, (entry) => writeNode(entry, node));
  writer.text(2, 'galley');
  for (const { name, value } of [...before.constants, ...after.constants]) {
    writer.message(5, (entry) => writeTensor(entry, name, value));
  }
  writer.text(10, `${model.learner} for ${model.target}`);
  for (const { name, tensor } of signature.inputs) {
    writer.message(11, (entry) => writeValueInfo(entry, { name, type: tensor, shape: ['N', 1] }));
  }
  for (const output of outputs) writer.message(12, (entry) => writeValueInfo(entry, output));
}

/** The graph from elsewhere with other names, without its inputs, outputs, name and description. */
function foreignFields(graph: Uint8Array): Uint8Array {
  const outer = new ProtobufWriter();
  for (const field of wireFields(graph)) {
    if (![2, 10, 11, 12].includes(field.number)) outer.raw(field.whole);
  }
  return rewriteMessage('graph', outer.finish(), (kind, field) => {
    const isName =
      (kind === 'node' && field.number <= 3) ||
      (kind === 'tensor' && field.number === 8) ||
      ((kind === 'value' || kind === 'annotation') && field.number === 1);
    if (isName) return renamed(field);
    if (kind === 'annotation' && field.number === 2) return renamedEntry(field);
    return undefined;
  });
}

/** An empty name is an input that is left out. */
function renamed(field: WireField): Uint8Array {
  const name = wireText(field);
  const writer = new ProtobufWriter();
  writer.text(field.number, name === '' ? '' : prefix + name);
  return writer.finish();
}

/** Of a quantisation: a kind of tensor and its name. */
function renamedEntry(field: WireField): Uint8Array {
  const writer = new ProtobufWriter();
  writer.message(field.number, (entry) => {
    for (const inner of wireFields(field.content)) entry.raw(inner.number === 2 ? renamed(inner) : inner.whole);
  });
  return writer.finish();
}

/** Nodes and constants beside the graph from elsewhere. */
class Fragment {
  readonly nodes: Node[] = [];
  readonly constants: { name: string; value: TensorValue }[] = [];
  readonly #name: string;

  /** @param name that no other fragment of the graph has. */
  constructor(name: string) {
    this.#name = name;
  }

  node(
    operator: string,
    inputs: readonly string[],
    attributes: Record<string, AttributeValue> = {},
    { domain = '', output = `/${this.#name}_${this.nodes.length}` } = {},
  ): string {
    this.nodes.push({ operator, domain, inputs, outputs: [output], attributes });
    return output;
  }

  constant(value: TensorValue): string {
    const name = `/${this.#name}_constant_${this.constants.length}`;
    this.constants.push({ name, value });
    return name;
  }

  integers(values: readonly number[], shape: readonly number[] = [values.length]): string {
    return this.constant({ type: 'int64', shape, values: BigInt64Array.from(values, BigInt) });
  }

  doubles(values: readonly number[], shape: readonly number[] = []): string {
    return this.constant({ type: 'double', shape, values: Float64Array.from(values) });
  }

  cast(value: string, type: keyof typeof elementTypes): string {
    return this.node('Cast', [value], { to: { integer: elementTypes[type] } });
  }
}

function writeInput(fragment: Fragment, { tensor, type, rank, columns }: ForeignInput): void {
  const joined =
    columns.length === 1 ? (columns[0] as string) : fragment.node('Concat', columns, { axis: { integer: 1 } });
  const isWhole = type === 'int64' || type === 'int32' || type === 'bool';
  const sound = isWhole ? writeSoundNumbers(fragment, joined, wholeLimit(type)) : joined;
  const cast = type === 'float' || type === 'string' ? sound : fragment.cast(sound, type);
  const shaped = rank === 1 ? fragment.node('Reshape', [cast, fragment.integers([-1])]) : cast;
  fragment.node('Identity', [shaped], {}, { output: prefix + tensor });
}

/** A float that can become a whole number or a truth: 0 where it is missing, and nothing beyond the limit. */
function writeSoundNumbers(fragment: Fragment, value: string, limit: number): string {
  const float = (number: number) => fragment.constant({ type: 'float', shape: [1], values: Float32Array.of(number) });
  const present = fragment.node('Where', [fragment.node('IsNaN', [value]), float(0), value]);
  return fragment.node('Min', [fragment.node('Max', [present, float(-limit)]), float(limit)]);
}

/** Gives the public outputs their names. */
function writeOutputs(fragment: Fragment, model: AdoptedModel, opset: number): ValueInfo[] {
  const { classes, foreign } = model;
  const own = prefix + foreign.output.tensor;
  if (model.task === 'regression') {
    const column = fragment.node('Reshape', [own, fragment.integers([-1, 1])]);
    fragment.node('Cast', [column], { to: { integer: elementTypes.float } }, { output: 'prediction' });
    return [{ name: 'prediction', type: 'float', shape: ['N', 1] }];
  }
  const doubles = writeProbabilities(fragment, foreign, own, opset);
  const places = classPlaces(classes, foreign);
  const ordered = places.every((place, index) => place === index)
    ? doubles
    : fragment.node('Gather', [doubles, fragment.integers(places)], { axis: { integer: 1 } });
  fragment.node('Cast', [ordered], { to: { integer: elementTypes.float } }, { output: 'probabilities' });
  const index =
    model.task === 'binary'
      ? writeThreshold(fragment, 'probabilities', model.threshold)
      : fragment.node('ArgMax', ['probabilities'], { axis: { integer: 1 }, keepdims: { integer: 0 } });
  const names = fragment.constant({ type: 'string', shape: [classes.length], values: [...classes] });
  fragment.node('Gather', [names, index], { axis: { integer: 0 } }, { output: 'label' });
  return [
    { name: 'label', type: 'string', shape: ['N'] },
    { name: 'probabilities', type: 'float', shape: ['N', classes.length] },
  ];
}

/** Double [N, classes] in the graph's own order. */
function writeProbabilities(fragment: Fragment, foreign: ForeignPart, own: string, opset: number): string {
  const { form } = foreign.output;
  const width = foreign.classes.length;
  if (form === 'labels') return fragment.cast(writeOneHot(fragment, foreign, own), 'double');
  const isAlone = form === 'probability' || form === 'logit';
  const shape = fragment.integers([-1, isAlone ? 1 : width]);
  const values = fragment.cast(fragment.node('Reshape', [own, shape]), 'double');
  if (form === 'probabilities') return writeWithinShares(fragment, values, opset);
  if (form === 'logits') return fragment.node('Softmax', [values], { axis: { integer: 1 } });
  const second = form === 'logit' ? fragment.node('Sigmoid', [values]) : writeWithinShares(fragment, values, opset);
  const first = fragment.node('Sub', [fragment.doubles([1], [1]), second]);
  return fragment.node('Concat', [first, second], { axis: { integer: 1 } });
}

/** As `withinShares` of the training phase, in opsets that have the operators for it. */
function writeWithinShares(fragment: Fragment, values: string, opset: number): string {
  if (opset < 9) return values;
  const number = (value: number) => fragment.doubles([value]);
  const both = (more: number, less: number) =>
    fragment.node('And', [
      fragment.node('Greater', [values, number(more)]),
      fragment.node('Less', [values, number(less)]),
    ]);
  const notBelow = fragment.node('Where', [both(-shareNoise, 0), number(0), values]);
  return fragment.node('Where', [both(1, 1 + shareNoise), number(1), notBelow]);
}

/** A label of a class that the model does not name has no probability at all. */
function writeOneHot(fragment: Fragment, foreign: ForeignPart, own: string): string {
  const numbers = labelNumbers(foreign);
  const flat = fragment.node('Reshape', [own, fragment.integers([-1])]);
  const labels = numbers && foreign.output.type !== 'int64' ? fragment.cast(flat, 'int64') : flat;
  return fragment.node(
    'OneHotEncoder',
    [labels],
    numbers
      ? { cats_int64s: { integers: numbers }, zeros: { integer: 1 } }
      : { cats_strings: { texts: foreign.output.labels ?? foreign.classes }, zeros: { integer: 1 } },
    { domain: machineLearning },
  );
}

/** 1 where the second probability reaches the threshold: is more than the number before it, which every opset can ask. */
function writeThreshold(fragment: Fragment, probabilities: string, threshold: number): string {
  const second = fragment.cast(
    fragment.node('Gather', [probabilities, fragment.integers([1], [])], { axis: { integer: 1 } }),
    'double',
  );
  const reaches = fragment.node('Greater', [second, fragment.doubles([numberBefore(threshold)])]);
  return fragment.cast(reaches, 'int64');
}

/** The largest float64 below a number that is not negative. */
function numberBefore(value: number): number {
  if (value === 0) return -Number.MIN_VALUE;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigUint64(0, view.getBigUint64(0) - 1n);
  return view.getFloat64(0);
}

/** Of a file that was Galley's before: what it said of itself. */
function isOwnEntry({ number, content }: WireField): boolean {
  if (number !== 14) return false;
  return [...wireFields(content)].some((field) => field.number === 1 && wireText(field).startsWith('galley.'));
}

/** Of ONNX's own operators. */
function opsetOf(onnx: Uint8Array): number {
  for (const field of wireFields(onnx)) {
    if (field.number !== 8 || domainOf(field) !== '') continue;
    for (const inner of wireFields(field.content)) if (inner.number === 2) return wireInteger(inner);
  }
  return 0;
}

function domainOf({ content }: WireField): string {
  for (const field of wireFields(content)) if (field.number === 1) return wireText(field);
  return '';
}
