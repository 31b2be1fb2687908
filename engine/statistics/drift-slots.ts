import { countInBins, decileBins, massPointBins, type NumericBins } from './bins.ts';
import { alignLevels, countLevels, levelSlots } from './levels.ts';
import { sortedPresentValues } from './summary.ts';

/** A numeric column to compare; the columns of a frame fit. NaN is missing. */
export interface NumericDriftColumn {
  name: string;
  /** `time`: UTC epoch milliseconds. */
  kind: 'number' | 'time';
  values: Float64Array;
}

/** A column of texts to compare; null is missing. */
export interface TextDriftColumn {
  name: string;
  kind: 'text';
  values: readonly (string | null)[];
}

export type DriftColumn = NumericDriftColumn | TextDriftColumn;

/**
 * How columns are cut into slots. default: mass points, quantile bins, frequent levels, rare ones pooled, unseen and missing
 * rows in slots of their own. decile: deciles of the reference and every level, missing rows left out.
 */
export type DriftDefinition = 'default' | 'decile';

/** Part of a column's values, with the rows of both sides in it. */
export interface DriftSlot {
  label: string;
  /** Bounds [from, to) of an interval, both the value of a mass point, null where open or no number. */
  from: number | null;
  to: number | null;
  reference: number;
  current: number;
}

/** Rows that an average slot keeps on the smaller side; with fewer the chi-square law of the score is rough. */
const rowsPerSlot = 10;
const largestBinCount = 10;
/** Levels with a smaller share of the reference are pooled, however many rows there are. */
const smallestLevelShare = 0.005;

/** Slots of a numeric column by the definition. */
export function numericSlots(
  reference: NumericDriftColumn,
  current: NumericDriftColumn,
  definition: DriftDefinition,
): DriftSlot[] {
  const bins =
    definition === 'default' ? pooledBins(reference, current) : decileBins(sortedPresentValues(reference.values));
  const first = countInBins(reference.values, bins);
  const second = countInBins(current.values, bins);
  const slots = slotBounds(bins, reference.kind).map((bounds, bin) => ({
    ...bounds,
    reference: first.counts[bin] as number,
    current: second.counts[bin] as number,
  }));
  return definition === 'default' ? occupied([...slots, missingSlot(first.missing, second.missing)]) : slots;
}

/** Slots of a text column by the definition. */
export function textSlots(
  reference: TextDriftColumn,
  current: TextDriftColumn,
  definition: DriftDefinition,
): DriftSlot[] {
  const first = countLevels(reference.values);
  const second = countLevels(current.values);
  if (definition === 'decile') {
    const aligned = alignLevels(first, second);
    return aligned.levels.map((label, level) => ({
      ...unbounded(label),
      reference: aligned.reference[level] as number,
      current: aligned.current[level] as number,
    }));
  }
  const rows = reference.values.length + current.values.length;
  const smaller = Math.min(reference.values.length, current.values.length);
  const leastRows = Math.max((rowsPerSlot * rows) / smaller, smallestLevelShare * rows);
  const slots = levelSlots(first, second, leastRows).map((slot) => ({ ...unbounded(slot.label), ...slot }));
  return occupied([...slots, missingSlot(first.missing, second.missing)]);
}

function pooledBins(reference: NumericDriftColumn, current: NumericDriftColumn): NumericBins {
  const rows = reference.values.length + current.values.length;
  const pooled = new Float64Array(rows);
  pooled.set(reference.values);
  pooled.set(current.values, reference.values.length);
  const smaller = Math.min(
    reference.values.length - countMissing(reference),
    current.values.length - countMissing(current),
  );
  const binCount = Math.min(Math.max(Math.floor(smaller / rowsPerSlot), 2), largestBinCount);
  return massPointBins(sortedPresentValues(pooled), binCount);
}

/** Rows without a value. */
export function countMissing(column: DriftColumn): number {
  let missing = 0;
  for (const value of column.values) if (value === null || Number.isNaN(value)) missing++;
  return missing;
}

function occupied(slots: DriftSlot[]): DriftSlot[] {
  return slots.filter(({ reference, current }) => reference + current > 0);
}

function unbounded(label: string) {
  return { label, from: null, to: null };
}

function missingSlot(reference: number, current: number): DriftSlot {
  return { ...unbounded('missing'), reference, current };
}

function slotBounds({ massPoints, edges }: NumericBins, kind: NumericDriftColumn['kind']) {
  const text = (value: number) => (kind === 'time' ? timeText(value) : String(Number(value.toPrecision(6))));
  const points = massPoints.map((value) => ({ label: text(value), from: value, to: value }));
  const intervals = Array.from({ length: edges.length + 1 }, (_, index) => {
    const from = edges[index - 1] ?? null;
    const to = edges[index] ?? null;
    return { label: intervalLabel(from, to, text, points.length > 0), from, to };
  });
  return [...points, ...intervals];
}

function intervalLabel(
  from: number | null,
  to: number | null,
  text: (value: number) => string,
  besidePoints: boolean,
): string {
  if (from === null) return to === null ? (besidePoints ? 'other values' : 'all values') : `< ${text(to)}`;
  return to === null ? `≥ ${text(from)}` : `${text(from)} to ${text(to)}`;
}

function timeText(epochMilliseconds: number): string {
  const date = new Date(epochMilliseconds);
  return Number.isNaN(date.getTime()) ? String(epochMilliseconds) : date.toISOString();
}
