import type { GraphBuilder } from '../../base/onnx/graph-builder.ts';
import type { ColumnSettings } from '../../contract/train-features.ts';

/** A text column: one-hot over its levels, all zeros for a value that was not seen in training. */
export interface CategoryFeature {
  kind: 'category';
  name: string;
  /** In the order of their codes (UTF-16 code units); '' stands for missing, where the training part had it. */
  levels: string[];
  /** Levels left out as rare; they count as unseen. */
  rareLevels: number;
  missing: number;
  /** One more level, behind the others, for all that is rare or unseen. */
  other?: true;
}

/** A column with more levels keeps its most frequent ones. */
export const maximumLevels = 1000;

/** Levels that are kept, and how many are not. */
interface KeptLevels<Level> {
  levels: Level[];
  rareLevels: number;
  other?: true;
}

/**
 * The most frequent levels, without the rare ones.
 * @param counts rows of each level.
 * @returns undefined where there is one level only, or none is kept.
 */
export function keepLevels<Level extends string | number>(
  counts: ReadonlyMap<Level, number>,
  rows: number,
  { minimumCount = 1, minimumShare = 0 }: ColumnSettings,
): KeptLevels<Level> | undefined {
  if (counts.size < 2) return undefined;
  const fewest = Math.max(minimumCount, minimumShare * rows);
  const levels = [...counts]
    .filter(([, count]) => count >= fewest)
    .sort((left, right) => right[1] - left[1] || (left[0] < right[0] ? -1 : 1))
    .slice(0, maximumLevels)
    .map(([level]) => level)
    .sort((left, right) => (left < right ? -1 : 1));
  if (levels.length === 0) return undefined;
  const rareLevels = counts.size - levels.length;
  return { levels, rareLevels, ...(fewest > 1 && rareLevels > 0 && { other: true }) };
}

/** Levels of the block. */
export function categoryLevels({ levels, other }: { levels: readonly unknown[]; other?: true }): number {
  return levels.length + (other ? 1 : 0);
}

/** @returns undefined where the column has one level only. */
export function fitCategory(
  name: string,
  values: readonly (string | null)[],
  settings: ColumnSettings,
): CategoryFeature | undefined {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value ?? '', (counts.get(value ?? '') ?? 0) + 1);
  const kept = keepLevels(counts, values.length, settings);
  return kept && { kind: 'category', name, ...kept, missing: counts.get('') ?? 0 };
}

export function applyCategory(feature: CategoryFeature, values: readonly (string | null)[]): Int32Array {
  const codeOf = new Map(feature.levels.map((level, code) => [level, code]));
  const unseen = feature.levels.length;
  const codes = new Int32Array(values.length);
  for (let row = 0; row < codes.length; row++) codes[row] = codeOf.get(values[row] ?? '') ?? unseen;
  return codes;
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
