/**
 * Pearson's correlation of two columns over the rows where both are numbers; the means are taken off first, so that
 * nothing cancels. @returns null with fewer than two such rows or where one of the columns is constant.
 */
export function pearsonCorrelation(left: Float64Array, right: Float64Array): number | null {
  const rows = left.length;
  let count = 0;
  let meanLeft = 0;
  let meanRight = 0;
  for (let row = 0; row < rows; row++) {
    const x = left[row] as number;
    const y = right[row] as number;
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
    count++;
    meanLeft += (x - meanLeft) / count;
    meanRight += (y - meanRight) / count;
  }
  let squaresLeft = 0;
  let squaresRight = 0;
  let products = 0;
  for (let row = 0; row < rows; row++) {
    const x = (left[row] as number) - meanLeft;
    const y = (right[row] as number) - meanRight;
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
    squaresLeft += x * x;
    squaresRight += y * y;
    products += x * y;
  }
  const scale = Math.sqrt(squaresLeft) * Math.sqrt(squaresRight);
  if (count < 2 || !(scale > 0) || !Number.isFinite(scale)) return null;
  return Math.max(-1, Math.min(1, products / scale));
}

/** Rows by rising value, without the ones that are missing. */
export function risingOrder(values: Float64Array): Int32Array {
  const order = Int32Array.from(values.keys()).filter((row) => !Number.isNaN(values[row]));
  return order.sort((a, b) => (values[a] as number) - (values[b] as number));
}

/**
 * Ranks from 1, equal values sharing the mean of theirs; rows that are not in the order stay NaN.
 * @param order as `risingOrder` gives it, or a part of it.
 */
export function averageRanks(values: Float64Array, order = risingOrder(values)): Float64Array {
  const ranks = new Float64Array(values.length).fill(Number.NaN);
  for (let first = 0; first < order.length; ) {
    let last = first;
    while (last + 1 < order.length && values[order[last + 1] as number] === values[order[first] as number]) last++;
    for (let place = first; place <= last; place++) ranks[order[place] as number] = (first + last) / 2 + 1;
    first = last + 1;
  }
  return ranks;
}

/**
 * Spearman's rank correlation over the rows where both are numbers: Pearson's of the ranks.
 * @param leftOrder, rightOrder `risingOrder` of each, where a column is compared more than once. @returns as `pearsonCorrelation`
 */
export function spearmanCorrelation(
  left: Float64Array,
  right: Float64Array,
  leftOrder = risingOrder(left),
  rightOrder = risingOrder(right),
): number | null {
  const both = (row: number) => Number.isFinite(left[row]) && Number.isFinite(right[row]);
  return pearsonCorrelation(averageRanks(left, leftOrder.filter(both)), averageRanks(right, rightOrder.filter(both)));
}
