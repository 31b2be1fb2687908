/** A number with three digits that mean something, and commas between thousands. */
export function figure(value: number): string {
  const rounded = Number(value.toPrecision(3));
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return rounded !== 0 && Math.abs(rounded) < 1e-4 ? rounded.toExponential(1) : String(rounded);
}

/** A share as a percentage: `58 %`, `0.4 %` near 0, `99.6 %` near 1. */
export function percent(share: number): string {
  const value = 100 * share;
  const near = Math.min(Math.abs(value), Math.abs(100 - value));
  return `${near < 1 && near > 0 ? Number(value.toFixed(1)) : Math.round(value)} %`;
}

/** A share whose last digits count, as an availability: `99.95 %`. */
export function finePercent(share: number): string {
  return `${Number((100 * share).toPrecision(5))} %`;
}
