import { bucketBounds, bucketOf, bucketValue } from './bucket-sketch.ts';
import { type ColumnSketch, emptySketch, type PreparedColumn } from './column-sketch.ts';
import { NumberSketch, type PreparedNumber } from './number-sketch.ts';
import { rareHash } from './reference-bins.ts';
import { type PreparedText, TextSketch } from './text-sketch.ts';

/** A sketch on other bins, and how many of its rows may lie in other ones than it says. */
export interface Rebinned {
  sketch: ColumnSketch;
  uncertainRows: number;
}

/**
 * A sketch of one version's bins on those of another. Numbers go where their bucket's value lies: rows whose bucket reaches into
 * another bin are uncertain. Texts of levels go where the other version has them; the rare ones, of which no text is known, are `other`.
 * @returns null where the two are of different kinds
 */
export function rebinned(sketch: ColumnSketch, target: PreparedColumn): Rebinned | null {
  if (isSame(sketch.prepared, target)) return { sketch: copyOf(sketch, target), uncertainRows: 0 };
  if (sketch.kind === 'number' && target.kind === 'number') return rebinnedNumbers(sketch, target);
  if (sketch.kind === 'text' && target.kind === 'text') return rebinnedTexts(sketch, target);
  return null;
}

function isSame(one: PreparedColumn, other: PreparedColumn): boolean {
  const shape = ({ bins }: PreparedColumn) => {
    if (bins.kind === 'text') return JSON.stringify([bins.levels, bins.rare]);
    const { massPoints, edges, centre, scale, minimum, maximum } = bins;
    return JSON.stringify([massPoints, edges, centre, scale, minimum, maximum]);
  };
  return one === other || (one.kind === other.kind && shape(one) === shape(other));
}

function copyOf(sketch: ColumnSketch, target: PreparedColumn): ColumnSketch {
  const copy = emptySketch(target);
  if (copy.kind === 'number' && sketch.kind === 'number') copy.merge(sketch);
  if (copy.kind === 'text' && sketch.kind === 'text') copy.merge(sketch);
  return copy;
}

function rebinnedNumbers(source: NumberSketch, target: PreparedNumber): Rebinned {
  const sketch = new NumberSketch(target);
  sketch.rows = source.rows;
  sketch.missing = source.missing;
  sketch.masked = source.masked;
  sketch.minimum = source.minimum;
  sketch.maximum = source.maximum;
  sketch.positiveInfinite = source.positiveInfinite;
  sketch.negativeInfinite = source.negativeInfinite;
  place(sketch, Number.POSITIVE_INFINITY, source.positiveInfinite);
  place(sketch, Number.NEGATIVE_INFINITY, source.negativeInfinite);
  const left = new Map(source.sketch.buckets);
  const { bins } = source.prepared;
  // Of its mass points a sketch knows the exact value and count.
  bins.massPoints.forEach((value, point) => {
    const rows = source.counts[point] as number;
    if (rows === 0 || !Number.isFinite(value)) return;
    place(sketch, value, rows);
    sketch.sketch.add(bucketOf(value, target.bins), rows);
    const bucket = bucketOf(value, bins);
    left.set(bucket, Math.max(0, (left.get(bucket) ?? 0) - rows));
  });
  let uncertainRows = 0;
  for (const [bucket, rows] of left) {
    if (rows === 0) continue;
    const range = boundsOf(bucket, source);
    const value =
      target.bins.massPoints.find((point) => point >= range[0] && point <= range[1]) ?? placeOf(bucket, source);
    if (target.find(range[0]) !== target.find(range[1])) uncertainRows += rows;
    place(sketch, value, rows);
    sketch.sketch.add(bucketOf(value, target.bins), rows);
  }
  return { sketch, uncertainRows };
}

function boundsOf(bucket: number, { minimum, maximum, prepared }: NumberSketch): [number, number] {
  const [low, high] = bucketBounds(bucket, prepared.bins);
  return [Math.max(low, minimum ?? low), Math.min(high, maximum ?? high)];
}

function placeOf(bucket: number, { minimum, maximum, prepared }: NumberSketch): number {
  const value = bucketValue(bucket, prepared.bins);
  return Math.min(Math.max(value, minimum ?? value), maximum ?? value);
}

function place(sketch: NumberSketch, value: number, rows: number): void {
  if (rows === 0) return;
  const { bins, find } = sketch.prepared;
  const bin = find(value);
  sketch.counts[bin] = (sketch.counts[bin] as number) + rows;
  if (bins.minimum !== null && value < bins.minimum) sketch.below += rows;
  else if (bins.maximum !== null && value > bins.maximum) sketch.above += rows;
}

function rebinnedTexts(source: TextSketch, target: PreparedText): Rebinned {
  const sketch = new TextSketch(target);
  sketch.rows = source.rows;
  sketch.missing = source.missing;
  sketch.masked = source.masked;
  const { levels } = source.prepared.bins;
  const other = target.bins.levels.length;
  const put = (position: number, rows: number) => {
    sketch.counts[position] = (sketch.counts[position] as number) + rows;
  };
  levels.forEach((level, position) => {
    const rows = source.counts[position] as number;
    if (rows > 0) putLevel(sketch, level, rows);
  });
  let sampled = 0;
  for (const { text, rows } of source.sample.texts) {
    putLevel(sketch, text, rows);
    sampled += rows;
  }
  const rareRows = source.counts[levels.length] as number;
  const lost = Math.max(0, source.unseen - sampled);
  put(other, rareRows);
  put(target.rare === null ? other : other + 1, lost);
  return { sketch, uncertainRows: rareRows + lost };
}

function putLevel(sketch: TextSketch, level: string, rows: number): void {
  const { positions, rare } = sketch.prepared;
  const other = sketch.counts.length - 2;
  const known = positions.get(level);
  const position = known ?? (rare === null || rare.has(rareHash(level)) ? other : other + 1);
  sketch.counts[position] = (sketch.counts[position] as number) + rows;
  if (position === other + 1) sketch.sample.addRows(level, rows);
}
