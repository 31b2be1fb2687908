import type { BinnedColumn } from './bin-features.ts';
import { findCategorySplit } from './find-category-split.ts';
import type { Histogram } from './histograms.ts';
import {
  type Bounds,
  boundedGain,
  type NodeSums,
  noBounds,
  nodeScore,
  nodeValue,
  type Split,
  type SplitLimits,
  type SplitSearch,
  scoreOfValue,
} from './split.ts';

/** Sums of floating-point numbers differ by less than this share of them; a smaller gain is none. */
const smallestGainShare = 1e-12;

/**
 * The split of a node that lowers the loss most, over the given columns. Missing numbers are tried on either side; where a
 * node has none they will follow the larger side.
 * @returns undefined where no split is allowed or none is worth it.
 */
export function findSplit(
  histogram: Histogram,
  offsets: Int32Array,
  columns: readonly BinnedColumn[],
  candidates: ArrayLike<number>,
  node: NodeSums,
  limits: SplitLimits,
  bounds: Bounds,
): Split | undefined {
  const isBounded = bounds.lower > Number.NEGATIVE_INFINITY || bounds.upper < Number.POSITIVE_INFINITY;
  const parentScore = isBounded ? scoreOfValue(node, nodeValue(node, limits.l2, bounds)) : nodeScore(node, limits.l2);
  const search = { limits, node, bounds, parentScore };
  let best: Split | undefined;
  for (let place = 0; place < candidates.length; place++) {
    const column = candidates[place] as number;
    const binned = columns[column] as BinnedColumn;
    const offset = offsets[column] as number;
    const found =
      binned.kind === 'category'
        ? findCategorySplit(histogram, offset, binned.bins, column, search)
        : findNumberSplit(histogram, offset, binned.bins - 1, column, search);
    if (found && (best === undefined || found.gain > best.gain)) best = found;
  }
  return best && best.gain > smallestGainShare * (best.gain + Math.abs(parentScore)) ? best : undefined;
}

function findNumberSplit(
  histogram: Histogram,
  offset: number,
  valueBins: number,
  column: number,
  search: SplitSearch,
): Split | undefined {
  const missing = offset + valueBins;
  const missingRows = histogram.counts[missing] as number;
  const direction = search.limits.monotone?.[column] ?? 0;
  const scan = direction === 0 && search.bounds === noBounds ? scanFree : scanBounded;
  if (missingRows === 0) {
    const found = scan(histogram, offset, valueBins - 1, search, nothing, direction, false);
    return found && asSplit(column, found, 2 * found.left.rows >= search.node.rows);
  }
  const right = scan(histogram, offset, valueBins, search, nothing, direction, true);
  const missingSums = {
    gradient: histogram.sums[2 * missing] as number,
    hessian: histogram.sums[2 * missing + 1] as number,
    rows: missingRows,
  };
  const left = scan(histogram, offset, valueBins - 1, search, missingSums, direction, false);
  if (left && (right === undefined || left.gain > right.gain)) return asSplit(column, left, true);
  return right && asSplit(column, right, false);
}

const nothing: NodeSums = { gradient: 0, hessian: 0, rows: 0 };

interface Scanned {
  gain: number;
  bin: number;
  left: NodeSums;
}

function asSplit(column: number, { gain, bin, left }: Scanned, missingLeft: boolean): Split {
  return { column, bin, missingLeft, gain, left };
}

/** Moves bins to the left one after the other, starting from `start`, and keeps the best place to cut. */
function scanFree(
  { sums, counts }: Histogram,
  offset: number,
  endBin: number,
  { limits, node, parentScore }: SplitSearch,
  start: NodeSums,
): Scanned | undefined {
  const { minimumRows, minimumHessian, l2 } = limits;
  const { gradient, hessian, rows } = node;
  let leftGradient = start.gradient;
  let leftHessian = start.hessian;
  let leftRows = start.rows;
  let bestScore = parentScore;
  let bestBin = -1;
  let bestGradient = 0;
  let bestHessian = 0;
  let bestRows = 0;
  for (let bin = 0; bin < endBin; bin++) {
    const place = offset + bin;
    const count = counts[place] as number;
    if (count === 0) continue;
    leftRows += count;
    leftGradient += sums[2 * place] as number;
    leftHessian += sums[2 * place + 1] as number;
    if (leftRows < minimumRows || leftHessian < minimumHessian) continue;
    const rightHessian = hessian - leftHessian;
    if (rows - leftRows < minimumRows || rightHessian < minimumHessian) break;
    const rightGradient = gradient - leftGradient;
    const left = leftHessian + l2;
    const right = rightHessian + l2;
    const score = (leftGradient * leftGradient * right + rightGradient * rightGradient * left) / (left * right);
    if (score > bestScore) {
      bestScore = score;
      bestBin = bin;
      bestGradient = leftGradient;
      bestHessian = leftHessian;
      bestRows = leftRows;
    }
  }
  if (bestBin < 0) return undefined;
  const left = { gradient: bestGradient, hessian: bestHessian, rows: bestRows };
  return { gain: bestScore - parentScore, bin: bestBin, left };
}

/**
 * The same where the answers of both sides must keep to bounds and, in a monotone column, to their order; not where only
 * missing values are on the right, which have no order.
 */
function scanBounded(
  { sums, counts }: Histogram,
  offset: number,
  endBin: number,
  search: SplitSearch,
  start: NodeSums,
  direction: number,
  isBeforeMissing: boolean,
): Scanned | undefined {
  let left = start;
  let best: Scanned | undefined;
  for (let bin = 0; bin < endBin; bin++) {
    const place = offset + bin;
    const count = counts[place] as number;
    if (count === 0) continue;
    left = {
      gradient: left.gradient + (sums[2 * place] as number),
      hessian: left.hessian + (sums[2 * place + 1] as number),
      rows: left.rows + count,
    };
    const gain = boundedGain(left, search, isBeforeMissing && bin === endBin - 1 ? 0 : direction);
    if (gain !== undefined && gain > (best?.gain ?? 0)) best = { gain, bin, left };
  }
  return best;
}
