import type { DriftSlot } from './drift-judgement.ts';
import type { DriftSample, NumericSample, TextSample } from './drift-sample.ts';
import { everyLevel, numericSlots } from './drift-slots.ts';

/** Reference values up to which Evidently takes each for a level. */
const fewValues = 20;

/** How many distinct values both have, counted no further than `most` + 1. */
export function distinctValues(samples: readonly NumericSample[], most: number): number {
  return distinctOf(samples, most).length;
}

/** Distinct values of ascending numbers, ascending; at most `most` + 1 of them. */
function distinctOf(samples: readonly NumericSample[], most: number): number[] {
  const values = new Set<number>();
  for (const { sorted } of samples) {
    let last = Number.NaN;
    for (let row = 0; row < sorted.length && values.size <= most; row++) {
      const value = sorted[row] as number;
      if (value !== last) values.add(value);
      last = value;
    }
  }
  return [...values].sort((one, other) => one - other);
}

/** How many different values two ascending arrays have together. */
function countDistinct(first: Float64Array, second: Float64Array): number {
  let count = 0;
  let one = 0;
  let other = 0;
  while (one < first.length || other < second.length) {
    const left = one < first.length ? (first[one] as number) : Number.POSITIVE_INFINITY;
    const right = other < second.length ? (second[other] as number) : Number.POSITIVE_INFINITY;
    const value = Math.min(left, right);
    while (one < first.length && first[one] === value) one++;
    while (other < second.length && second[other] === value) other++;
    count++;
  }
  return count;
}

/** numpy's `histogram_bin_edges(values, 'sturges')` of a number of values from `first` to `last`. */
function sturgesEdges(first: number, last: number, count: number, whole: boolean): number[] {
  if (first === last) return [first - 0.5, last + 0.5];
  const width = (last - first) / (Math.log2(count) + 1);
  const bins = Math.ceil((last - first) / (whole && width < 1 ? 1 : width));
  const step = (last - first) / bins;
  return Array.from({ length: bins + 1 }, (_, index) => (index === bins ? last : index * step + first));
}

/** Slots in which Evidently compares: bins of both sides' range, or values where the reference has at most 20; levels. */
export function evidentlySlots(reference: DriftSample, current: DriftSample): DriftSlot[] {
  if (reference.kind === 'text' || current.kind === 'text') return everyLevel(asTexts(reference), asTexts(current));
  if (distinctValues([reference], fewValues) <= fewValues) return valueSlots(reference, current);
  const [first, last] = rangeOf(reference, current);
  const values = reference.sorted.length + current.sorted.length;
  const edges = sturgesEdges(first, last, values, reference.whole && current.whole);
  return numericSlots(reference, current, { massPoints: [], edges: edges.slice(1, -1) });
}

/** A slot for each value of either side. */
export function valueSlots(reference: NumericSample, current: NumericSample): DriftSlot[] {
  const values = distinctOf([reference, current], Number.POSITIVE_INFINITY);
  return numericSlots(reference, current, { massPoints: [], edges: values.slice(1) }).map((slot, index) => ({
    ...slot,
    label: String(values[index]),
    from: values[index] as number,
    to: values[index] as number,
  }));
}

function asTexts(sample: DriftSample): TextSample {
  if (sample.kind === 'text') return sample;
  throw new RangeError(`column ${sample.name} is no text on one side`);
}

function rangeOf(reference: NumericSample, current: NumericSample): [first: number, last: number] {
  const ends = [reference, current].flatMap(({ sorted }) => [sorted[0] as number, sorted.at(-1) as number]);
  return [Math.min(...ends), Math.max(...ends)];
}

/**
 * Evidently's Hellinger distance of numbers: its Sturges edges are those of the distinct values of both sides.
 */
export function evidentlyHellinger(reference: NumericSample, current: NumericSample): number {
  const [first, last] = rangeOf(reference, current);
  const distinct = countDistinct(reference.sorted, current.sorted);
  const edges = sturgesEdges(first, last, distinct, reference.whole && current.whole);
  const slots = numericSlots(reference, current, { massPoints: [], edges: edges.slice(1, -1) });
  return bhattacharyyaDistance(slots);
}

/** sqrt(1 - the sum over slots of the roots of the products of shares). */
export function bhattacharyyaDistance(slots: readonly DriftSlot[]): number {
  const sum = (side: 'reference' | 'current') => slots.reduce((rows, slot) => rows + slot[side], 0);
  const [rows, otherRows] = [sum('reference'), sum('current')];
  const overlap = slots.reduce(
    (total, slot) => total + Math.sqrt((slot.reference / rows) * (slot.current / otherRows)),
    0,
  );
  return Math.sqrt(1 - Math.min(overlap, 1));
}
