import { countAtMost, quantileOfSorted } from './summary.ts';

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

/** Bin counts in the order mass points, intervals; values that are missing apart. */
export interface BinCounts {
  counts: number[];
  missing: number;
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
  const rest: number[] = [];
  for (let start = 0; start < sorted.length; ) {
    const value = sorted[start] as number;
    const end = endOfRun(sorted, start);
    if (end - start > least) massPoints.push(value);
    else for (let row = start; row < end; row++) rest.push(value);
    start = end;
  }
  return { massPoints, edges: quantileEdges(rest, Math.round((binCount * rest.length) / sorted.length)) };
}

function endOfRun(sorted: Float64Array, start: number): number {
  let end = start + 1;
  while (sorted[end] === sorted[start]) end++;
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

/** Rows per bin. */
export function countInBins(values: Float64Array, { massPoints, edges }: NumericBins): BinCounts {
  const counts = new Array<number>(massPoints.length + edges.length + 1).fill(0);
  let missing = 0;
  for (const value of values) {
    if (Number.isNaN(value)) {
      missing++;
      continue;
    }
    const massPoint = countAtMost(massPoints, value) - 1;
    const bin = massPoints[massPoint] === value ? massPoint : massPoints.length + countAtMost(edges, value);
    counts[bin] = (counts[bin] as number) + 1;
  }
  return { counts, missing };
}
