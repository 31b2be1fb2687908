/** A number as a report writes it: four significant digits, whole ones with separators, a true minus sign. */
export function writeNumber(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  const isPlain = size === 0 || (size >= 1e-4 && size < 1e9);
  const text = !isPlain
    ? value.toExponential(3)
    : Number.isInteger(value) || size >= 1000
      ? Math.round(value).toLocaleString('en-US')
      : String(Number(value.toPrecision(4)));
  return text.replace('-', '−');
}

/** Round places between two values, about so many of them. */
export function ticksBetween(low: number, high: number, about = 6): number[] {
  if (!(high > low)) return [low];
  const raw = (high - low) / about;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= raw) ?? 10) * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}
