import type { GraphBuilder } from '../../base/onnx/graph-builder.ts';

/** A boolean: one-hot over false, true and, where the training part had it, missing. */
export interface BooleanFeature {
  kind: 'boolean';
  name: string;
  missing: number;
}

export function booleanLevels(feature: BooleanFeature): number {
  return feature.missing > 0 ? 3 : 2;
}

/** @returns undefined where all values are equal. */
export function fitBoolean(name: string, values: Float64Array): BooleanFeature | undefined {
  let missing = 0;
  let trues = 0;
  for (const value of values) {
    if (Number.isNaN(value)) missing++;
    else if (value === 1) trues++;
  }
  const falses = values.length - missing - trues;
  return Math.max(missing, trues, falses) === values.length ? undefined : { kind: 'boolean', name, missing };
}

/** Codes: 0 false, 1 true, 2 missing. */
export function applyBoolean(values: Float64Array): Int32Array {
  return Int32Array.from(values, (value) => (Number.isNaN(value) ? 2 : value));
}

/** From a float [N, 1] input of the column's name (NaN for missing) to int64 [N, 1] codes. */
export function writeBoolean(builder: GraphBuilder, feature: BooleanFeature): string {
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
