import { formatFixed, formatNumber } from '../ui/format.ts';

/** base + contributions = total. */
export interface SumOfColumns {
  base: number;
  total: number;
  /** By falling size. */
  columns: readonly { name: string; value: unknown; contribution: number }[];
}

export interface WaterfallStep {
  name: string;
  value: string;
  contribution: number;
  /** Where the bar begins and ends. */
  from: number;
  to: number;
}

/** Writes every figure of a sum with the same decimals, of a huge or tiny one as parts of one power of ten: so it can be added up by eye. */
export function sumFormat({ base, total, columns }: SumOfColumns): (value: number, signed?: boolean) => string {
  const largest = Math.max(...[base, total, ...columns.map((one) => one.contribution)].map(Math.abs)) || 1;
  const exponent = Math.floor(Math.log10(largest));
  const write =
    exponent >= 9 || exponent < -4
      ? (value: number) => `${formatFixed(value / 10 ** exponent, 3)}e${formatFixed(exponent, 0)}`
      : exponent >= 3
        ? (value: number) => formatNumber(Math.round(value))
        : (value: number) => formatFixed(value, decimalsOf(exponent));
  return (value, signed = false) => (signed && value > 0 ? `+${write(value)}` : write(value));
}

/** Of figures of a power of ten below 1,000: three below 10, fewer above, three digits that count below 0.1. */
function decimalsOf(exponent: number): number {
  return exponent < -1 ? 2 - exponent : Math.min(3, 3 - exponent);
}

/** The steps from the base to the total: the largest on their own, the rest together. */
export function waterfall({ base, columns }: SumOfColumns, shown = 8): WaterfallStep[] {
  const listed = columns.length <= shown + 1 ? columns : columns.slice(0, shown);
  const rest = columns.slice(listed.length);
  const parts = listed.map((column) => ({
    name: column.name,
    value: valueWords(column.value),
    contribution: column.contribution,
  }));
  if (rest.length > 0) {
    const contribution = rest.reduce((sum, column) => sum + column.contribution, 0);
    parts.push({ name: `${rest.length} others`, value: '', contribution });
  }
  let at = base;
  return parts.map((part) => {
    const from = at;
    at += part.contribution;
    return { ...part, from, to: at };
  });
}

export function valueWords(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'missing';
  // A whole number may be a year or a code: it stays as it is.
  return typeof value === 'number' && !Number.isInteger(value) ? formatNumber(value) : String(value);
}
