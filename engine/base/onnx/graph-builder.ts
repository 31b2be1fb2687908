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

/** A value with what must be known of it where it enters or leaves a loop. */
export interface LoopValue {
  value: string;
  type: ElementType;
  shape: ValueInfo['shape'];
}

/** Values that a loop hands from round to round, and those of which it keeps what every round made. */
export interface LoopResult<Value> {
  carried: Value[];
  kept: Value[];
}

/**
 * Builds an ONNX graph node by node. Values are known by their names: every method that adds one returns the name to
 * use as an input of the next. Names are counted up, so the same calls give the same bytes.
 */
export class GraphBuilder {
  readonly #inputs: ValueInfo[] = [];
  readonly #outputs: ValueInfo[] = [];
  readonly #constants: { name: string; value: TensorValue }[];
  readonly #nodes: Node[] = [];
  readonly #names: Set<string>;

  /** @param outer the graph around this one, which owns the constants and with which no name may be shared. */
  constructor(outer?: GraphBuilder) {
    this.#constants = outer ? outer.#constants : [];
    this.#names = outer ? outer.#names : new Set();
  }

  /** The same input can be asked for again. @throws RangeError for a name that is something else already. */
  input(name: string, type: ElementType, shape: ValueInfo['shape']): string {
    const known = this.#inputs.find((input) => input.name === name);
    if (known?.type === type && known.shape.join() === shape.join()) return name;
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

  floats(shape: readonly number[], values: ArrayLike<number>): string {
    return this.#constant({ type: 'float', shape, values: Float32Array.from(values) });
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
    return this.nodes(operator, inputs, attributes, options)[0] as string;
  }

  /** Adds a node and returns all its outputs. */
  nodes(
    operator: string,
    inputs: readonly string[],
    attributes: Record<string, AttributeValue> = {},
    options: NodeOptions = {},
  ): string[] {
    const outputs = Array.from({ length: options.outputs ?? 1 }, () => this.#newName(operator));
    this.#nodes.push({ operator, domain: options.domain ?? '', inputs, outputs, attributes });
    return outputs;
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

  /** Cuts a value into consecutive parts of these sizes. */
  split(value: string, sizes: readonly number[], axis: number): string[] {
    if (sizes.length === 1) return [value];
    const parts = this.integers([sizes.length], sizes);
    return this.nodes('Split', [value, parts], { axis: { integer: axis } }, { outputs: sizes.length });
  }

  /**
   * Repeats a part of the graph, as ONNX's `Loop`.
   * @param rounds int64 scalar: how often.
   * @param start what the first round gets.
   * @param body adds the nodes of a round to a graph of its own, which may use the values of this one. It gets the
   * number of the round as an int64 scalar and the carried values, and returns values that it made itself, each once.
   * @returns the carried values after the last round, and the kept ones of all rounds, stacked along a new first axis.
   */
  loop(
    rounds: string,
    start: readonly LoopValue[],
    body: (builder: GraphBuilder, round: string, carried: string[]) => LoopResult<LoopValue>,
  ): LoopResult<string> {
    const inner = new GraphBuilder(this);
    const addInput = (stem: string, type: ElementType, shape: ValueInfo['shape']) => {
      const name = inner.#newName(stem);
      inner.#inputs.push({ name, type, shape });
      return name;
    };
    const round = addInput('round', 'int64', []);
    const goesOn = addInput('goes_on', 'bool', []);
    const made = body(
      inner,
      round,
      start.map(({ type, shape }) => addInput('carried', type, shape)),
    );
    inner.#outputs.push(
      { name: inner.node('Identity', [goesOn]), type: 'bool', shape: [] },
      ...[...made.carried, ...made.kept].map(({ value, type, shape }) => ({ name: value, type, shape })),
    );
    const graph = { name: 'round', inputs: inner.#inputs, outputs: inner.#outputs, constants: [], nodes: inner.#nodes };
    const always = '';
    const outputs = this.nodes(
      'Loop',
      [rounds, always, ...start.map(({ value }) => value)],
      { body: { graph } },
      { outputs: start.length + made.kept.length },
    );
    return { carried: outputs.slice(0, start.length), kept: outputs.slice(start.length) };
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
