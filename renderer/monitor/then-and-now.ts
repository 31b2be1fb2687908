import type { ColumnDrift } from '../../engine/contract/monitor.ts';

type Bin = ColumnDrift['bins'][number];

export interface NumberBin {
  label: string;
  from: number;
  to: number;
  /** Shares from 0 to 1. */
  reference: number;
  current: number;
}

/** Bins of numbers with both ends known, or classes. Open ends get the width of their neighbour. */
export function readBins(bins: readonly Bin[]): { kind: 'numbers'; bins: NumberBin[] } | { kind: 'classes' } {
  const sorted = bins.filter((bin) => bin.from !== null || bin.to !== null);
  if (sorted.length < 2) return { kind: 'classes' };
  const widths = sorted.flatMap((bin) => (bin.from !== null && bin.to !== null ? [bin.to - bin.from] : []));
  const typical = widths.length === 0 ? 1 : (widths.toSorted((a, b) => a - b)[Math.floor(widths.length / 2)] ?? 1);
  const numbers = sorted.map((bin): NumberBin => {
    const from = bin.from ?? (bin.to ?? 0) - typical;
    const to = bin.to ?? from + typical;
    return { label: bin.label, from, to, reference: bin.reference, current: bin.current };
  });
  return { kind: 'numbers', bins: numbers.sort((a, b) => a.from - b.from) };
}

/** The corners of a histogram's outline, from the ground up and back to it. */
export function outline(bins: readonly NumberBin[], share: (bin: NumberBin) => number): [number, number][] {
  const first = bins[0];
  const last = bins.at(-1);
  if (!first || !last) return [];
  const corners = bins.flatMap((bin): [number, number][] => [
    [bin.from, share(bin)],
    [bin.to, share(bin)],
  ]);
  return [[first.from, 0], ...corners, [last.to, 0]];
}
