import { GalleyError } from '../../../base/errors.ts';
import { kernelMemory, pageBytes } from '../wasm-code.ts';
import type { BinnedColumn, BinnedFeatures } from './bin-features.ts';
import type { SplitRule } from './ensemble-builder.ts';
import { leftBinsOf } from './partition.ts';
import { rowStride, type TreeKernel, treeKernel } from './tree-kernel.ts';

/** Sums of the rows of a node over the bins of all columns, one column after the other. */
export interface Histogram {
  /** Gradient and hessian of each bin, side by side. */
  sums: Float64Array;
  /** Rows of each bin. */
  counts: Int32Array;
}

/** Gradients of the loss and its second derivatives, side by side, one pair a row. */
export type Gradients = Float32Array;

/** Makes and reuses the histograms of one fit, in memory of WebAssembly, and holds the arrays that they are made from. */
export class HistogramPool {
  /** First bin of each column, and after the last one how many bins there are. */
  readonly offsets: Int32Array;
  /** Room for the rows of a tree, in the order that it puts them. */
  readonly order: Uint32Array;
  /** One an output, to be filled before each tree. */
  readonly gradients: Gradients[];
  readonly #memory: WebAssembly.Memory;
  readonly #kernel: TreeKernel;
  readonly #constantHessian: boolean;
  readonly #binsAt: number;
  readonly #bufferAt: number;
  readonly #spareAt: number;
  readonly #columnsAt: number;
  readonly #columnBytes: number;
  readonly #columns: readonly BinnedColumn[];
  /** 1 for each bin that goes left. */
  readonly #sides: Uint8Array;
  readonly #free: Histogram[] = [];
  #used = 0;

  /** @param constantHessian every second derivative is 1, so that a bin's sum is its count. */
  constructor({ rows, columns, columnBins }: BinnedFeatures, outputs: number, constantHessian: boolean) {
    this.offsets = new Int32Array(columns.length + 1);
    columns.forEach((column, place) => {
      this.offsets[place + 1] = (this.offsets[place] as number) + column.bins;
    });
    this.#columns = columns;
    this.#columnBytes = aligned(rows);
    const stride = rowStride(columns.length);
    this.#memory = kernelMemory();
    this.#kernel = treeKernel(this.#memory, this.offsets.subarray(0, -1), !constantHessian);
    this.#constantHessian = constantHessian;
    const gradientsAt = Array.from({ length: outputs }, () => this.#reserve(8 * rows));
    const orderAt = this.#reserve(4 * rows);
    const sidesAt = this.#reserve(256);
    this.#spareAt = this.#reserve(4 * rows);
    this.#binsAt = this.#reserve(rows * stride);
    this.#columnsAt = this.#reserve(columns.length * this.#columnBytes);
    this.#bufferAt = this.#reserve(this.#kernel.bufferBytes);
    const { buffer } = this.#memory;
    this.gradients = gradientsAt.map((address) => new Float32Array(buffer, address, 2 * rows));
    this.order = new Uint32Array(buffer, orderAt, rows);
    this.#sides = new Uint8Array(buffer, sidesAt, 256);
    columnBins.forEach((bins, column) => {
      new Uint8Array(buffer, this.#columnsAt + column * this.#columnBytes, rows).set(bins);
    });
    interleave(columnBins, stride, new Uint8Array(buffer, this.#binsAt, rows * stride));
  }

  release(histogram: Histogram): void {
    this.#free.push(histogram);
  }

  /** Sums up the rows that stand at [start, end) of `order`, in that order. */
  make(start: number, end: number, output: number): Histogram {
    const histogram = this.#take();
    const { sums, counts } = histogram;
    this.#kernel.sum({
      order: this.order.byteOffset + 4 * start,
      end: this.order.byteOffset + 4 * end,
      gradients: (this.gradients[output] as Gradients).byteOffset,
      bins: this.#binsAt,
      buffer: this.#bufferAt,
      sums: sums.byteOffset,
      counts: counts.byteOffset,
    });
    if (this.#constantHessian) for (let bin = 0; bin < counts.length; bin++) counts[bin] = sums[2 * bin + 1] as number;
    return histogram;
  }

  /** Turns the histogram of a node into that of one child by taking away the other's. */
  subtract(parent: Histogram, child: Histogram): void {
    const { sums, counts } = parent;
    // Up to whole cache lines, as everything here is: what lies behind the arrays is 0.
    const sumsEnd = sums.byteOffset + aligned(sums.byteLength);
    const countsEnd = counts.byteOffset + aligned(counts.byteLength);
    this.#kernel.subtractDoubles(sums.byteOffset, sumsEnd, child.sums.byteOffset);
    this.#kernel.subtractIntegers(counts.byteOffset, countsEnd, child.counts.byteOffset);
  }

  /**
   * Puts the rows at [start, end) of `order` that go left before those that go right; both keep their order.
   * @returns where the right ones begin.
   */
  partition(rule: SplitRule, start: number, end: number): number {
    this.#sides.set(leftBinsOf(rule, this.#columns[rule.column] as BinnedColumn));
    const orderAt = this.order.byteOffset;
    const columnAt = this.#columnsAt + rule.column * this.#columnBytes;
    const { partition } = this.#kernel;
    const middle = partition(orderAt + 4 * start, orderAt + 4 * end, columnAt, this.#sides.byteOffset, this.#spareAt);
    return (middle - orderAt) / 4;
  }

  #take(): Histogram {
    const used = this.#free.pop();
    if (used) {
      used.sums.fill(0);
      used.counts.fill(0);
      return used;
    }
    const size = this.offsets[this.offsets.length - 1] as number;
    const sumsAt = this.#reserve(16 * size);
    const countsAt = this.#reserve(4 * size);
    const { buffer } = this.#memory;
    return { sums: new Float64Array(buffer, sumsAt, 2 * size), counts: new Int32Array(buffer, countsAt, size) };
  }

  /**
   * @returns the address of so many new bytes, all 0.
   * @throws GalleyError `train.too_wide` where more is needed than WebAssembly can address, or the machine has.
   */
  #reserve(bytes: number): number {
    const start = this.#used;
    this.#used += aligned(bytes);
    const lacking = this.#used - this.#memory.buffer.byteLength;
    if (lacking <= 0) return start;
    try {
      this.#memory.grow(Math.ceil(lacking / pageBytes));
    } catch (cause) {
      const gigabytes = (this.#used / 2 ** 30).toFixed(1);
      const message = `Boosting these rows, columns and classes would take more than ${gigabytes} GB of memory.`;
      throw new GalleyError('train.too_wide', message, { details: { bytes: this.#used }, cause });
    }
    return start;
  }
}

/** Rows taken at once, so that they stay in the cache while one column after the other is written. */
const rowsAtOnce = 1024;

/** Columns as rows of `stride` bytes. */
function interleave(columnBins: readonly Uint8Array[], stride: number, into: Uint8Array): void {
  const rows = into.length / stride;
  for (let start = 0; start < rows; start += rowsAtOnce) {
    const end = Math.min(rows, start + rowsAtOnce);
    columnBins.forEach((bins, column) => {
      for (let row = start; row < end; row++) into[row * stride + column] = bins[row] as number;
    });
  }
}

/** Bytes up to the next whole cache line. */
function aligned(bytes: number): number {
  return Math.ceil(bytes / 64) * 64;
}
