import { type Random, seededRandom } from '../../../base/random.ts';
import type { CodeBlock, FeatureMatrix } from '../../features/feature-matrix.ts';
import type { FitControl, LearningTask } from '../learner.ts';
import { cutPoints } from './cut-points.ts';

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
  /** rows x columns, row-major. */
  bins: Uint8Array;
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
  const width = denseWidth + blocks.length;
  const bins = new Uint8Array(new SharedArrayBuffer(rows * width));
  const columns: BinnedColumn[] = [];
  const sample = new Float32Array(Math.min(rows, sampledRows));
  for (let column = 0; column < denseWidth; column++) {
    beforeColumn();
    const binned = binNumbers(features, column, maximumBins, sample);
    columns.push(binned);
    writeNumbers(features, column, binned.cuts, bins, width);
  }
  blocks.forEach((block, place) => {
    beforeColumn();
    const binned = binCodes(block, maximumBins);
    columns.push(binned);
    writeCodes(block, binned.binOfCode, bins, width, denseWidth + place);
  });
  return { rows, maximumBins, columns, bins };
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

/** The rows at these positions, in this order, with the bins of all. */
export function selectBinnedRows(binned: BinnedFeatures, positions: ArrayLike<number>): BinnedFeatures {
  const width = binned.columns.length;
  const rows = positions.length;
  const bins = new Uint8Array(new SharedArrayBuffer(rows * width));
  for (let row = 0; row < rows; row++) {
    const start = (positions[row] as number) * width;
    bins.set(binned.bins.subarray(start, start + width), row * width);
  }
  return { ...binned, rows, bins };
}

type NumberBins = Extract<BinnedColumn, { kind: 'number' }>;
type CategoryBins = Extract<BinnedColumn, { kind: 'category' }>;

function binNumbers(features: FeatureMatrix, column: number, maximumBins: number, sample: Float32Array): NumberBins {
  const { rows, denseWidth, dense } = features;
  const draw = rows > sample.length ? seededRandom(column) : undefined;
  let present = 0;
  for (let place = 0; place < sample.length; place++) {
    const row = draw ? rowInStretch(place, sample.length, rows, draw) : place;
    const value = dense[row * denseWidth + column] as number;
    if (!Number.isNaN(value)) sample[present++] = value;
  }
  const cuts = cutPoints(sample.subarray(0, present).sort(), maximumBins);
  return { kind: 'number', bins: cuts.length + 2, cuts };
}

/** One row of each of `count` equal stretches, so that no part of the rows is missed. */
function rowInStretch(place: number, count: number, rows: number, random: Random): number {
  return Math.floor(((place + random()) * rows) / count);
}

function writeNumbers(
  features: FeatureMatrix,
  column: number,
  cuts: Float32Array,
  bins: Uint8Array,
  width: number,
): void {
  const { rows, denseWidth, dense } = features;
  const missing = cuts.length + 1;
  for (let row = 0; row < rows; row++) {
    const value = dense[row * denseWidth + column] as number;
    let low = 0;
    let high = cuts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (value <= (cuts[middle] as number)) high = middle;
      else low = middle + 1;
    }
    bins[row * width + column] = Number.isNaN(value) ? missing : low;
  }
}

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

function writeCodes(block: CodeBlock, binOfCode: Uint8Array, bins: Uint8Array, width: number, column: number): void {
  for (let row = 0; row < block.codes.length; row++) {
    bins[row * width + column] = binOfCode[block.codes[row] as number] as number;
  }
}
