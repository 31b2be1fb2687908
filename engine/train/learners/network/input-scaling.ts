import type { GraphBuilder } from '../../../base/onnx/graph-builder.ts';
import type { FeatureMatrix } from '../../features/feature-matrix.ts';

/**
 * How far a scaled number may reach: x becomes x / sqrt(1 + (x / reach)^2), nearly x while small and never beyond the
 * reach, so that one extreme value cannot drive a unit (smooth clipping, Holzmüller et al. 2024, "Better by default").
 * 0 leaves numbers as they are.
 */
export interface InputScaling {
  reach: number;
}

/** rows x denseWidth. */
export function scaleInputs({ dense }: FeatureMatrix, { reach }: InputScaling): Float64Array {
  if (reach === 0) return dense;
  return dense.map((value) => value / Math.sqrt(1 + (value / reach) ** 2));
}

/** The same computation in a graph. @param dense double [N, denseWidth] */
export function writeScaledInputs(builder: GraphBuilder, dense: string, { reach }: InputScaling): string {
  if (reach === 0) return dense;
  const ratio = builder.node('Div', [dense, builder.doubles([], [reach])]);
  const square = builder.node('Mul', [ratio, ratio]);
  return builder.node('Div', [dense, builder.node('Sqrt', [builder.node('Add', [square, builder.doubles([], [1])])])]);
}
