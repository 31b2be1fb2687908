/** Mean of values by their weights, of which one is above 0; all 1 where absent. */
export function weightedMean(values: Float64Array, weights: Float64Array | undefined): number {
  let total = 0;
  let sum = 0;
  for (let row = 0; row < values.length; row++) {
    const weight = weights?.[row] ?? 1;
    total += weight;
    sum += weight * (values[row] as number);
  }
  return sum / total;
}
