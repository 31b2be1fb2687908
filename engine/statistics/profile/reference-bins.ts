import { massPointBins } from '../bins.ts';
import type { DriftColumn, NumericDriftColumn, TextDriftColumn } from '../drift-sample.ts';
import { countLevels } from '../levels.ts';
import { quantileOfSorted } from '../summary.ts';
import { textHash } from './text-hash.ts';

/** Bins of a numeric column, chosen by the reference alone, with the reference's rows in them. */
export interface NumberBins {
  name: string;
  kind: 'number';
  /** Of a marked column: nothing may be known of values that are counted against these bins. */
  hidden?: true;
  rows: number;
  missing: number;
  /** The median of the finite values; 0 where there are none. */
  centre: number;
  /** A typical distance from the centre, above 0. */
  scale: number;
  /** Of the finite values; null where there are none. */
  minimum: number | null;
  maximum: number | null;
  /** Values with a bin of their own, ascending; they come first in `counts`. */
  massPoints: number[];
  /** Interior edges of the intervals [edge, next edge), ascending; the outer ones are open. */
  edges: number[];
  counts: number[];
}

/** Levels of a text column, chosen by the reference alone, with the reference's rows in them. */
export interface TextBins {
  name: string;
  kind: 'text';
  /** Of a marked column: nothing may be known of values that are counted against these bins. */
  hidden?: true;
  rows: number;
  missing: number;
  levels: string[];
  /**
   * 32-bit hashes of the reference's further levels, ascending: `other`. Null where they are too many: then all that is
   * no level is `other`, and nothing is `unseen`.
   */
  rare: number[] | null;
  /** Rows by level, then `other` and `unseen`; of the reference itself, the levels that it has once count as unseen (Good 1953). */
  counts: number[];
}

export type ColumnBins = NumberBins | TextBins;

/** The bins of a marked column, of which no values may be told. */
export function withoutValues(bins: ColumnBins): ColumnBins {
  const present = bins.counts.reduce((sum, rows) => sum + rows, 0);
  if (bins.kind === 'text') return { ...bins, hidden: true, levels: [], rare: null, counts: [present, 0] };
  const { name, kind, rows, missing } = bins;
  const values = { centre: 0, scale: 1, minimum: null, maximum: null, massPoints: [], edges: [] };
  return { name, kind, hidden: true, rows, missing, ...values, counts: [present] };
}

/** Whether bins are without values because their column is marked. Bins of before do not say so, but have none. */
export function isHidden(bins: ColumnBins): boolean {
  if (bins.hidden) return true;
  if (bins.kind === 'text') return bins.levels.length === 0 && bins.rare === null;
  return bins.minimum === null && bins.rows > bins.missing;
}

const largestBinCount = 10;
const rowsPerBin = 10;
const smallestLevelShare = 0.005;
const largestLevelCount = 100;
/** Of a text that is a level; a longer one is `other`. */
const longestLevel = 200;
const largestRareCount = 10_000;

/** Bins of a column of the reference: quantile bins beside mass points, or levels down to half a percent, at most 100. */
export function referenceBins(reference: DriftColumn): ColumnBins {
  return reference.kind === 'text' ? textBins(reference) : numberBins(reference);
}

function numberBins({ name, values }: NumericDriftColumn): NumberBins {
  const sorted = values.filter(Number.isFinite).sort();
  const missing = values.reduce((count, value) => (Number.isNaN(value) ? count + 1 : count), 0);
  const binCount = Math.min(Math.max(Math.floor(sorted.length / rowsPerBin), 2), largestBinCount);
  const { massPoints, edges } = sorted.length === 0 ? { massPoints: [], edges: [] } : massPointBins(sorted, binCount);
  const bins: NumberBins = {
    name,
    kind: 'number',
    rows: values.length,
    missing,
    centre: sorted.length === 0 ? 0 : quantileOfSorted(sorted, 0.5),
    scale: scaleOf(sorted),
    minimum: sorted[0] ?? null,
    maximum: sorted.at(-1) ?? null,
    massPoints: massPoints.map(withoutNegativeZero),
    edges: edges.map(withoutNegativeZero),
    counts: new Array<number>(massPoints.length + edges.length + 1).fill(0),
  };
  const find = binFinder(bins);
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    const bin = find(value);
    bins.counts[bin] = (bins.counts[bin] as number) + 1;
  }
  return bins;
}

/** JSON has no negative zero, and bins must be the same after it. */
function withoutNegativeZero(value: number): number {
  return value + 0;
}

/** The interquartile range, else the mean distance from the median, else the size of the one value. */
function scaleOf(sorted: Float64Array): number {
  if (sorted.length === 0) return 1;
  const range = quantileOfSorted(sorted, 0.75) - quantileOfSorted(sorted, 0.25);
  if (isScale(range)) return range;
  const centre = quantileOfSorted(sorted, 0.5);
  const distance = sorted.reduce((sum, value) => sum + Math.abs(value - centre) / sorted.length, 0);
  if (isScale(distance)) return distance;
  return isScale(Math.abs(centre)) ? Math.abs(centre) : 1;
}

function isScale(value: number): boolean {
  return value > 1e-290 && value < 1e290;
}

/** In which bin a value that is not NaN lies: a mass point's position, or behind those that of an interval. */
export function binFinder({ massPoints, edges }: Pick<NumberBins, 'massPoints' | 'edges'>): (value: number) => number {
  const points = Float64Array.from(massPoints);
  const bounds = Float64Array.from(edges);
  return (value) => {
    for (let point = 0; point < points.length; point++) if (points[point] === value) return point;
    let interval = 0;
    while (interval < bounds.length && (bounds[interval] as number) <= value) interval++;
    return points.length + interval;
  };
}

function textBins({ name, values }: TextDriftColumn): TextBins {
  const { counts, missing } = countLevels(values);
  const least = Math.max(smallestLevelShare * (values.length - missing), 2);
  const ranked = [...counts]
    .filter(([level, rows]) => rows >= least && level.length <= longestLevel)
    .sort(([one, rows], [other, otherRows]) => otherRows - rows || (one < other ? -1 : 1))
    .slice(0, largestLevelCount);
  const frequent = new Map(ranked);
  const isTooMany = counts.size - frequent.size > largestRareCount;
  const rare = new Set<number>();
  let [other, unseen] = [0, 0];
  for (const [level, rows] of counts) {
    if (frequent.has(level)) continue;
    if (!isTooMany) rare.add(rareHash(level));
    if (rows === 1 && !isTooMany) unseen++;
    else other += rows;
  }
  return {
    name,
    kind: 'text',
    rows: values.length,
    missing,
    levels: [...frequent.keys()],
    rare: isTooMany ? null : [...rare].sort((one, another) => one - another),
    counts: [...frequent.values(), other, unseen],
  };
}

/** Of a level that is no bin of its own. */
export function rareHash(level: string): number {
  return textHash(level) % 0x100000000;
}
