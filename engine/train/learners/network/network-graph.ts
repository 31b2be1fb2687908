import { GraphBuilder } from '../../../base/onnx/graph-builder.ts';
import { adam } from './adam.ts';
import { activationPass, fixedNorm, normMomentum, numbers, type Precision } from './graph-layers.ts';
import { type LossKind, lossPass } from './graph-losses.ts';
import { splitWeights, trainingPass, weighedPass } from './network-pass.ts';
import { type NetworkShape, segmentsOf, statisticCount, weightCount } from './shape.ts';

/** What the training step depends on besides the shape. */
export interface StepSettings {
  loss: LossKind;
  /** Whether rows have weights. */
  weighted: boolean;
  /** Share of hidden units left out of each step. */
  dropout: number;
  /** Strength of l2 / 2 |kernels and tables|^2, which is added to the loss. */
  l2: number;
  /** Longest gradient that is taken as it is; 0 for no limit. */
  gradientClip: number;
}

/** Adds l2 x tensor to the gradients of kernels and tables. */
function withPenalty(
  builder: GraphBuilder,
  precision: Precision,
  shape: NetworkShape,
  weights: string,
  gradient: string,
  l2: number,
): string {
  if (l2 === 0) return gradient;
  const strengths = new Float64Array(weightCount(shape));
  for (const { kind, offset, size } of segmentsOf(shape)) {
    if (kind === 'kernel' || kind === 'table') strengths.fill(l2, offset, offset + size);
  }
  const penalty = builder.node('Mul', [weights, numbers(builder, precision, [strengths.length], strengths)]);
  return builder.node('Add', [gradient, penalty]);
}

/** Shortens a gradient whose length is more than `limit` (Pascanu et al. 2013). */
function clipped(builder: GraphBuilder, precision: Precision, gradient: string, limit: number): string {
  if (limit === 0) return gradient;
  const one = numbers(builder, precision, [1], [1]);
  const length = builder.node('Sqrt', [builder.node('ReduceSumSquare', [gradient], { keepdims: { integer: 1 } })]);
  const excess = builder.node('Max', [builder.node('Div', [length, numbers(builder, precision, [1], [limit])]), one]);
  return builder.node('Div', [gradient, excess]);
}

/** Inputs of a graph that hold rows, for the parts that a network of this shape has. */
function rowInputs(builder: GraphBuilder, precision: Precision, shape: NetworkShape) {
  const blocks = shape.blockLevels.length;
  return {
    dense: shape.denseWidth > 0 ? builder.input('dense', precision, ['N', shape.denseWidth]) : undefined,
    codes: blocks > 0 ? builder.input('codes', 'int32', ['N', blocks]) : undefined,
  };
}

/** A batch's mean loss and the gradient by the flat vector of weights, from inputs of the whole set of rows. */
function lossAndGradient(
  builder: GraphBuilder,
  precision: Precision,
  shape: NetworkShape,
  settings: StepSettings,
  weights: string,
  batch: BatchValues,
): { loss: string; gradient: string; batchStatistics: string[] } {
  const pass = trainingPass(builder, precision, shape, weights, { ...batch, dropout: settings.dropout });
  const { losses, gradient: byScores } = lossPass(builder, precision, settings.loss, {
    scores: pass.scores,
    target: batch.target,
    outputs: shape.outputs,
  });
  const count = builder.cast(builder.node('Shape', [batch.target]), precision);
  const shares =
    batch.weights === undefined
      ? builder.node('Reciprocal', [count])
      : builder.node('Unsqueeze', [builder.node('Div', [batch.weights, count]), builder.integers([1], [1])]);
  const weighed = batch.weights === undefined ? losses : builder.node('Mul', [losses, batch.weights]);
  const loss = builder.node('ReduceMean', [weighed], { keepdims: { integer: 0 } });
  const gradients = pass.back(builder.node('Mul', [byScores, shares]));
  const flat = gradients.map((one) => builder.node('Reshape', [one, builder.integers([1], [-1])]));
  const gradient = withPenalty(builder, precision, shape, weights, builder.concat(flat, 0), settings.l2);
  return { loss, gradient, batchStatistics: pass.batchStatistics };
}

