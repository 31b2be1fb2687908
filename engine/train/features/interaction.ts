import { largestFloat32 } from '../../base/float32.ts';
import type { GraphBuilder } from '../../base/onnx/graph-builder.ts';
import { mean, standardDeviation } from '../../statistics/summary.ts';
import { maximumLevels } from './category.ts';
import { rawNumber } from './numeric.ts';

/** The product of two numbers. Scaled: of the scaled numbers, scaled again; raw: of the raw ones. */
export interface ProductFeature {
  kind: 'product';
  name: string;
  columns: [string, string];
  mean: number;
  scale: number;
}

/** Two categories together: one-hot over the pairs of their codes that the training part had. */
export interface CrossFeature {
  kind: 'cross';
  name: string;
  columns: [string, string];
  /** Codes that a column may have, one more than its levels. */
  codes: [number, number];
  /** Pairs as first code x codes of the second + second code, ascending. */
  pairs: number[];
  /** Pairs left out because there are more than `maximumLevels`; they count as unseen. */
  rarePairs: number;
}

export type InteractionFeature = ProductFeature | CrossFeature;

/** More pairs of codes than this are not looked up in a table. */
export const largestTable = 1_000_000;

export function interactionName([first, second]: readonly [string, string]): string {
  return `${first} × ${second}`;
}

/** @returns undefined where all products are equal. */
export function fitProduct(columns: [string, string], products: Float64Array): ProductFeature | undefined {
  const scale = standardDeviation(products) as number;
  if (!(scale > 0)) return undefined;
  return { kind: 'product', name: interactionName(columns), columns, mean: mean(products) as number, scale };
}

/** @returns undefined where all rows have one pair. */
export function fitCross(
  columns: [string, string],
  codes: [number, number],
  first: Int32Array,
  second: Int32Array,
): CrossFeature | undefined {
  const counts = new Map<number, number>();
  first.forEach((code, row) => {
    const pair = code * codes[1] + (second[row] as number);
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
  });
  if (counts.size < 2) return undefined;
  const pairs = [...counts]
    .sort((left, right) => right[1] - left[1] || left[0] - right[0])
    .slice(0, maximumLevels)
    .map(([pair]) => pair)
    .sort((left, right) => left - right);
  const rarePairs = counts.size - pairs.length;
  return { kind: 'cross', name: interactionName(columns), columns, codes, pairs, rarePairs };
}

/** Codes of the pairs; `pairs.length` for one that was not seen. */
export function crossCodes({ codes, pairs }: CrossFeature, first: Int32Array, second: Int32Array): Int32Array {
  const codeOf = new Map(pairs.map((pair, code) => [pair, code]));
  const result = new Int32Array(first.length);
  for (let row = 0; row < first.length; row++) {
    const pair = (first[row] as number) * codes[1] + (second[row] as number);
    result[row] = codeOf.get(pair) ?? pairs.length;
  }
  return result;
}

/** The product of two columns of a row-major matrix into a third one; NaN in a raw matrix where it is no float32. */
export function applyProduct(
  feature: ProductFeature,
  isRaw: boolean,
  dense: Float64Array,
  stride: number,
  [first, second, target]: readonly [number, number, number],
): void {
  for (let start = 0; start < dense.length; start += stride) {
    const product = (dense[start + first] as number) * (dense[start + second] as number);
    dense[start + target] = isRaw ? rawNumber(product) : (product - feature.mean) / feature.scale;
  }
}

/** From two double [N, 1] values of the layout to one. */
export function writeProduct(
  builder: GraphBuilder,
  { mean: centre, scale }: ProductFeature,
  isRaw: boolean,
  first: string,
  second: string,
): string {
  const product = builder.node('Mul', [first, second]);
  if (isRaw) {
    const rounded = builder.cast(builder.cast(product, 'float'), 'double');
    const isNumber = builder.node('LessOrEqual', [
      builder.node('Abs', [rounded]),
      builder.doubles([], [largestFloat32]),
    ]);
    return builder.node('Where', [isNumber, rounded, builder.doubles([], [Number.NaN])]);
  }
  const centred = builder.node('Sub', [product, builder.doubles([1, 1], [centre])]);
  return builder.node('Div', [centred, builder.doubles([1, 1], [scale])]);
}

/** From two int64 [N, 1] codes to those of their pairs, by a table over all pairs. */
export function writeCross(
  builder: GraphBuilder,
  { codes, pairs }: CrossFeature,
  first: string,
  second: string,
): string {
  const table = new Array<number>(codes[0] * codes[1]).fill(pairs.length);
  pairs.forEach((pair, code) => {
    table[pair] = code;
  });
  const scaled = builder.node('Mul', [first, builder.integers([], [codes[1]])]);
  const pair = builder.node('Add', [scaled, second]);
  return builder.gather(builder.integers([table.length], table), pair, 0);
}
