/**
 * The value below which a share of the weight lies; without weights between two values as numpy's default does (linear
 * interpolation, Hyndman & Fan 1996, type 7), with weights the lowest value that has the share.
 */
export function weightedQuantile(values: Float64Array, level: number, weights?: Float64Array): number {
  if (weights === undefined) return quantileOf(values, level);
  const order = Array.from(values.keys()).sort((one, other) => (values[one] as number) - (values[other] as number));
  const wanted = level * weights.reduce((sum, weight) => sum + weight, 0);
  let reached = 0;
  for (const place of order) {
    reached += weights[place] as number;
    if (reached >= wanted && reached > 0) return values[place] as number;
  }
  return values[order.at(-1) as number] as number;
}

function quantileOf(values: Float64Array, level: number): number {
  const sorted = values.slice().sort();
  const position = level * (sorted.length - 1);
  const low = sorted[Math.floor(position)] as number;
  const high = sorted[Math.ceil(position)] as number;
  return low + (position - Math.floor(position)) * (high - low);
}