/** The rows of one batch as values of a graph. */
interface BatchValues {
  /** [B, denseWidth]; absent without dense columns. */
  dense?: string;
  /** int64 [B, blocks]; absent without blocks. */
  codes?: string;
  /** [B]. */
  target: string;
  /** [B]; absent where all are 1. */
  weights?: string;
  /** bool [B, units], one a hidden layer; none without dropout. */
  masks: readonly string[];
}

/**
 * The training of many batches as one graph, a round of its loop a step of Adam. Inputs: `weights`, `first_moments`,
 * `second_moments` [n] and `statistics` (with batch normalisation); all rows as `dense`, `codes`, `target` [N], `row_weights`
 * [N]; `order` int32 [K, B], the rows of each batch; `rates` [K] and `corrections` [K] (see `adamFactors`); `mask_0` …,
 * bool [K, B, units]. Outputs: what of the first four is there after the last step as `new_…`, and `losses` [K], each
 * before its step.
 */
export function trainingGraph(shape: NetworkShape, settings: StepSettings): Uint8Array {
  const precision: Precision = 'float';
  const builder = new GraphBuilder();
  const size = weightCount(shape);
  const statisticSize = statisticCount(shape);
  const state = [
    { name: 'weights', size },
    { name: 'first_moments', size },
    { name: 'second_moments', size },
    ...(statisticSize > 0 ? [{ name: 'statistics', size: statisticSize }] : []),
  ];
  const start = state.map((one) => ({
    value: builder.input(one.name, precision, [one.size]),
    type: precision,
    shape: [one.size],
  }));
  const rows = rowInputs(builder, precision, shape);
  const target = builder.input('target', precision, ['N']);
  const rowWeights = settings.weighted ? builder.input('row_weights', precision, ['N']) : undefined;
  const order = builder.input('order', 'int32', ['K', 'B']);
  const rates = builder.input('rates', precision, ['K']);
  const corrections = builder.input('corrections', precision, ['K']);
  const masks =
    settings.dropout > 0
      ? shape.hidden.map((units, layer) => builder.input(`mask_${layer}`, 'bool', ['K', 'B', units]))
      : [];
  const rounds = builder.node('Squeeze', [
    builder.node('Shape', [order], { start: { integer: 0 }, end: { integer: 1 } }),
  ]);
  const { carried, kept } = builder.loop(
    rounds,
    start,
    (body, round, [weights = '', first = '', second = '', statistics = '']) => {
      const places = body.gather(order, round, 0);
      const taken = (value: string | undefined) => value && body.gather(value, places, 0);
      const codes = taken(rows.codes);
      const batch: BatchValues = {
        dense: taken(rows.dense),
        codes: codes && body.cast(codes, 'int64'),
        target: body.gather(target, places, 0),
        weights: taken(rowWeights),
        masks: masks.map((mask) => body.gather(mask, round, 0)),
      };
      const { loss, gradient, batchStatistics } = lossAndGradient(body, precision, shape, settings, weights, batch);
      const step = adamStep(body, precision, {
        weights,
        first,
        second,
        gradient: clipped(body, precision, gradient, settings.gradientClip),
        rate: body.gather(rates, round, 0),
        correction: body.gather(corrections, round, 0),
      });
      const next =
        statisticSize > 0 ? [...step, blendedStatistics(body, precision, statistics, batchStatistics)] : step;
      return {
        carried: next.map((value, index) => ({
          value,
          type: precision,
          shape: [(state[index] as { size: number }).size],
        })),
        kept: [{ value: loss, type: precision, shape: [] }],
      };
    },
  );
  state.forEach(({ name, size: length }, index) => {
    builder.output(`new_${name}`, carried[index] as string, precision, [length]);
  });
  builder.output('losses', kept[0] as string, precision, ['K']);
  return build(builder);
}

/**
 * weights - rate m / (sqrt(v) correction + epsilon), where rate holds the learning rate and the correction of m.
 * @returns new weights, m and v.
 */
