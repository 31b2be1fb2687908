import { figure } from '../../base/figures.ts';
import type { DriftColumn } from '../../statistics/drift.ts';
import { countAtMost, quantileOfSorted, sortedPresentValues } from '../../statistics/summary.ts';

/** A column cut into slices, the same for every side that is compared. */
export interface SliceCut {
  column: string;
  /** `42`, `10 to 20`, `from 20`, `other`, `missing`. */
  slices: string[];
  /** The slice of each row of a column of the same kind. */
  codes(column: DriftColumn): Int32Array;
}

/** Levels of a text that are slices of their own; rarer and unseen ones are `other`. */
const mostLevels = 20;
/** A number with at most so many values is cut by value. */
const mostValues = 10;

/** Cuts by the levels of the reference, numbers with many values by its quartiles. */
export function cutColumn(reference: DriftColumn): SliceCut {
  if (reference.kind === 'text') return cutByLevel(reference.name, reference.values);
  const sorted = sortedPresentValues(reference.values);
  const values = new Set(sorted);
  return values.size <= mostValues
    ? cutByLevel(reference.name, levelsOf(reference))
    : cutByRange(reference.name, sorted);
}

function levelsOf(column: DriftColumn): readonly (string | null)[] {
  if (column.kind === 'text') return column.values;
  return Array.from(column.values, (value) => (Number.isNaN(value) ? null : String(value)));
}

function cutByLevel(column: string, reference: readonly (string | null)[]): SliceCut {
  const counts = new Map<string, number>();
  for (const level of reference) if (level) counts.set(level, (counts.get(level) ?? 0) + 1);
  const levels = [...counts]
    .sort((one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1))
    .slice(0, mostLevels)
    .map(([level]) => level);
  const codeOf = new Map(levels.map((level, code) => [level, code]));
  const [other, missing] = [levels.length, levels.length + 1];
  return {
    column,
    slices: [...levels, 'other', 'missing'],
    codes: (rows) => Int32Array.from(levelsOf(rows), (level) => (level ? (codeOf.get(level) ?? other) : missing)),
  };
}

function cutByRange(column: string, sorted: Float64Array): SliceCut {
  const edges = [...new Set([0.25, 0.5, 0.75].map((share) => quantileOfSorted(sorted, share)))].filter(
    (edge) => edge > (sorted[0] as number),
  );
  const missing = edges.length + 1;
  const ranges = Array.from({ length: missing }, (_, index) => rangeWords(edges[index - 1], edges[index]));
  return {
    column,
    slices: [...ranges, 'missing'],
    codes(rows) {
      const values = rows.kind === 'text' ? Float64Array.from(rows.values, numberOf) : rows.values;
      return Int32Array.from(values, (value) => (Number.isNaN(value) ? missing : countAtMost(edges, value)));
    },
  };
}

function numberOf(text: string | null): number {
  return text === null || text.trim() === '' ? Number.NaN : Number(text);
}

function rangeWords(from: number | undefined, to: number | undefined): string {
  if (from === undefined) return to === undefined ? 'present' : `below ${figure(to)}`;
  return to === undefined ? `from ${figure(from)}` : `${figure(from)} to ${figure(to)}`;
}
