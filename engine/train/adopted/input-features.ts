import { type Frame, type FrameColumn, findColumn, selectValues } from '../../base/frame.ts';
import { sortedPresentValues } from '../../statistics/summary.ts';
import type { ColumnFeature } from '../features/kinds.ts';
import { rawNumber } from '../features/numeric.ts';

/** Texts with more different values have no list of them. */
const mostCategories = 100;

/**
 * The raw columns of a model that makes its own features: what stood in them, for its signature. Nothing is fitted, and no
 * column is left out.
 * @param rows that stand for those it was trained on.
 */
export function inputFeatures(frame: Frame, rows: Int32Array, names: readonly string[]): ColumnFeature[] {
  return names.map((name) => inputFeature(selectValues(findColumn(frame, name) as FrameColumn, rows)));
}

function inputFeature(column: FrameColumn): ColumnFeature {
  const { name, type } = column;
  if (column.kind === 'text') return textFeature(name, column.values);
  const numbers = column.kind === 'number' ? column.values.map(rawNumber) : column.values;
  const present = sortedPresentValues(numbers);
  const missing = numbers.length - present.length;
  const [minimum = 0, maximum = 0] = [present[0], present.at(-1)];
  if (type === 'boolean') return { kind: 'boolean', name, missing };
  if (type === 'date' || type === 'timestamp') {
    return { kind: 'calendar', name, type, parts: [], minimum, maximum, missing };
  }
  const scale = { median: 0, mean: 0, scale: 1 };
  return { kind: 'numeric', name, type: type as 'int64' | 'float64' | 'decimal', ...scale, minimum, maximum, missing };
}

function textFeature(name: string, values: readonly (string | null)[]): ColumnFeature {
  const texts = values.map((value) => value ?? '');
  const levels = [...new Set(texts)].sort();
  const missing = texts.filter((value) => value === '').length;
  if (levels.length <= mostCategories) return { kind: 'category', name, levels, rareLevels: 0, missing };
  return {
    kind: 'text',
    name,
    tokens: 'words',
    writings: [],
    numbers: [],
    terms: [],
    columns: [],
    width: 0,
    weights: [],
    missing,
  };
}