function adamStep(
  builder: GraphBuilder,
  precision: Precision,
  values: { weights: string; first: string; second: string; gradient: string; rate: string; correction: string },
): string[] {
  const { weights, first, second, gradient, rate, correction } = values;
  const number = (value: number) => numbers(builder, precision, [], [value]);
  const blend = (old: string, decay: number, fresh: string) =>
    builder.node('Add', [builder.node('Mul', [old, number(decay)]), builder.node('Mul', [fresh, number(1 - decay)])]);
  const newFirst = blend(first, adam.firstDecay, gradient);
  const newSecond = blend(second, adam.secondDecay, builder.node('Mul', [gradient, gradient]));
  const root = builder.node('Mul', [builder.node('Sqrt', [newSecond]), correction]);
  const divisor = builder.node('Add', [root, number(adam.epsilon)]);
  const step = builder.node('Div', [builder.node('Mul', [newFirst, rate]), divisor]);
  return [builder.node('Sub', [weights, step]), newFirst, newSecond];
}

function blendedStatistics(
  builder: GraphBuilder,
  precision: Precision,
  statistics: string,
  batchStatistics: readonly string[],
): string {
  const fresh = builder.node('Reshape', [builder.concat(batchStatistics, 1), builder.integers([1], [-1])]);
  const number = (value: number) => numbers(builder, precision, [], [value]);
  return builder.node('Add', [
    builder.node('Mul', [statistics, number(normMomentum)]),
    builder.node('Mul', [fresh, number(1 - normMomentum)]),
  ]);
}

/**
 * One batch's loss and gradient, in float64, for finite differences. Inputs: `weights` [n]; `dense`, `codes`, `target`,
 * `row_weights` and `mask_0` … of the batch's N rows. Outputs: `loss` and `gradient` [n], the penalty within the gradient.
 */
export function gradientGraph(shape: NetworkShape, settings: StepSettings): Uint8Array {
  const precision: Precision = 'double';
  const builder = new GraphBuilder();
  const size = weightCount(shape);
  const weights = builder.input('weights', precision, [size]);
  const { dense, codes } = rowInputs(builder, precision, shape);
  const { loss, gradient } = lossAndGradient(builder, precision, shape, settings, weights, {
    dense,
    codes: codes && builder.cast(codes, 'int64'),
    target: builder.input('target', precision, ['N']),
    weights: settings.weighted ? builder.input('row_weights', precision, ['N']) : undefined,
    masks:
      settings.dropout > 0
        ? shape.hidden.map((units, layer) => builder.input(`mask_${layer}`, 'bool', ['N', units]))
        : [],
  });
  builder.output('loss', loss, precision, []);
  builder.output('gradient', gradient, precision, [size]);
  return build(builder);
}

/**
 * The answers of a network while it trains, with its running statistics and without dropout. Inputs: `weights`, `statistics`
 * (with batch normalisation), `dense`, `codes`; output `scores` [N, outputs].
 */
export function scoringGraph(shape: NetworkShape): Uint8Array {
  const precision: Precision = 'float';
  const builder = new GraphBuilder();
  const tensors = splitWeights(builder, builder.input('weights', precision, [weightCount(shape)]), shape);
  const statistics = shape.batchNorm
    ? builder.split(
        builder.input('statistics', precision, [statisticCount(shape)]),
        shape.hidden.flatMap((units) => [units, units]),
        0,
      )
    : [];
  const { dense, codes } = rowInputs(builder, precision, shape);
  let value = dense;
  const longCodes = codes && builder.cast(codes, 'int64');
  shape.hidden.forEach((_, layer) => {
    value = weighedPass(builder, precision, shape, tensors, layer, { dense: value, codes: longCodes }).value;
    const scale = tensors.of('scale', layer);
    if (scale !== undefined) {
      value = fixedNorm(builder, precision, value, {
        scale,
        shift: tensors.of('shift', layer) as string,
        mean: statistics[2 * layer] as string,
        variance: statistics[2 * layer + 1] as string,
      });
    }
    value = activationPass(builder, precision, value, shape.activation).value;
  });
  const last = weighedPass(builder, precision, shape, tensors, shape.hidden.length, { dense: value });
  builder.output('scores', last.value, precision, ['N', shape.outputs]);
  return build(builder);
}

function build(builder: GraphBuilder): Uint8Array {
  return builder.build({
    name: 'network',
    description: '',
    producer: { name: 'galley', version: '' },
    metadata: {},
  });
}
