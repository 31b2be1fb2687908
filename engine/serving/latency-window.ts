import { type Clock, isoTime } from '../base/clock.ts';
import type { ServingStatus } from '../contract/serving.ts';
import { latencyBin, latencyBins, latencyQuantile } from '../statistics/latency-histogram.ts';

const windowMinutes = 60;
const minuteMilliseconds = 60_000;

interface Minute {
  /** Minutes since the epoch. */
  number: number;
  requests: number;
  rows: number;
  errors: number;
  counts: Uint32Array;
}

/** Requests and their latency in each of the last 60 minutes, in constant memory. */
export class LatencyWindow {
  readonly #clock: Clock;
  readonly #minutes: Minute[] = Array.from({ length: windowMinutes }, () => emptyMinute(-1));

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param failed it was not answered with 200 */
  add(milliseconds: number, rows: number, failed: boolean): void {
    const minute = this.#minute(this.#currentNumber());
    minute.requests++;
    minute.rows += rows;
    if (failed) minute.errors++;
    const bin = latencyBin(milliseconds);
    minute.counts[bin] = (minute.counts[bin] as number) + 1;
  }

  /** Over all minutes of the window. */
  latency(): ServingStatus['latency'] {
    const total = new Uint32Array(latencyBins);
    for (const { counts } of this.#recent()) {
      for (let bin = 0; bin < latencyBins; bin++) total[bin] = (total[bin] as number) + (counts[bin] as number);
    }
    return { p50: latencyQuantile(total, 0.5), p95: latencyQuantile(total, 0.95), p99: latencyQuantile(total, 0.99) };
  }

  minutes(): ServingStatus['minutes'] {
    return this.#recent().map(({ number, requests, rows, errors, counts }) => ({
      at: isoTime(number * minuteMilliseconds),
      requests,
      rows,
      errors,
      p50: latencyQuantile(counts, 0.5),
      p95: latencyQuantile(counts, 0.95),
    }));
  }

  /** Oldest first, up to the current minute. */
  #recent(): Minute[] {
    const current = this.#currentNumber();
    return Array.from({ length: windowMinutes }, (_, index) => this.#minute(current - windowMinutes + 1 + index));
  }

  #currentNumber(): number {
    return Math.floor(this.#clock.now() / minuteMilliseconds);
  }

  /** The slot of a minute, emptied where it still holds an older one. */
  #minute(number: number): Minute {
    const slot = number % windowMinutes;
    let minute = this.#minutes[slot] as Minute;
    if (minute.number !== number) {
      minute = emptyMinute(number);
      this.#minutes[slot] = minute;
    }
    return minute;
  }
}

function emptyMinute(number: number): Minute {
  return { number, requests: 0, rows: 0, errors: 0, counts: new Uint32Array(latencyBins) };
}
