import type { BinnedColumn, BinnedFeatures } from './bin-features.ts';
import type { SplitRule } from './ensemble-builder.ts';

/** 1 for each bin of the rule's column that goes left. */
export function leftBinsOf(rule: SplitRule, { bins }: BinnedColumn): Uint8Array {
  if (rule.leftBins) return rule.leftBins;
  const leftBins = new Uint8Array(bins).fill(1, 0, Math.min(rule.bin + 1, bins - 1));
  leftBins[bins - 1] = Number(rule.missingLeft);
  return leftBins;
}

/**
 * Puts the rows at [start, end) of `order` that go left before those that go right; both keep their order.
 * @param spare as long as `order`.
 * @returns where the right ones begin.
 */
export function partitionRows(
  { columnBins, columns }: BinnedFeatures,
  rule: SplitRule,
  order: Uint32Array,
  start: number,
  end: number,
  spare: Uint32Array,
): number {
  const bins = columnBins[rule.column] as Uint8Array;
  const leftBins = leftBinsOf(rule, columns[rule.column] as BinnedColumn);
  let left = start;
  let right = 0;
  for (let place = start; place < end; place++) {
    const row = order[place] as number;
    const side = leftBins[bins[row] as number] as number;
    // Written to both, and only one of them counts: cheaper than a branch that cannot be foretold.
    order[left] = row;
    spare[right] = row;
    left += side;
    right += 1 - side;
  }
  order.set(spare.subarray(0, right), left);
  return left;
}
