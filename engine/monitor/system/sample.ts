import type { ServerMinute } from '../../contract/serving.ts';
import { addLatencyPairs, latencyBins, latencyPairs } from '../../statistics/latency-histogram.ts';

/** What is known of a server in a span of time; samples of any spans merge in any order. */
export interface Sample {
  requests: number;
  rows: number;
  failed: number;
  refused: number;
  /** Of the requests that were answered, see `latencyPairs`. */
  latencies: number[];
  /** Requests that failed or were refused, by the code of the error. */
  reasons: Record<string, number>;
  upSeconds: number;
  cpuSeconds: number;
  /** Cores of the busiest minute. */
  cpuMost: number;
  /** At most; 0 where the server was not up. */
  memoryBytes: number;
  waitingRows: number;
  saturation: number;
  /** Of the seconds in which the server should have been ready, those in which it was. */
  readySeconds: number;
  wantedSeconds: number;
}

export const noSample: Readonly<Sample> = {
  requests: 0,
  rows: 0,
  failed: 0,
  refused: 0,
  latencies: [],
  reasons: {},
  upSeconds: 0,
  cpuSeconds: 0,
  cpuMost: 0,
  memoryBytes: 0,
  waitingRows: 0,
  saturation: 0,
  readySeconds: 0,
  wantedSeconds: 0,
};

/** Shorter looks say nothing of how busy a processor was. */
const leastSeconds = 1;

/** A minute as the server counted it. */
export function sampleOf({ at: _, ...minute }: ServerMinute): Sample {
  const cpuMost = minute.upSeconds < leastSeconds ? 0 : minute.cpuSeconds / minute.upSeconds;
  return { ...minute, cpuMost, readySeconds: 0, wantedSeconds: 0 };
}

/** All of them as one: counts add up, histograms merge, and of what is told at most the most is taken. */
export function mergeSamples(samples: readonly Sample[]): Sample {
  const counts = new Float64Array(latencyBins);
  const merged: Sample = { ...noSample, reasons: {} };
  for (const sample of samples) {
    addLatencyPairs(counts, sample.latencies);
    for (const [code, requests] of Object.entries(sample.reasons)) {
      merged.reasons[code] = (merged.reasons[code] ?? 0) + requests;
    }
    for (const name of added) merged[name] += sample[name];
    for (const name of most) merged[name] = Math.max(merged[name], sample[name]);
  }
  merged.latencies = latencyPairs(counts);
  return merged;
}

const added = [
  'requests',
  'rows',
  'failed',
  'refused',
  'upSeconds',
  'cpuSeconds',
  'readySeconds',
  'wantedSeconds',
] as const;
const most = ['cpuMost', 'memoryBytes', 'waitingRows', 'saturation'] as const;
