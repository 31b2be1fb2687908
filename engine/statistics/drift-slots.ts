import { countInBins, decileBins, massPointBins, type NumericBins } from './bins.ts';
import type { DriftSlot, SlotComparison, UnseenRows } from './drift-judgement.ts';
import type { DriftSample, NumericSample, TextSample } from './drift-sample.ts';
import { alignLevels, levelSlots } from './levels.ts';

/** Rows that an average slot keeps on the smaller side; with fewer the chi-square law of the score is rough. */
const rowsPerSlot = 10;
const largestBinCount = 10;
/** Levels with a smaller share of the reference are pooled, however many rows there are. */
const smallestLevelShare = 0.005;

/**
 * Both sides of a numeric column in the same slots. default: mass points, bins at the deciles of both, slots of their own for
 * missing and infinite rows. decile: deciles of the reference's finite values.
 */
export function compareNumbers(
  reference: NumericSample,
  current: NumericSample,
  definition: 'default' | 'decile',
): SlotComparison {
  const bins = definition === 'default' ? pooledBins(reference, current) : decileBins(reference.sorted);
  const slots = numericSlots(reference, current, bins);
  const besides =
    definition === 'decile'
      ? []
      : [
          apart('-∞', reference.infinite.negative, current.infinite.negative),
          apart('∞', reference.infinite.positive, current.infinite.positive),
          apart('missing', reference.missing, current.missing),
        ];
  const all = [...slots, ...besides];
  return { slots: definition === 'default' ? occupied(all) : all, ...rowsOf(reference, current), unseen: null };
}

/** Both sides of a numeric column in slots of these bins. */
export function numericSlots(reference: NumericSample, current: NumericSample, bins: NumericBins): DriftSlot[] {
  const first = countInBins(reference.sorted, bins);
  const second = countInBins(current.sorted, bins);
  return slotBounds(bins, reference.kind).map((bounds, bin) => ({
    ...bounds,
    reference: first[bin] as number,
    current: second[bin] as number,
  }));
}

/** Both sides of a text column in the same slots. default: frequent levels, the others pooled. decile: every level. */
export function compareTexts(
  reference: TextSample,
  current: TextSample,
  definition: 'default' | 'decile',
): SlotComparison {
  const slots = definition === 'default' ? frequentLevels(reference, current) : everyLevel(reference, current);
  return { slots, ...rowsOf(reference, current), unseen: unseenRows(reference, current) };
}

function frequentLevels(reference: TextSample, current: TextSample): DriftSlot[] {
  const rows = reference.rows + current.rows;
  const smaller = Math.min(reference.rows, current.rows);
  const leastRows = Math.max((rowsPerSlot * rows) / smaller, smallestLevelShare * rows);
  const slots = levelSlots(reference.counts, current.counts, leastRows);
  return occupied([
    ...slots.map((slot) => ({ ...unbounded(slot.label), ...slot })),
    apart('missing', reference.missing, current.missing),
  ]);
}

/** A slot for each level of either side, in the order of their texts. */
export function everyLevel(reference: TextSample, current: TextSample): DriftSlot[] {
  const aligned = alignLevels(reference.counts, current.counts);
  return aligned.levels.map((label, level) =>
    apart(label, aligned.reference[level] as number, aligned.current[level] as number),
  );
}

/** Of the reference the rows whose level occurs once: their share is what a further sample should bring (Good 1953). */
function unseenRows(reference: TextSample, current: TextSample): UnseenRows {
  let single = 0;
  for (const rows of reference.counts.values()) if (rows === 1) single++;
  let unseen = 0;
  let squares = 0;
  for (const [level, rows] of current.counts) {
    if (reference.counts.has(level)) continue;
    unseen += rows;
    squares += rows * rows;
  }
  return { reference: single, current: unseen, clump: unseen === 0 ? 1 : squares / unseen };
}

function rowsOf(reference: DriftSample, current: DriftSample): Pick<SlotComparison, 'rows' | 'missing'> {
  return {
    rows: { reference: reference.rows, current: current.rows },
    missing: { reference: reference.missing, current: current.missing },
  };
}

function pooledBins(reference: NumericSample, current: NumericSample): NumericBins {
  const smaller = Math.min(reference.sorted.length, current.sorted.length);
  const binCount = Math.min(Math.max(Math.floor(smaller / rowsPerSlot), 2), largestBinCount);
  return massPointBins(merged(reference.sorted, current.sorted), binCount);
}

/** The values of both, ascending as they are. */
function merged(first: Float64Array, second: Float64Array): Float64Array {
  const all = new Float64Array(first.length + second.length);
  let one = 0;
  let other = 0;
  while (one < first.length && other < second.length) {
    const left = first[one] as number;
    const right = second[other] as number;
    if (left <= right) {
      all[one + other] = left;
      one++;
    } else {
      all[one + other] = right;
      other++;
    }
  }
  all.set(first.subarray(one), one + other);
  all.set(second.subarray(other), first.length + other);
  return all;
}

function occupied(slots: DriftSlot[]): DriftSlot[] {
  return slots.filter(({ reference, current }) => reference + current > 0);
}

function unbounded(label: string) {
  return { label, from: null, to: null };
}

function apart(label: string, reference: number, current: number): DriftSlot {
  return { ...unbounded(label), reference, current };
}

/** Labels and bounds of bins: mass points, then intervals. */
export function slotBounds({ massPoints, edges }: NumericBins, kind: NumericSample['kind']) {
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
