import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';

/** Rows of work that may wait; each holds what a caller sent. */
const mostRows = 10_000;

interface Work {
  rows: number;
  run(): Promise<void>;
}

/**
 * Work that may never hold up an answer: it begins in a later turn of the event loop, goes on only while no caller waits
 * for the model, and what is too much is refused.
 */
export class ShadowQueue {
  readonly #isBusy: () => boolean;
  readonly #largest: number;
  #queue: Work[] = [];
  #rows = 0;
  #running = false;

  /** @param isBusy whether a caller waits */
  constructor(isBusy: () => boolean, largest = mostRows) {
    this.#isBusy = isBusy;
    this.#largest = largest;
  }

  /** @returns false where so much waits that the work is not taken; it must not reject */
  add(rows: number, run: () => Promise<void>): boolean {
    if (this.#rows + rows > this.#largest) return false;
    this.#rows += rows;
    this.#queue.push({ rows, run });
    if (!this.#running) void this.#drain();
    return true;
  }

  /** Forgets what waits. */
  clear(): void {
    this.#queue = [];
    this.#rows = 0;
  }

  async #drain(): Promise<void> {
    this.#running = true;
    for (;;) {
      await nextTurn();
      while (this.#isBusy()) await delay(1);
      const work = this.#queue.shift();
      if (!work) break;
      await work.run();
      this.#rows = Math.max(0, this.#rows - work.rows);
    }
    this.#running = false;
  }
}
