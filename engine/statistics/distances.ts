/**
 * Distances of two distributions over the same bins or levels. Each takes the rows per bin of both sides and returns null
 * where a side has no rows.
 */

/** Counts as shares of their sum; null where there are no rows. */
export function sharesOf(counts: ArrayLike<number>): Float64Array | null {
  const shares = Float64Array.from(counts);
  const rows = shares.reduce((sum, count) => sum + count, 0);
  return rows === 0 ? null : shares.map((count) => count / rows);
}

function sharesOfBoth(reference: ArrayLike<number>, current: ArrayLike<number>) {
  if (reference.length !== current.length) {
    throw new RangeError(`distance: ${reference.length} bins against ${current.length}`);
  }
  const [first, second] = [sharesOf(reference), sharesOf(current)];
  return first && second ? { first, second } : null;
}

function sumOverBins(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  term: (first: number, second: number) => number,
): number | null {
  const shares = sharesOfBoth(reference, current);
  if (shares === null) return null;
  return shares.first.reduce((sum, share, bin) => sum + term(share, shares.second[bin] as number), 0);
}

/**
 * Population stability index, sum of (c - r) ln(c / r) (Siddiqi 2006; the symmetric Kullback-Leibler divergence in nats).
 * @param floor every share is raised to it first, without renormalising, so that empty bins stay finite.
 */
export function populationStabilityIndex(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  floor = 1e-4,
): number | null {
  return sumOverBins(reference, current, (first, second) => {
    const [low, high] = [Math.max(first, floor), Math.max(second, floor)];
    return (high - low) * Math.log(high / low);
  });
}

/** Jensen-Shannon distance, base 2: the square root of the divergence, 0 to 1 (scipy's `jensenshannon(base=2)`). */
export function jensenShannonDistance(reference: ArrayLike<number>, current: ArrayLike<number>): number | null {
  const divergence = sumOverBins(reference, current, (first, second) => {
    const middle = (first + second) / 2;
    return (relativeEntropy(first, middle) + relativeEntropy(second, middle)) / 2;
  });
  return divergence === null ? null : Math.sqrt(Math.max(divergence, 0) / Math.LN2);
}

function relativeEntropy(share: number, middle: number): number {
  return share === 0 ? 0 : share * Math.log(share / middle);
}

/** Hellinger distance, 0 to 1: the Euclidean distance of the roots of the shares, divided by the root of 2. */
export function hellingerDistance(reference: ArrayLike<number>, current: ArrayLike<number>): number | null {
  const squares = sumOverBins(reference, current, (first, second) => (Math.sqrt(first) - Math.sqrt(second)) ** 2);
  return squares === null ? null : Math.sqrt(squares / 2);
}
