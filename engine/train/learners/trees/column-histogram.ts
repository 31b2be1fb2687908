/** What a forest's tree sums up of a row: an amount in one of the channels, and its weight. */
export interface Amounts {
  /** Classes of a multiclass target; 1 for a number, or the second of two classes. */
  channels: number;
  /** Per row; absent where there is one channel. */
  channelOf?: Uint16Array;
  /** Per row: its weight where it is of the channel's class, or weight times target. */
  amounts: Float64Array;
  weights: Float64Array;
}

/** Sums of some rows over the bins of one column; only bins that have rows are ever looked at or cleared. */
export class ColumnHistogram {
  /** Bins with rows, ascending; the first `size` count. */
  readonly present = new Int32Array(256);
  size = 0;
  readonly counts = new Int32Array(256);
  readonly weights = new Float64Array(256);
  /** 256 x channels. */
  readonly amounts: Float64Array;
  readonly #occupied = new Int32Array(8);
  readonly #channels: number;

  constructor(channels: number) {
    this.#channels = channels;
    this.amounts = new Float64Array(256 * channels);
  }

  /** Takes the rows at [start, end) of `order`, in place of those it had. @param bins of the column, one a row. */
  fill(bins: Uint8Array, order: Uint32Array, start: number, end: number, rows: Amounts): void {
    this.#clear();
    if (rows.channelOf) this.#addChannels(bins, order, start, end, rows, rows.channelOf);
    else this.#add(bins, order, start, end, rows);
    this.#listPresent();
  }

  #clear(): void {
    for (let place = 0; place < this.size; place++) {
      const bin = this.present[place] as number;
      this.counts[bin] = 0;
      this.weights[bin] = 0;
      this.amounts.fill(0, bin * this.#channels, (bin + 1) * this.#channels);
    }
    this.#occupied.fill(0);
  }

  #add(bins: Uint8Array, order: Uint32Array, start: number, end: number, rows: Amounts): void {
    const { counts, weights, amounts } = this;
    const occupied = this.#occupied;
    for (let place = start; place < end; place++) {
      const row = order[place] as number;
      const bin = bins[row] as number;
      counts[bin] = (counts[bin] as number) + 1;
      weights[bin] = (weights[bin] as number) + (rows.weights[row] as number);
      amounts[bin] = (amounts[bin] as number) + (rows.amounts[row] as number);
      occupied[bin >>> 5] = (occupied[bin >>> 5] as number) | (1 << (bin & 31));
    }
  }

  #addChannels(
    bins: Uint8Array,
    order: Uint32Array,
    start: number,
    end: number,
    rows: Amounts,
    channelOf: Uint16Array,
  ): void {
    const { counts, weights, amounts } = this;
    const occupied = this.#occupied;
    const channels = this.#channels;
    for (let place = start; place < end; place++) {
      const row = order[place] as number;
      const bin = bins[row] as number;
      const cell = bin * channels + (channelOf[row] as number);
      counts[bin] = (counts[bin] as number) + 1;
      weights[bin] = (weights[bin] as number) + (rows.weights[row] as number);
      amounts[cell] = (amounts[cell] as number) + (rows.amounts[row] as number);
      occupied[bin >>> 5] = (occupied[bin >>> 5] as number) | (1 << (bin & 31));
    }
  }

  #listPresent(): void {
    let size = 0;
    for (let word = 0; word < 8; word++) {
      for (let bits = this.#occupied[word] as number; bits !== 0; bits &= bits - 1) {
        this.present[size++] = 32 * word + 31 - Math.clz32(bits & -bits);
      }
    }
    this.size = size;
  }
}
