import type { DriftSlot, SlotComparison } from '../drift-judgement.ts';
import { slotBounds } from '../drift-slots.ts';
import type { ColumnSketch } from './column-sketch.ts';
import type { NumberSketch } from './number-sketch.ts';
import { binFinder, isHidden } from './reference-bins.ts';
import type { TextSketch } from './text-sketch.ts';

/** Rows that the reference's share gives a slot on the smaller side; with fewer the chi-square law of the score is rough. */
const rowsPerSlot = 10;
/**
 * The same of a level among many. The reference alone chooses them, so one that chance made frequent is taken more easily, and seems to
 * drift back: the more rows it needs, the less that weighs.
 */
const rowsPerLevelOfMany = 25;
const manyLevels = 20;

/**
 * Both sides of a column in the slots of the reference, the slighter ones pooled where the smaller side has few rows. They are chosen by
 * the reference's shares and the sizes alone, never by what came. Slots without rows are left out, and masked rows are.
 * @throws RangeError where the two are of different kinds
 */
export function compareSketches(reference: ColumnSketch, current: ColumnSketch): SlotComparison {
  const rows = { reference: knownRows(reference), current: knownRows(current) };
  const missing = { reference: reference.missing, current: current.missing };
  const shared = { rows, missing };
  if (reference.kind === 'number' && current.kind === 'number') {
    const slots = [...numberSlots(reference, current), apart('missing', missing.reference, missing.current)];
    return { slots: occupied(slots), ...shared, unseen: null };
  }
  if (reference.kind === 'text' && current.kind === 'text') {
    const slots = [...textSlots(reference, current), apart('missing', missing.reference, missing.current)];
    const unseen = { reference: reference.unseen, current: current.unseen, clump: clumpOf(current) };
    return { slots: occupied(slots), ...shared, unseen };
  }
  throw new RangeError(`${reference.prepared.bins.name} is of another kind now`);
}

/** Mean size of the level that an unseen row belongs to: of the sampled levels, which are drawn evenly from all. */
function clumpOf({ sample }: TextSketch): number {
  let [rows, squares] = [0, 0];
  for (const { rows: ofText } of sample.texts) {
    rows += ofText;
    squares += ofText * ofText;
  }
  return rows === 0 ? 1 : squares / rows;
}

function occupied(slots: DriftSlot[]): DriftSlot[] {
  return slots.filter((slot) => slot.reference + slot.current > 0);
}

function apart(label: string, reference: number, current: number): DriftSlot {
  return { label, from: null, to: null, reference, current };
}

/** Rows whose value is known to be there or missing. */
export function knownRows({ rows, masked }: ColumnSketch): number {
  return rows - masked;
}

/** Share of the reference's rows that a slot needs at least. */
function leastShare(reference: ColumnSketch, current: ColumnSketch, rows: number): number {
  return rows / Math.max(1, Math.min(knownRows(reference), knownRows(current)));
}

/** Rows of both sides. */
type Pair = [reference: number, current: number];

function numberSlots(reference: NumberSketch, current: NumberSketch): DriftSlot[] {
  const { massPoints, edges } = reference.prepared.bins;
  const least = leastShare(reference, current, rowsPerSlot) * knownRows(reference);
  const pairs = pairsOf(reference, current);
  const intervals = pairs.slice(massPoints.length);
  const infinite = infiniteSlots(reference, current);
  take(intervals[0] as Pair, infinite[0]);
  take(intervals.at(-1) as Pair, infinite[1]);
  const find = binFinder({ massPoints: [], edges });
  const points = massPoints.flatMap((value, point): { value: number; pair: Pair }[] => {
    const pair = pairs[point] as Pair;
    if (pair[0] >= least) return [{ value, pair }];
    add(intervals[find(value)] as Pair, pair);
    return [];
  });
  const pooled = pooledIntervals(intervals, edges, least);
  const bounds = slotBounds({ massPoints: points.map(({ value }) => value), edges: pooled.edges }, 'number');
  const rows = [...points.map(({ pair }) => pair), ...pooled.pairs];
  return [...bounds.map((bound, index) => slotOf(bound, rows[index] as Pair)), ...infinite];
}

/** Of -∞ and ∞, which lie in the outer intervals of bins. */
function infiniteSlots(reference: NumberSketch, current: NumberSketch): [DriftSlot, DriftSlot] {
  return [
    apart('-∞', reference.negativeInfinite, current.negativeInfinite),
    apart('∞', reference.positiveInfinite, current.positiveInfinite),
  ];
}

function take(pair: Pair, { reference, current }: DriftSlot): void {
  pair[0] -= reference;
  pair[1] -= current;
}

/** Joins neighbours until each has enough rows of the reference. */
function pooledIntervals(
  intervals: Pair[],
  edges: readonly number[],
  least: number,
): { pairs: Pair[]; edges: number[] } {
  const pairs: Pair[] = [];
  const kept: number[] = [];
  let open: Pair = [0, 0];
  intervals.forEach((pair, index) => {
    open = [open[0] + pair[0], open[1] + pair[1]];
    if (index === intervals.length - 1 || open[0] < least) return;
    pairs.push(open);
    kept.push(edges[index] as number);
    open = [0, 0];
  });
  const last = pairs.at(-1);
  if (open[0] < least && last && open[0] + open[1] > 0) {
    add(last, open);
    kept.pop();
    return { pairs, edges: kept };
  }
  return { pairs: [...pairs, open], edges: kept };
}

function textSlots(reference: TextSketch, current: TextSketch): DriftSlot[] {
  const { levels } = reference.prepared.bins;
  const rowsPerLevel = levels.length > manyLevels ? rowsPerLevelOfMany : rowsPerSlot;
  const least = leastShare(reference, current, rowsPerLevel) * knownRows(reference);
  const pairs = pairsOf(reference, current);
  const [other, unseen] = pairs.slice(levels.length) as [Pair, Pair];
  const slots = levels.flatMap((label, level) => {
    const pair = pairs[level] as Pair;
    if (pair[0] >= least) return [slotOf({ label, from: null, to: null }, pair)];
    add(other, pair);
    return [];
  });
  return [
    ...slots,
    slotOf({ label: isHidden(reference.prepared.bins) ? 'all values' : 'other levels', from: null, to: null }, other),
    slotOf({ label: 'unseen', from: null, to: null }, unseen),
  ];
}

function pairsOf(reference: ColumnSketch, current: ColumnSketch): Pair[] {
  return Array.from(reference.counts, (rows, bin) => [rows, current.counts[bin] as number]);
}

function add(pair: Pair, other: Pair): void {
  pair[0] += other[0];
  pair[1] += other[1];
}

function slotOf(bounds: Pick<DriftSlot, 'label' | 'from' | 'to'>, [reference, current]: Pair): DriftSlot {
  return { ...bounds, reference, current };
}
