import type { GraphBuilder } from '../../../base/onnx/graph-builder.ts';
import { numbers, type Precision } from './graph-layers.ts';

/** Which loss a network minimises: log loss of one score, of one score a class, or half the squared error. */
export type LossKind = 'binary' | 'multiclass' | 'squared';

/** Losses [B] of the rows, and the gradient [B, outputs] of each row's loss by its own scores. */
export interface LossPass {
  losses: string;
  gradient: string;
}

/**
 * @param scores [B, outputs].
 * @param target [B]: the number, or the index of the class.
 */
export function lossPass(
  builder: GraphBuilder,
  precision: Precision,
  kind: LossKind,
  { scores, target, outputs }: { scores: string; target: string; outputs: number },
): LossPass {
  const number = (value: number) => numbers(builder, precision, [], [value]);
  const lastAxis = builder.integers([1], [1]);
  if (kind === 'multiclass') {
    const logs = builder.node('LogSoftmax', [scores], { axis: { integer: 1 } });
    const range = builder.floats([2], [0, 1]);
    const oneHot = builder.node('OneHot', [builder.cast(target, 'int64'), builder.integers([], [outputs]), range]);
    const truth = builder.cast(oneHot, precision);
    const own = builder.node('ReduceSum', [builder.node('Mul', [truth, logs]), lastAxis], { keepdims: { integer: 0 } });
    return {
      losses: builder.node('Neg', [own]),
      gradient: builder.node('Sub', [builder.node('Exp', [logs]), truth]),
    };
  }
  const truth = builder.node('Unsqueeze', [target, lastAxis]);
  const flat = (value: string) => builder.node('Squeeze', [value, lastAxis]);
  if (kind === 'squared') {
    const residual = builder.node('Sub', [scores, truth]);
    const half = builder.node('Mul', [builder.node('Mul', [residual, residual]), number(0.5)]);
    return { losses: flat(half), gradient: residual };
  }
  // max(z, 0) - y z + ln(1 + exp(-|z|)): finite for every score.
  const power = builder.node('Exp', [builder.node('Neg', [builder.node('Abs', [scores])])]);
  const tail = builder.node('Log', [builder.node('Add', [power, number(1)])]);
  const linear = builder.node('Sub', [builder.node('Relu', [scores]), builder.node('Mul', [scores, truth])]);
  return {
    losses: flat(builder.node('Add', [linear, tail])),
    gradient: builder.node('Sub', [builder.node('Sigmoid', [scores]), truth]),
  };
}
