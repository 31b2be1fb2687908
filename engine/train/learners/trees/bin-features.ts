import { type Random, seededRandom } from '../../../base/random.ts';
import type { CodeBlock, FeatureMatrix } from '../../features/feature-matrix.ts';
import type { FitControl, LearningTask } from '../learner.ts';
import { cutPoints } from './cut-points.ts';
import { radixSort } from './radix-sort.ts';

/** How the values of a column became bins. */
export type BinnedColumn =
  /** Bin `place` holds values in (cuts[place - 1], cuts[place]]; the last bin, `cuts.length + 1`, holds missing ones. */
  | { kind: 'number'; bins: number; cuts: Float32Array }
  /** The bin of each code of a block; what is too rare for a bin of its own shares the last one. */
  | { kind: 'category'; bins: number; binOfCode: Uint8Array };

/**
 * Features as small whole numbers, which is all that growing trees needs: made once, then shared by every fit on the same
 * rows, also in other threads (the memory is shared).
 */
export interface BinnedFeatures {
  rows: number;
  maximumBins: number;
  /** The dense columns, then the blocks. */
  columns: readonly BinnedColumn[];
  /** The bin of each row, column by column. */
  columnBins: readonly Uint8Array[];
}

export const mostBins = 255;
/** Cut points come from at most so many rows, as in scikit-learn and LightGBM. */
const sampledRows = 200_000;

/**
 * Bins every column of a matrix in the raw layout.
 * @param maximumBins for values that are there, 2 to 255.
 * @param beforeColumn is called before each column, to let a fit be canceled.
 */
export function binFeatures(
  features: FeatureMatrix,
  maximumBins: number = mostBins,
  beforeColumn: () => void = () => {},
): BinnedFeatures {
  const { rows, denseWidth, blocks } = features;
  const columns: BinnedColumn[] = [];
  for (let first = 0; first < denseWidth; first += columnsAtOnce) {
    const samples = sampleColumns(features, first, Math.min(first + columnsAtOnce, denseWidth));
    for (const sample of samples) {
      beforeColumn();
      radixSort(sample);
      const cuts = cutPoints(sample, maximumBins);
      columns.push({ kind: 'number', bins: cuts.length + 2, cuts });
    }
  }
  for (const block of blocks) {
    beforeColumn();
    columns.push(binCodes(block, maximumBins));
  }
  const columnBins = columns.map(() => new Uint8Array(new SharedArrayBuffer(rows)));
  columns.forEach((column, place) => {
    if (column.kind === 'category')
      writeCodes(blocks[place - denseWidth] as CodeBlock, column, columnBins[place] as Uint8Array);
  });
  writeNumbers(features, columns, columnBins, beforeColumn);
  return { rows, maximumBins, columns, columnBins };
}

/** The rows at these positions, in this order. */
export function selectBinnedRows(binned: BinnedFeatures, positions: Uint32Array): BinnedFeatures {
  const columnBins = binned.columnBins.map((bins) => {
    const chosen = new Uint8Array(new SharedArrayBuffer(positions.length));
    for (let row = 0; row < chosen.length; row++) chosen[row] = bins[positions[row] as number] as number;
    return chosen;
  });
  return { ...binned, rows: positions.length, columnBins };
}

/** The bins that were made for these rows before, if there are any, else new ones. */
export function binnedRows(
  { binned, features }: Pick<LearningTask, 'binned' | 'features'>,
  maximumBins: number,
  control: FitControl,
): BinnedFeatures {
  if (binned?.maximumBins === maximumBins) return binned;
  return binFeatures(features, maximumBins, () => control.throwIfCanceled());
}

/** Columns whose values are taken from the rows in one go. */
const columnsAtOnce = 32;

/** The values of some columns that are not missing, of at most `sampledRows` rows. */
function sampleColumns({ rows, denseWidth, dense }: FeatureMatrix, first: number, end: number): Float32Array[] {
  const size = Math.min(rows, sampledRows);
  const draw = rows > size ? seededRandom(first) : undefined;
  const values = Array.from({ length: end - first }, () => new Float32Array(size));
  const sizes = new Int32Array(end - first);
  for (let place = 0; place < size; place++) {
    const row = draw ? rowInStretch(place, size, rows, draw) : place;
    for (let column = first; column < end; column++) {
      const value = dense[row * denseWidth + column] as number;
      if (Number.isNaN(value)) continue;
      const taken = sizes[column - first] as number;
      (values[column - first] as Float32Array)[taken] = value;
      sizes[column - first] = taken + 1;
    }
  }
  return values.map((some, column) => some.subarray(0, sizes[column]));
}

