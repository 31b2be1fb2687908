import type { GraphBuilder } from '../../base/onnx/graph-builder.ts';
import type { ColumnSettings } from '../../contract/train-features.ts';
import { keepLevels } from './category.ts';
import { rawNumber } from './numeric.ts';

/** A column of numbers that stand for categories: one-hot over its values, all zeros for one that was not seen. */
export interface NumberCategoryFeature {
  kind: 'number-category';
  name: string;
  type: 'int64' | 'float64' | 'decimal';
  /** Rounded to float32, ascending; their places are the codes. */
  levels: number[];
  rareLevels: number;
  missing: number;
  /** Whether missing has a level, behind those of the numbers. */
  missingLevel?: true;
  /** One more level, behind all others, for what is rare or unseen. */
  other?: true;
}

/** @returns undefined where the column has one value only. */
export function fitNumberCategory(
  column: { name: string; type: NumberCategoryFeature['type'] },
  values: Float64Array,
  settings: ColumnSettings,
): NumberCategoryFeature | undefined {
  const counts = new Map<number, number>();
  let missing = 0;
  for (const value of values) {
    const raw = rawNumber(value);
    if (Number.isNaN(raw)) missing++;
    else counts.set(raw, (counts.get(raw) ?? 0) + 1);
  }
  // NaN has no order, so that missing takes part in the counting as a number that no float32 is.
  if (missing > 0) counts.set(Number.POSITIVE_INFINITY, missing);
  const kept = keepLevels(counts, values.length, settings);
  if (kept === undefined) return undefined;
  const levels = kept.levels.filter(Number.isFinite);
  const missingLevel = levels.length < kept.levels.length;
  return {
    kind: 'number-category',
    name: column.name,
    type: column.type,
    levels,
    rareLevels: kept.rareLevels,
    missing,
    ...(missingLevel && { missingLevel }),
    ...(kept.other && { other: kept.other }),
  };
}

export function numberCategoryLevels({ levels, missingLevel, other }: NumberCategoryFeature): number {
  return levels.length + (missingLevel ? 1 : 0) + (other ? 1 : 0);
}

/** The code of a value that has no level of its own. */
function unseenCode({ levels, missingLevel }: NumberCategoryFeature): number {
  return levels.length + (missingLevel ? 1 : 0);
}

export function applyNumberCategory(feature: NumberCategoryFeature, values: Float64Array): Int32Array {
  const codeOf = new Map(feature.levels.map((level, code) => [level, code]));
  const unseen = unseenCode(feature);
  const ofMissing = feature.missingLevel ? feature.levels.length : unseen;
  return Int32Array.from(values, (value) => {
    const raw = rawNumber(value);
    return Number.isNaN(raw) ? ofMissing : (codeOf.get(raw) ?? unseen);
  });
}

/** From a float [N, 1] input of the column's name (NaN for missing) to int64 [N, 1] codes. */
export function writeNumberCategory(builder: GraphBuilder, feature: NumberCategoryFeature): string {
  const input = builder.input(feature.name, 'float', ['N', 1]);
  const code = builder.node(
    'LabelEncoder',
    [input],
    {
      keys_floats: { floats: feature.levels },
      values_int64s: { integers: feature.levels.map((_, index) => index) },
      default_int64: { integer: unseenCode(feature) },
    },
    { domain: 'ai.onnx.ml' },
  );
  if (!feature.missingLevel) return code;
  const isMissing = builder.node('Or', [builder.node('IsNaN', [input]), builder.node('IsInf', [input])]);
  return builder.node('Where', [isMissing, builder.integers([], [feature.levels.length]), code]);
}
