import type { GraphBuilder } from '../../../base/onnx/graph-builder.ts';
import type { Activation } from './shape.ts';

/*
 * The layers of a network as nodes of a graph: what goes forward, and by the chain rule what goes back. Values are
 * [B, units] of one element type; B is the rows of a batch.
 */

export type Precision = 'float' | 'double';

/** One layer's work on a batch. */
export interface LayerPass {
  value: string;
  /**
   * @param gradient of the loss by `value`.
   * @returns gradients by the layer's own tensors, in the order of `segmentsOf`, and by what entered it (whose nodes are
   * only added when asked for).
   */
  back(gradient: string): { own: string[]; input: () => string };
}

const firstAxis = (builder: GraphBuilder) => builder.integers([1], [0]);

/** Numbers of the graph's element type. */
export function numbers(
  builder: GraphBuilder,
  precision: Precision,
  shape: readonly number[],
  values: ArrayLike<number>,
): string {
  return precision === 'float' ? builder.floats(shape, values) : builder.doubles(shape, values);
}

function number(builder: GraphBuilder, precision: Precision, value: number): string {
  return numbers(builder, precision, [], [value]);
}

/** x W, plus the bias where there is one. */
export function kernelPass(builder: GraphBuilder, input: string, kernel: string, bias?: string): LayerPass {
  return {
    value: builder.node('Gemm', bias === undefined ? [input, kernel] : [input, kernel, bias]),
    back: (gradient) => ({
      own: [
        builder.node('Gemm', [input, gradient], { transA: { integer: 1 } }),
        ...(bias === undefined ? [] : [sumOfRows(builder, gradient)]),
      ],
      input: () => builder.node('Gemm', [gradient, kernel], { transB: { integer: 1 } }),
    }),
  };
}

/** Adds a bias to each row. */
export function biasPass(builder: GraphBuilder, input: string, bias: string): LayerPass {
  return {
    value: builder.node('Add', [input, bias]),
    back: (gradient) => ({ own: [sumOfRows(builder, gradient)], input: () => gradient }),
  };
}

export function sumOfRows(builder: GraphBuilder, value: string): string {
  return builder.node('ReduceSum', [value, firstAxis(builder)], { keepdims: { integer: 0 } });
}

/**
 * Sum of the table's rows at the codes of each row: a kernel over one-hot columns that are never written out.
 * @param codes int64 [B, blocks].
 */
export function tablePass(
  builder: GraphBuilder,
  precision: Precision,
  codes: string,
  table: string,
  size: { rows: number; width: number; blocks: number },
): LayerPass {
  const gathered = builder.gather(table, codes, 0);
  const blockAxis = builder.integers([1], [1]);
  return {
    value: builder.node('ReduceSum', [gathered, blockAxis], { keepdims: { integer: 0 } }),
    back: (gradient) => {
      const last = builder.integers([1], [2]);
      const spread = builder.node('Expand', [
        builder.node('Unsqueeze', [gradient, blockAxis]),
        builder.integers([3], [1, size.blocks, 1]),
      ]);
      const zeros = numbers(builder, precision, [size.rows, size.width], new Float64Array(size.rows * size.width));
      const places = builder.node('Unsqueeze', [codes, last]);
      return {
        own: [builder.node('ScatterND', [zeros, places, spread], { reduction: { text: 'add' } })],
        input: () => {
          throw new TypeError('Codes have no gradient.');
        },
      };
    },
  };
}

/** relu, tanh, or silu x sigmoid(x) (Elfwing et al. 2018). */
export function activationPass(
  builder: GraphBuilder,
  precision: Precision,
  input: string,
  activation: Activation,
): LayerPass {
  const one = () => number(builder, precision, 1);
  if (activation === 'relu') {
    const value = builder.node('Relu', [input]);
    const zero = () => number(builder, precision, 0);
    const isPositive = () => builder.node('Greater', [input, zero()]);
    return {
      value,
      back: (gradient) => ({ own: [], input: () => builder.node('Where', [isPositive(), gradient, zero()]) }),
    };
  }
  if (activation === 'tanh') {
    const value = builder.node('Tanh', [input]);
    return {
      value,
      back: (gradient) => ({
        own: [],
        input: () => {
          const slope = builder.node('Sub', [one(), builder.node('Mul', [value, value])]);
          return builder.node('Mul', [gradient, slope]);
        },
      }),
    };
  }
  const gate = builder.node('Sigmoid', [input]);
  const value = builder.node('Mul', [input, gate]);
  return {
    value,
    back: (gradient) => ({
      own: [],
      input: () => {
        // (x s)' = s + x s (1 - s) = s + value (1 - s)
        const rest = builder.node('Mul', [value, builder.node('Sub', [one(), gate])]);
        return builder.node('Mul', [gradient, builder.node('Add', [gate, rest])]);
      },
    }),
  };
}

/** Keeps units where the mask (bool, [B, units]) is true, and scales them so that the mean stays (Srivastava et al. 2014). */
export function dropoutPass(
  builder: GraphBuilder,
  precision: Precision,
  input: string,
  mask: string,
  rate: number,
): LayerPass {
  const keep = (value: string) =>
    builder.node('Where', [
      mask,
      builder.node('Mul', [value, number(builder, precision, 1 / (1 - rate))]),
      number(builder, precision, 0),
    ]);
  return { value: keep(input), back: (gradient) => ({ own: [], input: () => keep(gradient) }) };
}

export const normEpsilon = 1e-3;
/** How much of the running statistics a batch leaves as it was. */
export const normMomentum = 0.9;

/**
 * Batch normalisation (Ioffe & Szegedy 2015) with the mean and variance (divisor B) of the batch.
 * @returns also both, [1, units].
 */
export function batchNormPass(
  builder: GraphBuilder,
  precision: Precision,
  input: string,
  scale: string,
  shift: string,
): LayerPass & { mean: string; variance: string } {
  const meanOfRows = (value: string) =>
    builder.node('ReduceMean', [value, firstAxis(builder)], { keepdims: { integer: 1 } });
  const mean = meanOfRows(input);
  const centred = builder.node('Sub', [input, mean]);
  const variance = meanOfRows(builder.node('Mul', [centred, centred]));
  const deviation = builder.node('Sqrt', [builder.node('Add', [variance, number(builder, precision, normEpsilon)])]);
  const normal = builder.node('Div', [centred, deviation]);
  return {
    mean,
    variance,
    value: builder.node('Add', [builder.node('Mul', [normal, scale]), shift]),
    back: (gradient) => {
      const byNormal = builder.node('Mul', [gradient, normal]);
      return {
        own: [sumOfRows(builder, byNormal), sumOfRows(builder, gradient)],
        input: () => {
          const inner = builder.node('Sub', [
            builder.node('Sub', [gradient, meanOfRows(gradient)]),
            builder.node('Mul', [normal, meanOfRows(byNormal)]),
          ]);
          return builder.node('Mul', [inner, builder.node('Div', [scale, deviation])]);
        },
      };
    },
  };
}

/** Batch normalisation with running statistics, [1, units] each. */
export function fixedNorm(
  builder: GraphBuilder,
  precision: Precision,
  input: string,
  { scale, shift, mean, variance }: { scale: string; shift: string; mean: string; variance: string },
): string {
  const deviation = builder.node('Sqrt', [builder.node('Add', [variance, number(builder, precision, normEpsilon)])]);
  const normal = builder.node('Div', [builder.node('Sub', [input, mean]), deviation]);
  return builder.node('Add', [builder.node('Mul', [normal, scale]), shift]);
}
