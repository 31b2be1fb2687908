import { writeNode, writeValueInfo } from '../../base/onnx/model-proto.ts';
import { type WireField, wireFields, wireInteger, wireText } from '../../base/onnx/protobuf-reader.ts';
import { ProtobufWriter } from '../../base/onnx/protobuf-writer.ts';
import { visitMessages } from '../../base/onnx/wire-messages.ts';

/** Where a file names no version of ONNX's own operators, because it has none: what is put around it needs one. */
const usualOpset = 13;
/** From this format on, constants need not be inputs. */
const oldestFormat = 8;

const modelFields = { format: 1, graph: 7, opset: 8, training: 20 } as const;
const graphFields = { node: 1, output: 12 } as const;

/**
 * A file from elsewhere with one output left, and only what leads to it: a ZipMap, whose sequences of maps no tensor can be, is
 * taken out.
 * @param output name of the graph's output.
 */
export function plainGraph(onnx: Uint8Array, output: string): Uint8Array {
  const writer = new ProtobufWriter();
  const opsets = new Map<string, number>();
  for (const field of wireFields(onnx)) {
    if (field.number === modelFields.format) writer.integer(1, Math.max(oldestFormat, wireInteger(field)));
    else if (field.number === modelFields.opset) addOpset(opsets, field);
    else if (field.number === modelFields.graph) writer.bytes(modelFields.graph, plainOf(field.content, output));
    else if (field.number !== modelFields.training) writer.raw(field.whole);
  }
  if (!opsets.has('')) opsets.set('', usualOpset);
  for (const [domain, version] of opsets) {
    writer.message(modelFields.opset, (entry) => {
      entry.text(1, domain);
      entry.integer(2, version);
    });
  }
  return writer.finish();
}

/** Some exporters name a domain more than once. */
function addOpset(opsets: Map<string, number>, { content }: WireField): void {
  const fields = [...wireFields(content)];
  const domain = textsOf(content, 1)[0] ?? '';
  const version = fields.filter(({ number }) => number === 2).map(wireInteger)[0] ?? 1;
  const plain = domain === 'ai.onnx' ? '' : domain;
  opsets.set(plain, Math.max(opsets.get(plain) ?? 0, version));
}

interface NodeInGraph {
  field: WireField;
  operator: string;
  inputs: string[];
  outputs: string[];
}

function plainOf(graph: Uint8Array, output: string): Uint8Array {
  const nodes = [...wireFields(graph)].filter(({ number }) => number === graphFields.node).map(nodeOf);
  const needed = neededNodes(nodes, output);
  const zipMap = nodes.find(({ operator, outputs }) => operator === 'ZipMap' && outputs.includes(output));
  const writer = new ProtobufWriter();
  let place = 0;
  for (const field of wireFields(graph)) {
    if (field.number === graphFields.output) {
      if (textsOf(field.content, 1)[0] !== output) continue;
      if (zipMap) writer.message(graphFields.output, (value) => writeValueInfo(value, anyFloats(output)));
      else writer.raw(field.whole);
    } else if (field.number !== graphFields.node) {
      writer.raw(field.whole);
    } else {
      const node = nodes[place++] as NodeInGraph;
      if (node === zipMap) writer.message(graphFields.node, (entry) => writeNode(entry, passedOn(node)));
      else if (needed.has(node)) writer.raw(field.whole);
    }
  }
  return writer.finish();
}

function anyFloats(name: string) {
  return { name, type: 'float' as const, shape: ['N', 'classes'] };
}

function passedOn({ inputs, outputs }: NodeInGraph) {
  return { operator: 'Identity', domain: '', inputs: inputs.slice(0, 1), outputs, attributes: {} };
}

function nodeOf(field: WireField): NodeInGraph {
  const inputs: string[] = [];
  visitMessages('node', field.content, (kind, bytes) => {
    // A graph within a node may use, and give out, the values around it.
    if (kind === 'node') inputs.push(...textsOf(bytes, 1));
    if (kind === 'graph') {
      for (const { number, content } of wireFields(bytes)) {
        if (number === graphFields.output) inputs.push(...textsOf(content, 1));
      }
    }
  });
  const [operator = ''] = textsOf(field.content, 4);
  return { field, operator, inputs, outputs: textsOf(field.content, 2) };
}

function neededNodes(nodes: readonly NodeInGraph[], output: string): Set<NodeInGraph> {
  const maker = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const needed = new Set<NodeInGraph>();
  const wanted = [output];
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    const node = maker.get(name);
    if (node === undefined || needed.has(node)) continue;
    needed.add(node);
    wanted.push(...node.inputs);
  }
  return needed;
}

function textsOf(bytes: Uint8Array, number: number): string[] {
  return [...wireFields(bytes)].filter((field) => field.number === number).map(wireText);
}
