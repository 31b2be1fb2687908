import type { GraphBuilder } from '../../../base/onnx/graph-builder.ts';
import type { FeatureMatrix, GraphFeatures } from '../../features/feature-matrix.ts';
import { normEpsilon } from './graph-layers.ts';
import { type InputScaling, scaleInputs, writeScaledInputs } from './input-scaling.ts';
import type { TargetScale } from './network-rows.ts';
import { type Activation, type NetworkShape, segmentsOf, tableOffsets } from './shape.ts';

/** A layer for answering: batch normalisation is folded into its weights. In float64. */
interface FixedLayer {
  inputs: number;
  units: number;
  /** [inputs, units], row-major. */
  kernel: Float64Array;
  /** The same as [units, inputs]: a dot product then reads both of its sides in order. */
  kernelOfUnits: Float64Array;
  /** Of the first layer: rows of the table of codes x units. */
  table: Float64Array;
  bias: Float64Array;
}

/** A trained network that only answers. */
export interface Predictor {
  shape: NetworkShape;
  layers: readonly FixedLayer[];
  scaling: InputScaling;
}

/**
 * @param statistics of batch normalisation.
 * @param target its scale is folded into the last layer, so that scores are in the target's own unit.
 */
export function makePredictor(
  shape: NetworkShape,
  weights: Float32Array,
  statistics: Float32Array,
  { scaling, target }: { scaling: InputScaling; target: TargetScale },
): Predictor {
  const segments = segmentsOf(shape);
  const part = (kind: string, layer: number) => {
    const segment = segments.find((one) => one.kind === kind && one.layer === layer);
    return Float64Array.from(segment ? weights.subarray(segment.offset, segment.offset + segment.size) : []);
  };
  const widths = [shape.denseWidth, ...shape.hidden, shape.outputs];
  let statisticOffset = 0;
  const layers = widths.slice(1).map((units, layer): FixedLayer => {
    const kernel = part('kernel', layer);
    const table = part('table', layer);
    let bias = part('bias', layer);
    if (shape.batchNorm && layer < shape.hidden.length) {
      const mean = statistics.subarray(statisticOffset, statisticOffset + units);
      const variance = statistics.subarray(statisticOffset + units, statisticOffset + 2 * units);
      statisticOffset += 2 * units;
      const factors = part('scale', layer).map(
        (scale, unit) => scale / Math.sqrt((variance[unit] as number) + normEpsilon),
      );
      bias = part('shift', layer).map((shift, unit) => shift - (mean[unit] as number) * (factors[unit] as number));
      scaleUnits(kernel, factors);
      scaleUnits(table, factors);
    }
    if (layer === shape.hidden.length) {
      scaleUnits(kernel, new Float64Array(units).fill(target.scale));
      bias = bias.map((value) => value * target.scale + target.mean);
    }
    const inputs = widths[layer] as number;
    return { inputs, units, kernel, kernelOfUnits: transposed(kernel, inputs, units), table, bias };
  });
  return { shape, layers, scaling };
}

function scaleUnits(values: Float64Array, factors: Float64Array): void {
  for (let place = 0; place < values.length; place++) {
    values[place] = (values[place] as number) * (factors[place % factors.length] as number);
  }
}

/** Rows that are taken through all layers together, so that their values stay in the processor's cache. */
const rowsAtOnce = 64;

/** Scores rows x outputs. */
export function predictScores({ shape, layers, scaling }: Predictor, features: FeatureMatrix): Float64Array {
  const { rows, denseWidth } = features;
  const dense = scaleInputs(features, scaling);
  const scores = new Float64Array(rows * shape.outputs);
  const offsets = tableOffsets(shape);
  const values = layers.map(({ units }) => new Float64Array(rowsAtOnce * units));
  for (let start = 0; start < rows; start += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, rows - start);
    let input = dense.subarray(start * denseWidth, (start + count) * denseWidth);
    layers.forEach((layer, index) => {
      const output = values[index] as Float64Array;
      for (let row = 0; row < count; row++) output.set(layer.bias, row * layer.units);
      if (index === 0) addTableRows(features, offsets, layer, output, start, count);
      addProducts(input, layer.kernelOfUnits, output, {
        rows: count,
        inputs: layer.inputs,
        units: layer.units,
      });
      if (index < layers.length - 1) activate(output, count * layer.units, shape.activation);
      input = output;
    });
    scores.set(input.subarray(0, count * shape.outputs), start * shape.outputs);
  }
  return scores;
}

function transposed(values: Float64Array, rows: number, columns: number): Float64Array {
  const result = new Float64Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result[column * rows + row] = values[row * columns + column] as number;
    }
  }
  return result;
}

