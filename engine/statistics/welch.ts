import { studentTCdf } from './special-functions.ts';

/** Number, sum and sum of squares of some values. */
export interface Moments {
  rows: number;
  sum: number;
  squares: number;
}

export function meanOfMoments({ rows, sum }: Moments): number {
  return sum / rows;
}

/** Unbiased; not below 0. */
export function varianceOfMoments({ rows, sum, squares }: Moments): number {
  return Math.max(0, (squares - (sum * sum) / rows) / (rows - 1));
}

/**
 * Welch's t test (1947) of the mean of one sample being larger than that of another, with the degrees of freedom of
 * Satterthwaite. @returns the one-sided p; null where a side has fewer than two rows or nothing varies.
 */
export function welchLargerP(first: Moments, second: Moments): number | null {
  if (first.rows < 2 || second.rows < 2) return null;
  const [left, right] = [varianceOfMoments(first) / first.rows, varianceOfMoments(second) / second.rows];
  if (!(left + right > 0)) return null;
  const t = (meanOfMoments(first) - meanOfMoments(second)) / Math.sqrt(left + right);
  const freedom = (left + right) ** 2 / (left ** 2 / (first.rows - 1) + right ** 2 / (second.rows - 1));
  return studentTCdf(-t, freedom);
}

/**
 * p-values adjusted so that, taking all up to a level, at most that share of them is expected to be false (Benjamini,
 * Hochberg 1995), in the order given.
 */
export function adjustedPValues(values: readonly number[]): number[] {
  const order = Array.from(values.keys()).sort((a, b) => (values[b] as number) - (values[a] as number));
  const adjusted = new Array<number>(values.length);
  let least = 1;
  order.forEach((index, place) => {
    const rank = values.length - place;
    least = Math.min(least, ((values[index] as number) * values.length) / rank);
    adjusted[index] = least;
  });
  return adjusted;
}
