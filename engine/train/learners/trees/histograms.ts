import type { BinnedFeatures } from './bin-features.ts';

/** Sums of the rows of a node over the bins of all columns, one column after the other. */
export interface Histogram {
  /** Gradient and hessian of each bin, side by side. */
  sums: Float64Array;
  /** Rows of each bin. */
  counts: Int32Array;
}

/** Gradients of the loss and its second derivatives, side by side, one pair a row. */
export type Gradients = Float32Array;

/** Makes and reuses the histograms of one fit. */
export class HistogramPool {
  /** First bin of each column, and after the last one how many bins there are. */
  readonly offsets: Int32Array;
  readonly #binned: BinnedFeatures;
  readonly #free: Histogram[] = [];
  readonly #constantHessian: boolean;
  readonly #firstBins: Int32Array;

  /** @param constantHessian every second derivative is 1, so that a bin's sum is its count. */
  constructor(binned: BinnedFeatures, constantHessian: boolean) {
    this.#binned = binned;
    this.#constantHessian = constantHessian;
    this.offsets = new Int32Array(binned.columns.length + 1);
    binned.columns.forEach(({ bins }, column) => {
      this.offsets[column + 1] = (this.offsets[column] as number) + bins;
    });
    this.#firstBins = this.offsets.subarray(0, -1);
  }

  release(histogram: Histogram): void {
    this.#free.push(histogram);
  }

  /** Sums up the rows that stand at [start, end) of `order`, in that order. */
  make(order: Uint32Array, start: number, end: number, gradients: Gradients): Histogram {
    const histogram = this.#take();
    const { bins } = this.#binned;
    if (this.#constantHessian) {
      sumGradients(bins, this.#firstBins, order, start, end, gradients, histogram.sums, histogram.counts);
      for (let bin = 0; bin < histogram.counts.length; bin++) {
        histogram.sums[2 * bin + 1] = histogram.counts[bin] as number;
      }
    } else {
      sumPairs(bins, this.#firstBins, order, start, end, gradients, histogram.sums, histogram.counts);
    }
    return histogram;
  }

  #take(): Histogram {
    const used = this.#free.pop();
    if (used) {
      used.sums.fill(0);
      used.counts.fill(0);
      return used;
    }
    const size = this.offsets[this.offsets.length - 1] as number;
    return { sums: new Float64Array(2 * size), counts: new Int32Array(size) };
  }
}

/** Turns the histogram of a node into that of one child by taking away the other's. */
export function subtractHistogram(parent: Histogram, child: Histogram): void {
  const { sums, counts } = parent;
  for (let place = 0; place < sums.length; place++) {
    sums[place] = (sums[place] as number) - (child.sums[place] as number);
  }
  for (let bin = 0; bin < counts.length; bin++) counts[bin] = (counts[bin] as number) - (child.counts[bin] as number);
}

function sumPairs(
  bins: Uint8Array,
  firstBins: Int32Array,
  order: Uint32Array,
  start: number,
  end: number,
  gradients: Gradients,
  sums: Float64Array,
  counts: Int32Array,
): void {
  const width = firstBins.length;
  for (let place = start; place < end; place++) {
    const row = order[place] as number;
    const gradient = gradients[2 * row] as number;
    const hessian = gradients[2 * row + 1] as number;
    const first = row * width;
    for (let column = 0; column < width; column++) {
      const bin = (firstBins[column] as number) + (bins[first + column] as number);
      counts[bin] = (counts[bin] as number) + 1;
      sums[2 * bin] = (sums[2 * bin] as number) + gradient;
      sums[2 * bin + 1] = (sums[2 * bin + 1] as number) + hessian;
    }
  }
}

function sumGradients(
  bins: Uint8Array,
  firstBins: Int32Array,
  order: Uint32Array,
  start: number,
  end: number,
  gradients: Gradients,
  sums: Float64Array,
  counts: Int32Array,
): void {
  const width = firstBins.length;
  for (let place = start; place < end; place++) {
    const row = order[place] as number;
    const gradient = gradients[2 * row] as number;
    const first = row * width;
    for (let column = 0; column < width; column++) {
      const bin = (firstBins[column] as number) + (bins[first + column] as number);
      counts[bin] = (counts[bin] as number) + 1;
      sums[2 * bin] = (sums[2 * bin] as number) + gradient;
    }
  }
}