/** One row of each of `count` equal stretches, so that no part of the rows is missed. */
function rowInStretch(place: number, count: number, rows: number, random: Random): number {
  return Math.floor(((place + random()) * rows) / count);
}

/** Rows taken at once, so that they stay in the cache while one column after the other is looked up. */
const rowsAtOnce = 1024;

function writeNumbers(
  { rows, denseWidth, dense }: FeatureMatrix,
  columns: readonly BinnedColumn[],
  columnBins: readonly Uint8Array[],
  beforeRows: () => void,
): void {
  const finders = columns.slice(0, denseWidth).map((column) => binFinder((column as NumberBins).cuts, rows));
  for (let start = 0; start < rows; start += rowsAtOnce) {
    beforeRows();
    const end = Math.min(rows, start + rowsAtOnce);
    finders.forEach((find, column) => {
      find(dense, column, denseWidth, start, end, columnBins[column] as Uint8Array);
    });
  }
}

/** Bits of a float32 that choose an entry of the table: sign, exponent and the first of the fraction. */
const tableBits = 15;

type BinFinder = (
  dense: Float64Array,
  column: number,
  width: number,
  start: number,
  end: number,
  bins: Uint8Array,
) => void;

/** A table says in which bin a value can be at the lowest, by its first bits; from there it is at most a few cuts. */
function binFinder(cuts: Float32Array, rows: number): BinFinder {
  const missing = cuts.length + 1;
  if (rows < 1 << tableBits) {
    return (dense, column, width, start, end, bins) => {
      for (let row = start; row < end; row++) {
        const value = dense[row * width + column] as number;
        bins[row] = Number.isNaN(value) ? missing : firstCutFrom(cuts, value);
      }
    };
  }
  const number = new Float32Array(1);
  const bits = new Uint32Array(number.buffer);
  const lowest = new Uint8Array(1 << tableBits);
  const shift = 32 - tableBits;
  for (let entry = 0; entry < lowest.length; entry++) {
    // The least value with these first bits: for negative numbers all further bits are 1.
    const isNegative = entry >>> (tableBits - 1) === 1;
    bits[0] = isNegative ? (entry << shift) | ((1 << shift) - 1) : entry << shift;
    lowest[entry] = Number.isNaN(number[0]) ? 0 : firstCutFrom(cuts, number[0] as number);
  }
  return (dense, column, width, start, end, bins) => {
    for (let row = start; row < end; row++) {
      const value = dense[row * width + column] as number;
      if (Number.isNaN(value)) bins[row] = missing;
      else {
        number[0] = value;
        let bin = lowest[(bits[0] as number) >>> shift] as number;
        while (bin < cuts.length && value > (cuts[bin] as number)) bin++;
        bins[row] = bin;
      }
    }
  };
}

/** The first cut that is not below a value. */
function firstCutFrom(cuts: Float32Array, value: number): number {
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value <= (cuts[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return low;
}

type NumberBins = Extract<BinnedColumn, { kind: 'number' }>;
type CategoryBins = Extract<BinnedColumn, { kind: 'category' }>;

function binCodes({ levels, codes }: CodeBlock, maximumBins: number): CategoryBins {
  const binOfCode = new Uint8Array(levels + 1);
  if (levels < maximumBins) return { kind: 'category', bins: levels + 1, binOfCode: binOfCode.map((_, code) => code) };
  const counts = new Int32Array(levels + 1);
  for (const code of codes) counts[code] = (counts[code] as number) + 1;
  const kept = Array.from({ length: levels }, (_, code) => code)
    .sort((one, other) => (counts[other] as number) - (counts[one] as number) || one - other)
    .slice(0, maximumBins - 1)
    .sort((one, other) => one - other);
  binOfCode.fill(maximumBins - 1);
  kept.forEach((code, bin) => {
    binOfCode[code] = bin;
  });
  return { kind: 'category', bins: maximumBins, binOfCode };
}

function writeCodes({ codes }: CodeBlock, { binOfCode }: CategoryBins, bins: Uint8Array): void {
  for (let row = 0; row < codes.length; row++) bins[row] = binOfCode[codes[row] as number] as number;
}
