import { type Clock, isoTime } from '../base/clock.ts';
import type { ServingStatus } from '../contract/serving.ts';
import { latencyBin, latencyBins, latencyQuantile } from '../statistics/latency-histogram.ts';
import { MinuteRing, minuteMilliseconds } from './minute-ring.ts';

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
  readonly #minutes: MinuteRing<Minute>;

  constructor(clock: Clock) {
    this.#minutes = new MinuteRing(clock, emptyMinute);
  }

  /** @param failed it was not answered with 200 */
  add(milliseconds: number, rows: number, failed: boolean): void {
    const minute = this.#minutes.current();
    minute.requests++;
    minute.rows += rows;
    if (failed) minute.errors++;
    const bin = latencyBin(milliseconds);
    minute.counts[bin] = (minute.counts[bin] as number) + 1;
  }

  /** Over all minutes of the window. */
  latency(): ServingStatus['latency'] {
    const total = new Uint32Array(latencyBins);
    for (const { counts } of this.#minutes.recent()) {
      for (let bin = 0; bin < latencyBins; bin++) total[bin] = (total[bin] as number) + (counts[bin] as number);
    }
    return { p50: latencyQuantile(total, 0.5), p95: latencyQuantile(total, 0.95), p99: latencyQuantile(total, 0.99) };
  }

  minutes(): ServingStatus['minutes'] {
    return this.#minutes.recent().map(({ number, requests, rows, errors, counts }) => ({
      at: isoTime(number * minuteMilliseconds),
      requests,
      rows,
      errors,
      p50: latencyQuantile(counts, 0.5),
      p95: latencyQuantile(counts, 0.95),
    }));
  }
}

function emptyMinute(number: number): Minute {
  return { number, requests: 0, rows: 0, errors: 0, counts: new Uint32Array(latencyBins) };
}
