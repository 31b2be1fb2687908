import type { GraphBuilder } from '../../../base/onnx/graph-builder.ts';
import { quantileOfSorted } from '../../../statistics/summary.ts';
import type { FeatureMatrix } from '../../features/feature-matrix.ts';

/**
 * How the dense columns enter a network: x becomes z = (x - centre) / spread, then z / sqrt(1 + (z / reach)^2), which is
 * nearly z while small and never beyond the reach. So neither a long tail squeezes the bulk of a column together nor can
 * one extreme value drive a unit (robust scaling and smooth clipping, Holzmüller et al. 2024, "Better by default").
 */
export interface InputScaling {
  /** One a dense column. */
  centres: readonly number[];
  spreads: readonly number[];
}

const reach = 3;
const sampledRows = 20_000;

/** Medians and distances of the quartiles; a column whose quartiles are equal keeps the scale it came with. */
export function fitInputScaling({ rows, dense, denseWidth }: FeatureMatrix): InputScaling {
  const step = Math.max(1, Math.floor(rows / sampledRows));
  const count = Math.ceil(rows / step);
  const columns = Array.from({ length: denseWidth }, (_, column) => {
    const values = Float64Array.from(
      { length: count },
      (_, index) => dense[index * step * denseWidth + column] as number,
    );
    const sorted = values.sort();
    const spread = quantileOfSorted(sorted, 0.75) - quantileOfSorted(sorted, 0.25);
    return spread > 0 ? { centre: quantileOfSorted(sorted, 0.5), spread } : { centre: 0, spread: 1 };
  });
  return { centres: columns.map(({ centre }) => centre), spreads: columns.map(({ spread }) => spread) };
}

/** rows x denseWidth. */
export function scaleInputs({ dense, denseWidth }: FeatureMatrix, { centres, spreads }: InputScaling): Float64Array {
  const scaled = new Float64Array(dense.length);
  for (let start = 0; start < dense.length; start += denseWidth) {
    for (let column = 0; column < denseWidth; column++) {
      const value = ((dense[start + column] as number) - (centres[column] as number)) / (spreads[column] as number);
      const ratio = value / reach;
      scaled[start + column] = value / Math.sqrt(1 + ratio * ratio);
    }
  }
  return scaled;
}

/** The same computation in a graph. @param dense double [N, denseWidth] */
export function writeScaledInputs(builder: GraphBuilder, dense: string, { centres, spreads }: InputScaling): string {
  const row = (values: readonly number[]) => builder.doubles([1, values.length], values);
  const value = builder.node('Div', [builder.node('Sub', [dense, row(centres)]), row(spreads)]);
  const ratio = builder.node('Div', [value, builder.doubles([], [reach])]);
  const square = builder.node('Mul', [ratio, ratio]);
  const divisor = builder.node('Sqrt', [builder.node('Add', [square, builder.doubles([], [1])])]);
  return builder.node('Div', [value, divisor]);
}
