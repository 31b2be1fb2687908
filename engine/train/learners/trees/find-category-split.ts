import type { Histogram } from './histograms.ts';
import { boundedGain, type NodeSums, type Split, type SplitSearch } from './split.ts';

/**
 * Added to a category's hessian before categories are sorted. One with a smaller hessian, measured in average rows of the
 * node, is not sorted but goes right.
 */
const smoothing = 10;

/**
 * The best division of categories into two sets. Sorted by gradient / hessian, the best of all 2^(k-1) divisions is one of
 * the k - 1 cuts of that order (Fisher 1958). As in scikit-learn, the order is smoothed, and at most half of the sorted
 * categories go left. Categories without a row in the node go to the larger side.
 */
export function findCategorySplit(
  { sums, counts }: Histogram,
  offset: number,
  bins: number,
  column: number,
  search: SplitSearch,
): Split | undefined {
  const sorted: number[] = [];
  const least = (smoothing * search.node.hessian) / search.node.rows;
  for (let bin = 0; bin < bins; bin++) if ((sums[2 * (offset + bin) + 1] as number) >= least) sorted.push(bin);
  if (sorted.length < 2) return undefined;
  const ratio = (bin: number) =>
    (sums[2 * (offset + bin)] as number) / ((sums[2 * (offset + bin) + 1] as number) + smoothing);
  sorted.sort((one, other) => ratio(one) - ratio(other) || one - other);
  const half = (sorted.length + 1) >> 1;
  const scan = (order: readonly number[], end: number) => {
    let left: NodeSums = { gradient: 0, hessian: 0, rows: 0 };
    let best: { gain: number; taken: readonly number[]; left: NodeSums } | undefined;
    for (let place = 0; place < end; place++) {
      const bin = offset + (order[place] as number);
      left = {
        gradient: left.gradient + (sums[2 * bin] as number),
        hessian: left.hessian + (sums[2 * bin + 1] as number),
        rows: left.rows + (counts[bin] as number),
      };
      const gain = boundedGain(left, search, 0);
      if (gain !== undefined && gain > (best?.gain ?? 0)) best = { gain, taken: order.slice(0, place + 1), left };
    }
    return best;
  };
  const upwards = scan(sorted, half);
  const downwards = scan(sorted.toReversed(), half - 1);
  const best = downwards && downwards.gain > (upwards?.gain ?? 0) ? downwards : upwards;
  if (best === undefined) return undefined;
  const { gain, taken, left } = best;
  const largerIsLeft = 2 * left.rows >= search.node.rows;
  const leftBins = new Uint8Array(bins);
  for (let bin = 0; bin < bins; bin++) leftBins[bin] = Number(largerIsLeft && counts[offset + bin] === 0);
  for (const bin of taken) leftBins[bin] = 1;
  return { column, bin: -1, missingLeft: false, leftBins, gain, left };
}
