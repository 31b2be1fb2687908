import { countAtMost, countBelow, quantileOfSorted } from './summary.ts';

/**
 * Bins of a numeric column. Every value that is not missing has one: its own where it is a mass point, else
 * [edge, next edge) with open outer bins.
 */
export interface NumericBins {
  /** Values with a bin of their own, ascending. They come before the intervals in counts. */
  massPoints: number[];
  /** Interior edges, ascending and distinct: one interval more than edges. */
  edges: number[];
}

/**
 * Bins at the deciles (type 7) of the reference with duplicate edges removed: numpy.quantile and unique.
 * @param sortedReference ascending without NaN.
 */
export function decileBins(sortedReference: ArrayLike<number>): NumericBins {
  return { massPoints: [], edges: quantileEdges(sortedReference, 10) };
}

/**
 * Quantile bins in which a value that holds more than half a bin's share of the rows has a bin of its own: with plain
 * quantiles a zero-heavy column has one bin from zero on, in which everything can change unseen.
 *
 * Give the rows of both samples pooled. Bins chosen by one sample fit its chance peaks, and the other seems to have
 * drifted; given the pooled rows both samples are, without drift, random parts of the same counts.
 * @param sorted ascending without NaN. @param binCount bins of about equal share to aim at.
 */
export function massPointBins(sorted: Float64Array, binCount: number): NumericBins {
  const least = sorted.length / (2 * binCount);
  const massPoints: number[] = [];
  const others = new Float64Array(sorted.length);
  let rest = 0;
  for (let start = 0; start < sorted.length; ) {
    const value = sorted[start] as number;
    const end = endOfRun(sorted, start);
    if (end - start > least) massPoints.push(value);
    else for (let row = start; row < end; row++) others[rest++] = value;
    start = end;
  }
  return {
    massPoints,
    edges: quantileEdges(others.subarray(0, rest), Math.round((binCount * rest) / sorted.length)),
  };
}

function endOfRun(sorted: Float64Array, start: number): number {
  let end = start + 1;
  while (end < sorted.length && sorted[end] === sorted[start]) end++;
  return end;
}

function quantileEdges(sorted: ArrayLike<number>, intervals: number): number[] {
  const edges: number[] = [];
  if (sorted.length === 0) return edges;
  for (let index = 1; index < intervals; index++) {
    const edge = quantileOfSorted(sorted, index / intervals);
    if (edge !== edges.at(-1)) edges.push(edge);
  }
  return edges;
}

/**
 * Values per bin, in the order mass points, intervals.
 * @param sorted ascending without NaN.
 */
export function countInBins(sorted: Float64Array, { massPoints, edges }: NumericBins): number[] {
  const points = massPoints.map((value) => countAtMost(sorted, value) - countBelow(sorted, value));
  const below = [0, ...edges.map((edge) => countBelow(sorted, edge)), sorted.length];
  const intervals = Array.from(
    { length: edges.length + 1 },
    (_, index) => (below[index + 1] as number) - (below[index] as number),
  );
  massPoints.forEach((value, index) => {
    const interval = countAtMost(edges, value);
    intervals[interval] = (intervals[interval] as number) - (points[index] as number);
  });
  return [...points, ...intervals];
}
