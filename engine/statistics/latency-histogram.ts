/** Bins grow by a tenth each from 0.05 ms on, so a quantile is right within 5 %; the last begins beyond a minute. */
const smallest = 0.05;
const growth = 1.1;

/** How many bins a histogram of latencies has. */
export const latencyBins = 150;

/** The bin of a latency in milliseconds. */
export function latencyBin(milliseconds: number): number {
  const bin = Math.ceil(Math.log(milliseconds / smallest) / Math.log(growth));
  return Math.min(latencyBins - 1, Math.max(0, bin));
}

/**
 * The latency in milliseconds that a share of the requests did not exceed: the geometric middle of the bin in which that
 * share is reached, to three digits; within 5 % of the exact one. Null without requests.
 * @param counts of each bin
 */
export function latencyQuantile(counts: ArrayLike<number>, share: number): number | null {
  let total = 0;
  for (let bin = 0; bin < latencyBins; bin++) total += counts[bin] as number;
  if (total === 0) return null;
  let bin = 0;
  for (let seen = counts[0] as number; seen < share * total; seen += counts[bin] as number) bin++;
  return Number((smallest * growth ** (bin - 0.5)).toPrecision(3));
}

/** The counts above zero as bin, count, bin, count, …: what is kept and sent. */
export function latencyPairs(counts: ArrayLike<number>): number[] {
  const pairs: number[] = [];
  for (let bin = 0; bin < latencyBins; bin++) if ((counts[bin] as number) > 0) pairs.push(bin, counts[bin] as number);
  return pairs;
}

/** Adds what `latencyPairs` gave to counts: histograms of spans and servers merge in any order. */
export function addLatencyPairs(counts: Float64Array, pairs: readonly number[]): void {
  for (let index = 0; index + 1 < pairs.length; index += 2) {
    const bin = pairs[index] as number;
    if (bin < latencyBins) counts[bin] = (counts[bin] as number) + (pairs[index + 1] as number);
  }
}
