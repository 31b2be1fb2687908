export interface AdwinOptions {
  /** Chance of a false alarm at a check, 0 to 1. Default 0.002. */
  delta?: number;
  /** Values between two checks. Default 32. */
  clock?: number;
  /** Summaries of one size before two are merged. Default 5. */
  largestRow?: number;
  /** Values that either side of a cut needs. Default 5. */
  smallestWindow?: number;
  /** Values before the first check. Default 10. */
  gracePeriod?: number;
}

/** Equally many values of a window, summed up. */
interface Summary {
  total: number;
  /** Sum of squares around the mean. */
  squares: number;
}

/**
 * Adaptive windowing (Bifet, Gavaldà 2007, ADWIN2): keeps the values since the mean last changed, in summaries of 1, 2, 4, …
 * of them, and tells when the means of an older and a newer part differ by more than chance. As River does it: cuts are
 * tried every `clock` values, and after a change the window begins anew.
 */
export class Adwin {
  readonly #options: Required<AdwinOptions>;
  /** Summaries of 2^row values at each row, the oldest first. */
  #rows: Summary[][] = [[]];
  #width = 0;
  #total = 0;
  #squares = 0;
  #seen = 0;
  #changed = false;

  constructor(options: AdwinOptions = {}) {
    this.#options = { delta: 0.002, clock: 32, largestRow: 5, smallestWindow: 5, gracePeriod: 10, ...options };
  }

  /** Values in the window: after a change those that remain of it, which began about so many values ago. */
  get width(): number {
    return this.#width;
  }

  /** @param value finite @returns whether the mean has changed */
  update(value: number): boolean {
    if (this.#changed) this.#reset();
    this.#insert(value);
    this.#seen++;
    const isChecked = this.#seen % this.#options.clock === 0 && this.#width > this.#options.gracePeriod;
    while (isChecked && this.#hasCut()) {
      this.#changed = true;
      this.#dropOldest();
    }
    return this.#changed;
  }

  #reset(): void {
    this.#rows = [[]];
    this.#width = 0;
    this.#total = 0;
    this.#squares = 0;
    this.#seen = 0;
    this.#changed = false;
  }

  #insert(value: number): void {
    if (this.#width > 0) {
      const distance = value - this.#total / this.#width;
      this.#squares += (this.#width * distance * distance) / (this.#width + 1);
    }
    this.#width++;
    this.#total += value;
    (this.#rows[0] as Summary[]).push({ total: value, squares: 0 });
    for (let row = 0; (this.#rows[row] as Summary[]).length > this.#options.largestRow; row++) this.#merge(row);
  }

  /** Two oldest summaries of a row become one of the next. */
  #merge(row: number): void {
    const [first, second] = (this.#rows[row] as Summary[]).splice(0, 2) as [Summary, Summary];
    const size = 2 ** row;
    const distance = first.total / size - second.total / size;
    const squares = first.squares + second.squares + size * 0.5 * distance * distance;
    this.#rows[row + 1] ??= [];
    (this.#rows[row + 1] as Summary[]).push({ total: first.total + second.total, squares });
  }

  #hasCut(): boolean {
    let [older, olderTotal] = [0, 0];
    for (let row = this.#rows.length - 1; row >= 0; row--) {
      for (const { total } of this.#rows[row] as Summary[]) {
        older += 2 ** row;
        olderTotal += total;
        const newer = this.#width - older;
        if (newer === 0) return false;
        if (this.#isCut(older, newer, olderTotal / older - (this.#total - olderTotal) / newer)) return true;
      }
    }
    return false;
  }

  #isCut(older: number, newer: number, distance: number): boolean {
    const { delta, smallestWindow } = this.#options;
    if (older < smallestWindow || newer < smallestWindow) return false;
    const doubt = Math.log((2 * Math.log(this.#width)) / delta);
    const harmonic = 1 / (older - smallestWindow + 1) + 1 / (newer - smallestWindow + 1);
    const spread = Math.sqrt(2 * harmonic * (this.#squares / this.#width) * doubt);
    return Math.abs(distance) > spread + (2 / 3) * doubt * harmonic;
  }

  #dropOldest(): void {
    const last = this.#rows.length - 1;
    const oldest = (this.#rows[last] as Summary[]).shift() as Summary;
    const size = 2 ** last;
    this.#width -= size;
    this.#total -= oldest.total;
    const distance = oldest.total / size - this.#total / this.#width;
    this.#squares -= oldest.squares + (size * this.#width * distance * distance) / (size + this.#width);
    if ((this.#rows[last] as Summary[]).length === 0) this.#rows.pop();
  }
}

export interface DetectedChange {
  /** Position of the value at which the change was noticed. */
  at: number;
  /** Position of the first value after it, as far as can be told. */
  since: number;
}

/** Changes of the mean of values in their order. */
export function adwinChanges(values: ArrayLike<number>, options: AdwinOptions = {}): DetectedChange[] {
  const detector = new Adwin(options);
  const changes: DetectedChange[] = [];
  for (let at = 0; at < values.length; at++) {
    if (detector.update(values[at] as number)) changes.push({ at, since: at + 1 - detector.width });
  }
  return changes;
}
