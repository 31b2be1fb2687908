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

/** Writes every figure of a sum with the same decimals, so that it can be added up by eye. */
export function sumFormat({ base, total, columns }: SumOfColumns): (value: number, signed?: boolean) => string {
  const largest = Math.max(Math.abs(base), Math.abs(total), ...columns.map((one) => Math.abs(one.contribution)), 1e-9);
  const decimals = Math.min(3, Math.max(0, 3 - Math.floor(Math.log10(largest))));
  return (value, signed = false) => {
    const text = formatFixed(value, decimals);
    return signed && value > 0 ? `+${text}` : text;
  };
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
