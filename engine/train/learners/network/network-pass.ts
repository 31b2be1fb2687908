import type { GraphBuilder } from '../../../base/onnx/graph-builder.ts';
import {
  activationPass,
  batchNormPass,
  biasPass,
  dropoutPass,
  kernelPass,
  type LayerPass,
  type Precision,
  tablePass,
} from './graph-layers.ts';
import { type NetworkShape, type Segment, segmentsOf, tableRows } from './shape.ts';

/** The weights of a network within a graph. */
export interface Tensors {
  of(kind: Segment['kind'], layer: number): string | undefined;
}

/** The flat vector of weights as tensors. */
export function splitWeights(builder: GraphBuilder, weights: string, shape: NetworkShape): Tensors {
  const segments = segmentsOf(shape);
  const parts = builder.split(
    weights,
    segments.map(({ size }) => size),
    0,
  );
  const tensors = new Map(
    segments.map(({ kind, layer, shape: dimensions }, index) => {
      const part = parts[index] as string;
      const reshaped =
        dimensions.length === 1 ? part : builder.node('Reshape', [part, builder.integers([2], dimensions)]);
      return [`${kind} ${layer}`, reshaped];
    }),
  );
  return { of: (kind, layer) => tensors.get(`${kind} ${layer}`) };
}

/** What enters a layer, weighed: of the first layer both the numbers and the codes. */
export function weighedPass(
  builder: GraphBuilder,
  precision: Precision,
  shape: NetworkShape,
  tensors: Tensors,
  layer: number,
  input: { dense?: string; codes?: string },
): LayerPass {
  const kernel = tensors.of('kernel', layer);
  const bias = tensors.of('bias', layer);
  const table = tensors.of('table', layer);
  if (table === undefined) return kernelPass(builder, input.dense as string, kernel as string, bias);
  const size = { rows: tableRows(shape), width: shape.hidden[0] as number, blocks: shape.blockLevels.length };
  const byTable = tablePass(builder, precision, input.codes as string, table, size);
  const byKernel = kernel === undefined ? undefined : kernelPass(builder, input.dense as string, kernel);
  const sum = byKernel ? builder.node('Add', [byKernel.value, byTable.value]) : byTable.value;
  const withBias = bias === undefined ? undefined : biasPass(builder, sum, bias);
  return {
    value: withBias?.value ?? sum,
    back: (gradient) => ({
      own: [byKernel, byTable, withBias].flatMap((pass) => pass?.back(gradient).own ?? []),
      input: () => {
        throw new TypeError('The first layer is the last that gradients reach.');
      },
    }),
  };
}

/** A whole network on a batch. */
export interface NetworkPass {
  /** [B, outputs]. */
  scores: string;
  /** @returns the gradients of all segments, in their order. */
  back(gradient: string): string[];
  /** Mean and variance, [1, units] each, of every normalised layer. */
  batchStatistics: string[];
}

/** @param masks of dropout, one a hidden layer; none without. */
export function trainingPass(
  builder: GraphBuilder,
  precision: Precision,
  shape: NetworkShape,
  weights: string,
  input: { dense?: string; codes?: string; masks: readonly string[]; dropout: number },
): NetworkPass {
  const tensors = splitWeights(builder, weights, shape);
  const passes: LayerPass[] = [];
  const batchStatistics: string[] = [];
  let value = input.dense ?? '';
  const add = (pass: LayerPass) => {
    passes.push(pass);
    value = pass.value;
  };
  shape.hidden.forEach((_, layer) => {
    add(weighedPass(builder, precision, shape, tensors, layer, layer === 0 ? input : { dense: value }));
    const scale = tensors.of('scale', layer);
    if (scale !== undefined) {
      const norm = batchNormPass(builder, precision, value, scale, tensors.of('shift', layer) as string);
      batchStatistics.push(norm.mean, norm.variance);
      add(norm);
    }
    add(activationPass(builder, precision, value, shape.activation));
    const mask = input.masks[layer];
    if (mask !== undefined) add(dropoutPass(builder, precision, value, mask, input.dropout));
  });
  add(weighedPass(builder, precision, shape, tensors, shape.hidden.length, { dense: value }));
  return {
    scores: value,
    batchStatistics,
    back(gradient) {
      const gradients: string[] = [];
      let from = () => gradient;
      for (const pass of passes.toReversed()) {
        const { own, input: next } = pass.back(from());
        gradients.unshift(...own);
        from = next;
      }
      return gradients;
    },
  };
}