function addTableRows(
  { blocks }: FeatureMatrix,
  offsets: readonly number[],
  { table, units }: FixedLayer,
  output: Float64Array,
  start: number,
  count: number,
): void {
  blocks.forEach(({ codes }, index) => {
    const offset = offsets[index] as number;
    for (let row = 0; row < count; row++) {
      const from = (offset + (codes[start + row] as number)) * units;
      const to = row * units;
      for (let unit = 0; unit < units; unit++) {
        output[to + unit] = (output[to + unit] as number) + (table[from + unit] as number);
      }
    }
  });
}

/** output += input x kernel', four units at a time, so that each input is read once for all of them. */
function addProducts(
  input: Float64Array,
  kernel: Float64Array,
  output: Float64Array,
  { rows, inputs, units }: { rows: number; inputs: number; units: number },
): void {
  const fours = units - (units % 4);
  for (let unit = 0; unit < fours; unit += 4) {
    const first = unit * inputs;
    const second = first + inputs;
    const third = second + inputs;
    const fourth = third + inputs;
    for (let row = 0; row < rows; row++) {
      const from = row * inputs;
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      for (let place = 0; place < inputs; place++) {
        const value = input[from + place] as number;
        a += value * (kernel[first + place] as number);
        b += value * (kernel[second + place] as number);
        c += value * (kernel[third + place] as number);
        d += value * (kernel[fourth + place] as number);
      }
      const to = row * units + unit;
      output[to] = (output[to] as number) + a;
      output[to + 1] = (output[to + 1] as number) + b;
      output[to + 2] = (output[to + 2] as number) + c;
      output[to + 3] = (output[to + 3] as number) + d;
    }
  }
  for (let unit = fours; unit < units; unit++) {
    for (let row = 0; row < rows; row++) {
      let sum = 0;
      for (let place = 0; place < inputs; place++) {
        sum += (input[row * inputs + place] as number) * (kernel[unit * inputs + place] as number);
      }
      output[row * units + unit] = (output[row * units + unit] as number) + sum;
    }
  }
}

function activate(values: Float64Array, count: number, activation: Activation): void {
  if (activation === 'relu') {
    for (let place = 0; place < count; place++) if ((values[place] as number) < 0) values[place] = 0;
  } else if (activation === 'tanh') {
    for (let place = 0; place < count; place++) values[place] = Math.tanh(values[place] as number);
  } else {
    for (let place = 0; place < count; place++) {
      const value = values[place] as number;
      values[place] = value / (1 + Math.exp(-value));
    }
  }
}

/** Adds the same computation to a graph, in float64; returns [N, outputs]. */
export function writeScores(
  builder: GraphBuilder,
  { shape, layers, scaling }: Predictor,
  features: GraphFeatures,
): string {
  const terms = (layer: FixedLayer, input: string | undefined, codes: readonly string[]) => {
    const bias = builder.doubles([1, layer.units], layer.bias);
    const product =
      input !== undefined &&
      builder.node('MatMul', [input, builder.doubles([layer.inputs, layer.units], layer.kernel)]);
    return builder.node('Sum', [...(product ? [product] : []), ...codes, bias]);
  };
  const [first, ...others] = layers as [FixedLayer, ...FixedLayer[]];
  const dense = features.dense && writeScaledInputs(builder, features.dense, scaling);
  let value = terms(first, dense, writeTableRows(builder, shape, first, features));
  for (const layer of others) value = terms(layer, writeActivation(builder, value, shape.activation), []);
  return value;
}

/** For each block [N, units]. */
function writeTableRows(
  builder: GraphBuilder,
  shape: NetworkShape,
  { table, units }: FixedLayer,
  { blocks }: GraphFeatures,
): string[] {
  const offsets = tableOffsets(shape);
  return blocks.map(({ levels, codes }, index) => {
    const start = (offsets[index] as number) * units;
    const rows = builder.doubles([levels + 1, units], table.subarray(start, start + (levels + 1) * units));
    return builder.node('Squeeze', [builder.gather(rows, codes, 0), builder.integers([1], [1])]);
  });
}

function writeActivation(builder: GraphBuilder, value: string, activation: Activation): string {
  if (activation !== 'silu') return builder.node(activation === 'relu' ? 'Relu' : 'Tanh', [value]);
  // Not value x Sigmoid(value): ONNX Runtime fuses that to an operator that it has in float32 only.
  const power = builder.node('Exp', [builder.node('Neg', [value])]);
  return builder.node('Div', [value, builder.node('Add', [power, builder.doubles([], [1])])]);
}
