import type { GraphBuilder } from '../../base/onnx/graph-builder.ts';
import type { ColumnSettings } from '../../contract/train-features.ts';

/** A boolean: one-hot over false, true and, where the training part had it, missing. */
export interface BooleanFeature {
  kind: 'boolean';
  name: string;
  missing: number;
  monotone?: ColumnSettings['monotone'];
}

export function booleanLevels(feature: BooleanFeature): number {
  return feature.missing > 0 ? 3 : 2;
}

/** @returns undefined where all values are equal. */
export function fitBoolean(
  name: string,
  values: Float64Array,
  { monotone }: ColumnSettings,
): BooleanFeature | undefined {
  let missing = 0;
  let trues = 0;
  for (const value of values) {
    if (Number.isNaN(value)) missing++;
    else if (value === 1) trues++;
  }
  const falses = values.length - missing - trues;
  if (Math.max(missing, trues, falses) === values.length) return undefined;
  return { kind: 'boolean', name, missing, ...(monotone && { monotone }) };
}

/** Codes: 0 false, 1 true, 2 missing. */
export function booleanCodes(values: Float64Array): Int32Array {
  return Int32Array.from(values, (value) => (Number.isNaN(value) ? 2 : value));
}

/** Codes from a column of a raw matrix. */
export function codesOfRawBoolean(dense: Float64Array, stride: number, position: number): Int32Array {
  const codes = new Int32Array(dense.length / stride);
  for (let row = 0; row < codes.length; row++) {
    const value = dense[row * stride + position] as number;
    codes[row] = Number.isNaN(value) ? 2 : value;
  }
  return codes;
}

/** The same in a graph, from a double [N, 1] value. */
export function writeCodesOfRawBoolean(builder: GraphBuilder, raw: string): string {
  const isMissing = builder.node('IsNaN', [raw]);
  return builder.cast(builder.node('Where', [isMissing, builder.doubles([], [2]), raw]), 'int64');
}

/** 0, 1 and NaN for missing, into column `position` of a row-major matrix of `stride` columns. */
export function applyRawBoolean(values: Float64Array, target: Float64Array, stride: number, position: number): void {
  for (let row = 0; row < values.length; row++) target[row * stride + position] = values[row] as number;
}

/** From a float [N, 1] input of the column's name to double [N, 1]: 0, 1, and NaN for everything else. */
export function writeRawBoolean(builder: GraphBuilder, feature: BooleanFeature): string {
  const input = builder.cast(builder.input(feature.name, 'float', ['N', 1]), 'double');
  const isZero = builder.node('Equal', [input, builder.doubles([], [0])]);
  const isOne = builder.node('Equal', [input, builder.doubles([], [1])]);
  const isKnown = builder.node('Or', [isZero, isOne]);
  return builder.node('Where', [isKnown, input, builder.doubles([], [Number.NaN])]);
}

/** From a float [N, 1] input of the column's name (NaN for missing) to int64 [N, 1] codes. */
export function writeBooleanCodes(builder: GraphBuilder, feature: BooleanFeature): string {
  const input = builder.input(feature.name, 'float', ['N', 1]);
  return builder.node(
    'LabelEncoder',
    [input],
    {
      keys_floats: { floats: [0, 1] },
      values_int64s: { integers: [0, 1] },
      default_int64: { integer: 2 },
    },
    { domain: 'ai.onnx.ml' },
  );
}
