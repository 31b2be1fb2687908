/** Values that lie between two change points at least. */
const smallestSegment = 5;

export interface ChangePointOptions {
  /** What a further change point must save of the squared error, in units of the values' noise variance. Default 3 ln(n). */
  penalty?: number;
  /** Values of a segment at least. Default 5. */
  smallest?: number;
}

/**
 * Positions at which the mean of values changes: the cut into segments with the least squared error plus a penalty for each
 * (PELT: Killick, Fearnhead, Eckley 2012). The penalty is 3 ln(n) noise variances, a modified BIC (Zhang, Siegmund 2007); the
 * noise is taken from the median distance of neighbours, which a few changes do not move.
 * @param values finite, in their order @returns the first position of each segment but the first, ascending
 */
export function changePoints(
  values: ArrayLike<number>,
  { penalty = 3 * Math.log(Math.max(2, values.length)), smallest = smallestSegment }: ChangePointOptions = {},
): number[] {
  const noise = noiseVariance(values);
  if (noise === 0 || values.length < 2 * smallest) return [];
  const before = optimalCuts(values, penalty * noise, smallest);
  const cuts: number[] = [];
  for (let end = before[values.length] as number; end > 0; end = before[end] as number) cuts.unshift(end);
  return cuts;
}

/** For each count of values the position of the last cut in their best segmentation; -1 where there is none. */
function optimalCuts(values: ArrayLike<number>, penalty: number, smallest: number): Int32Array {
  const error = segmentErrors(values);
  const costs = new Float64Array(values.length + 1).fill(Number.POSITIVE_INFINITY);
  const before = new Int32Array(values.length + 1).fill(-1);
  costs[0] = -penalty;
  let candidates: number[] = [];
  for (let end = smallest; end <= values.length; end++) {
    candidates.push(end - smallest);
    const totals = candidates.map((start) => (costs[start] as number) + error(start, end));
    for (const [index, start] of candidates.entries()) {
      const cost = (totals[index] as number) + penalty;
      if (cost < (costs[end] as number)) {
        costs[end] = cost;
        before[end] = start;
      }
    }
    candidates = candidates.filter((_, index) => (totals[index] as number) <= (costs[end] as number));
  }
  return before;
}

/** Squared distances of the values from `start` to before `end` from their mean. */
function segmentErrors(values: ArrayLike<number>): (start: number, end: number) => number {
  const sums = new Float64Array(values.length + 1);
  const squares = new Float64Array(values.length + 1);
  const center = middle(Float64Array.from(values));
  for (let at = 0; at < values.length; at++) {
    const value = (values[at] as number) - center;
    sums[at + 1] = (sums[at] as number) + value;
    squares[at + 1] = (squares[at] as number) + value * value;
  }
  return (start, end) => {
    const sum = (sums[end] as number) - (sums[start] as number);
    return (squares[end] as number) - (squares[start] as number) - (sum * sum) / (end - start);
  };
}

/** Of a normal distribution: the median distance of two values in standard deviations. */
const medianDistance = Math.SQRT2 * 0.6744897501960817;

function noiseVariance(values: ArrayLike<number>): number {
  if (values.length < 2) return 0;
  const distances = Float64Array.from({ length: values.length - 1 }, (_, at) =>
    Math.abs((values[at + 1] as number) - (values[at] as number)),
  );
  const robust = middle(distances) / medianDistance;
  if (robust > 0) return robust ** 2;
  // More than half of the neighbours are equal: the mean of the squares is what there is.
  return distances.reduce((sum, distance) => sum + distance ** 2, 0) / (2 * distances.length);
}

function middle(values: Float64Array): number {
  const sorted = values.slice().sort();
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[half] as number)
    : ((sorted[half - 1] as number) + (sorted[half] as number)) / 2;
}
