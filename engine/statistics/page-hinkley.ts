import type { DetectedChange } from './adwin.ts';

export interface PageHinkleyOptions {
  /** Values before the first verdict. Default 30. */
  smallestSample?: number;
  /** Change of the mean that is let pass, in units of the values. Default 0.005. */
  delta?: number;
  /** Sum of deviations that is a change, in units of the values. Default 50. */
  threshold?: number;
  /** What remains of the sum from one value to the next. Default 0.9999. */
  forgetting?: number;
  /** Direction of the change. Default `both`. */
  mode?: 'up' | 'down' | 'both';
}

/**
 * Page-Hinkley test (Page 1954, Hinkley 1971) with forgetting: sums how far values are from their mean so far, and tells when
 * the sum is more than `threshold` above its smallest or below its largest value. As River does it; after a change it begins
 * anew.
 */
export class PageHinkley {
  readonly #options: Required<PageHinkleyOptions>;
  #seen = 0;
  #mean = 0;
  #increase = 0;
  #decrease = 0;
  #smallestIncrease = Number.POSITIVE_INFINITY;
  #largestDecrease = -1;
  #sinceSmallest = 0;
  #sinceLargest = 0;
  #changed: 'up' | 'down' | null = null;

  constructor(options: PageHinkleyOptions = {}) {
    this.#options = { smallestSample: 30, delta: 0.005, threshold: 50, forgetting: 0.9999, mode: 'both', ...options };
  }

  /** Values since the sum turned: about so many are from after the change. */
  get width(): number {
    return this.#changed === 'down' ? this.#sinceLargest : this.#sinceSmallest;
  }

  /** @param value finite @returns whether the mean has changed */
  update(value: number): boolean {
    if (this.#changed) this.#reset();
    const { delta, forgetting, mode, smallestSample, threshold } = this.#options;
    this.#seen++;
    this.#mean += (value - this.#mean) / this.#seen;
    const deviation = value - this.#mean;
    this.#increase = forgetting * this.#increase + deviation - delta;
    this.#decrease = forgetting * this.#decrease + deviation + delta;
    this.#follow();
    if (this.#seen < smallestSample) return false;
    if (mode !== 'down' && this.#increase - this.#smallestIncrease > threshold) this.#changed = 'up';
    else if (mode !== 'up' && this.#largestDecrease - this.#decrease > threshold) this.#changed = 'down';
    return this.#changed !== null;
  }

  #follow(): void {
    this.#sinceSmallest++;
    this.#sinceLargest++;
    if (this.#increase < this.#smallestIncrease) {
      this.#smallestIncrease = this.#increase;
      this.#sinceSmallest = 0;
    }
    if (this.#decrease > this.#largestDecrease) {
      this.#largestDecrease = this.#decrease;
      this.#sinceLargest = 0;
    }
  }

  #reset(): void {
    this.#seen = 0;
    this.#mean = 0;
    this.#increase = 0;
    this.#decrease = 0;
    this.#smallestIncrease = Number.POSITIVE_INFINITY;
    this.#largestDecrease = -1;
    this.#sinceSmallest = 0;
    this.#sinceLargest = 0;
    this.#changed = null;
  }
}

/** Changes of the mean of values in their order. */
export function pageHinkleyChanges(values: ArrayLike<number>, options: PageHinkleyOptions = {}): DetectedChange[] {
  const detector = new PageHinkley(options);
  const changes: DetectedChange[] = [];
  for (let at = 0; at < values.length; at++) {
    if (detector.update(values[at] as number)) changes.push({ at, since: at + 1 - detector.width });
  }
  return changes;
}
