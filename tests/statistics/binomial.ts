/**
 * The most alarms that are to be expected of so many comparisons without drift: where each alarms by the rate or less, more are
 * found in one of a hundred tests (the 99 % quantile of the binomial distribution; 18 of 200 at 5 %).
 */
export function mostAlarms(comparisons: number, rate = 0.05): number {
  return binomialQuantile(comparisons, rate, 0.99);
}

/** The fewest where each alarms by the rate or more: the 1 % quantile, 4 of 200 at 5 %. */
export function fewestAlarms(comparisons: number, rate = 0.05): number {
  return binomialQuantile(comparisons, rate, 0.01);
}

function binomialQuantile(trials: number, rate: number, level: number): number {
  let chance = (1 - rate) ** trials;
  let sum = chance;
  let hits = 0;
  while (sum < level) {
    chance *= ((trials - hits) / (hits + 1)) * (rate / (1 - rate));
    hits++;
    sum += chance;
  }
  return hits;
}
