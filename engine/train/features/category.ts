import type { GraphBuilder } from '../../base/onnx/graph-builder.ts';

/** A text column: one-hot over its levels, all zeros for a value that was not seen in training. */
export interface CategoryFeature {
  kind: 'category';
  name: string;
  /** In the order of their codes (UTF-16 code units); '' stands for missing, where the training part had it. */
  levels: string[];
  /** Levels left out because the column has more than `maximumLevels`; they count as unseen. */
  rareLevels: number;
  missing: number;
}

/** A column with more levels keeps its most frequent ones. */
export const maximumLevels = 1000;

/** @returns undefined where the column has one level only. */
export function fitCategory(name: string, values: readonly (string | null)[]): CategoryFeature | undefined {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value ?? '', (counts.get(value ?? '') ?? 0) + 1);
  if (counts.size < 2) return undefined;
  const byCount = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const levels = byCount
    .slice(0, maximumLevels)
    .map(([level]) => level)
    .sort();
  return { kind: 'category', name, levels, rareLevels: counts.size - levels.length, missing: counts.get('') ?? 0 };
}

export function applyCategory(feature: CategoryFeature, values: readonly (string | null)[]): Int32Array {
  const codeOf = new Map(feature.levels.map((level, code) => [level, code]));
  const unseen = feature.levels.length;
  return Int32Array.from(values, (value) => codeOf.get(value ?? '') ?? unseen);
}

/** From a string [N, 1] input of the column's name ('' for missing) to int64 [N, 1] codes. */
export function writeCategory(builder: GraphBuilder, feature: CategoryFeature): string {
  const input = builder.input(feature.name, 'string', ['N', 1]);
  return builder.node(
    'LabelEncoder',
    [input],
    {
      keys_strings: { texts: feature.levels },
      values_int64s: { integers: feature.levels.map((_, code) => code) },
      default_int64: { integer: feature.levels.length },
    },
    { domain: 'ai.onnx.ml' },
  );
}
