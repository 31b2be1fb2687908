/**
 * Half width of a split-conformal interval (Papadopoulos 2002; Lei et al. 2018, "Distribution-free predictive inference
 * for regression"): the ceil((n + 1) level)-th smallest of the absolute residuals of rows that were not trained on. A new
 * row that comes like them lies within prediction ± this with at least this probability.
 * @param residuals ascending, absolute. @returns null where there are too few of them for the level.
 */
export function conformalHalfWidth(residuals: Float64Array, level: number): number | null {
  // Rounding must not lift a whole number to the next: 0.95 * 20 is 19.
  const rank = Math.ceil((residuals.length + 1) * level - 1e-9);
  return rank > residuals.length ? null : (residuals[rank - 1] ?? null);
}
