import type { ColumnDrift } from '../../../engine/contract/monitor-drift.ts';

type Bin = ColumnDrift['bins'][number];

export interface NumberBin {
  label: string;
  from: number;
  to: number;
  /** Shares from 0 to 1. */
  reference: number;
  current: number;
}

/**
 * How a column's bins are drawn: as outlines over a number axis, or as bars beside each other for classes and where a
 * single value has a bin of its own. Outlines of uneven bins show shares per unit, so that areas stay true.
 */
export type BinPicture = { kind: 'outline'; bins: NumberBin[]; perUnit: boolean } | { kind: 'bars' };

const evenness = 0.02;

export function pictureOf(bins: readonly Bin[]): BinPicture {
  const inner = bins.flatMap((bin) => (bin.from !== null && bin.to !== null ? [bin.to - bin.from] : []));
  const span = inner.reduce((sum, width) => sum + width, 0);
  const known = bins.every((bin) => bin.from !== null || bin.to !== null);
  if (bins.length < 3 || !known || inner.length === 0 || inner.some((width) => width <= span * 1e-6))
    return { kind: 'bars' };
  const typical = inner.toSorted((a, b) => a - b)[Math.floor(inner.length / 2)] ?? 1;
  const numbers = bins.map((bin) => closeEnds(bin, typical)).sort((a, b) => a.from - b.from);
  const perUnit = inner.some((width) => Math.abs(width - typical) > typical * evenness);
  return { kind: 'outline', bins: numbers, perUnit };
}

/** The height of a bin: its share, or its share per unit of the value. */
export function heightOf(bin: NumberBin, share: number, perUnit: boolean): number {
  return perUnit ? share / (bin.to - bin.from) : share;
}

/** The corners of a histogram's outline, from the ground up and back to it. */
export function outline(bins: readonly NumberBin[], height: (bin: NumberBin) => number): [number, number][] {
  const first = bins[0];
  const last = bins.at(-1);
  if (!first || !last) return [];
  const corners = bins.flatMap((bin): [number, number][] => [
    [bin.from, height(bin)],
    [bin.to, height(bin)],
  ]);
  return [[first.from, 0], ...corners, [last.to, 0]];
}

/** An open end gets the width that is usual. */
function closeEnds(bin: Bin, width: number): NumberBin {
  const from = bin.from ?? (bin.to ?? 0) - width;
  return { label: bin.label, from, to: bin.to ?? from + width, reference: bin.reference, current: bin.current };
}
