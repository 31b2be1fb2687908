import {
  type AttributeValue,
  type ElementType,
  elementTypes,
  encodeModel,
  type Model,
  type Node,
  type TensorValue,
  type ValueInfo,
} from './model-proto.ts';

interface NodeOptions {
  domain?: string;
  /** How many outputs the operator has here; 1 unless told. */
  outputs?: number;
}

/**
 * Builds an ONNX graph node by node. Values are known by their names: every method that adds one returns the name to
 * use as an input of the next. Names are counted up, so the same calls give the same bytes.
 */
export class GraphBuilder {
  readonly #inputs: ValueInfo[] = [];
  readonly #outputs: ValueInfo[] = [];
  readonly #constants: { name: string; value: TensorValue }[] = [];
  readonly #nodes: Node[] = [];
  readonly #names = new Set<string>();

  /** @throws RangeError for a name that the graph has already. */
  input(name: string, type: ElementType, shape: ValueInfo['shape']): string {
    if (name === '' || this.#names.has(name)) throw new RangeError(`The graph has a value "${name}" already.`);
    this.#names.add(name);
    this.#inputs.push({ name, type, shape });
    return name;
  }

  /** Gives a value of the graph the public name `name`. */
  output(name: string, value: string, type: ElementType, shape: ValueInfo['shape']): void {
    if (this.#names.has(name)) throw new RangeError(`The graph has a value "${name}" already.`);
    this.#names.add(name);
    this.#nodes.push({ operator: 'Identity', domain: '', inputs: [value], outputs: [name], attributes: {} });
    this.#outputs.push({ name, type, shape });
  }

  doubles(shape: readonly number[], values: ArrayLike<number>): string {
    return this.#constant({ type: 'double', shape, values: Float64Array.from(values) });
  }

  integers(shape: readonly number[], values: readonly number[]): string {
    return this.#constant({ type: 'int64', shape, values: BigInt64Array.from(values, BigInt) });
  }

  texts(shape: readonly number[], values: readonly string[]): string {
    return this.#constant({ type: 'string', shape, values: [...values] });
  }

  /** Adds a node and returns its first output. */
  node(
    operator: string,
    inputs: readonly string[],
    attributes: Record<string, AttributeValue> = {},
    options: NodeOptions = {},
  ): string {
    const outputs = Array.from({ length: options.outputs ?? 1 }, () => this.#newName(operator));
    this.#nodes.push({ operator, domain: options.domain ?? '', inputs, outputs, attributes });
    return outputs[0] as string;
  }

  cast(value: string, type: ElementType): string {
    return this.node('Cast', [value], { to: { integer: elementTypes[type] } });
  }

  concat(values: readonly string[], axis: number): string {
    return values.length === 1 ? (values[0] as string) : this.node('Concat', values, { axis: { integer: axis } });
  }

  /** Takes the slices at `indices` along an axis. */
  gather(value: string, indices: string, axis: number): string {
    return this.node('Gather', [value, indices], { axis: { integer: axis } });
  }

  build(description: Pick<Model, 'name' | 'description' | 'producer' | 'metadata'>): Uint8Array {
    return encodeModel({
      ...description,
      inputs: this.#inputs,
      outputs: this.#outputs,
      constants: this.#constants,
      nodes: this.#nodes,
    });
  }

  #constant(value: TensorValue): string {
    const name = this.#newName('constant');
    this.#constants.push({ name, value });
    return name;
  }

  #newName(stem: string): string {
    let number = this.#names.size;
    while (this.#names.has(`/${stem}_${number}`)) number++;
    const name = `/${stem}_${number}`;
    this.#names.add(name);
    return name;
  }
}
