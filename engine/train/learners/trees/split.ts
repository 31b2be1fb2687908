import type { SplitRule } from './ensemble-builder.ts';

/** What the rows of a node sum up to. */
export interface NodeSums {
  gradient: number;
  hessian: number;
  rows: number;
}

/** A way to divide a node: its rule, how much it lowers the loss, and what goes left. */
export interface Split extends SplitRule {
  gain: number;
  left: NodeSums;
}

export interface SplitLimits {
  minimumRows: number;
  minimumHessian: number;
  l2: number;
  /** Per column of numbers: -1 or 1 where the answer may only fall or rise with it. */
  monotone?: Int8Array;
}

/** The values that a node's answer must lie between, for the sake of monotone columns above it. */
export interface Bounds {
  lower: number;
  upper: number;
}

export const noBounds: Bounds = { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };

/** The score of a node is G^2 / (H + l2), twice what its best answer lowers the loss (Chen & Guestrin 2016, eq. 6). */
export function nodeScore({ gradient, hessian }: NodeSums, l2: number): number {
  return (gradient * gradient) / (hessian + l2);
}

/** The answer that lowers the second-order loss most, -G / (H + l2), within the bounds. */
export function nodeValue({ gradient, hessian }: NodeSums, l2: number, { lower, upper }: Bounds): number {
  return Math.min(upper, Math.max(lower, -gradient / (hessian + l2)));
}

/** The score of a node whose answer had to keep to bounds, as scikit-learn takes it: -G v, which for -G / (H + l2) is `nodeScore`. */
export function scoreOfValue({ gradient }: NodeSums, value: number): number {
  return -gradient * value;
}

/** What a search for the best split of a node goes by. */
export interface SplitSearch {
  limits: SplitLimits;
  node: NodeSums;
  bounds: Bounds;
  /** Score of the node as it is. */
  parentScore: number;
}

/** Undefined where the split is not allowed. */
export function boundedGain(left: NodeSums, search: SplitSearch, direction: number): number | undefined {
  const { limits, node, bounds, parentScore } = search;
  const right = rest(node, left);
  if (left.rows < limits.minimumRows || right.rows < limits.minimumRows) return undefined;
  if (left.hessian < limits.minimumHessian || right.hessian < limits.minimumHessian) return undefined;
  const leftValue = nodeValue(left, limits.l2, bounds);
  const rightValue = nodeValue(right, limits.l2, bounds);
  if (direction * (rightValue - leftValue) < 0) return undefined;
  return scoreOfValue(left, leftValue) + scoreOfValue(right, rightValue) - parentScore;
}

/** What is left of a node without a part of it. */
export function rest(node: NodeSums, part: NodeSums): NodeSums {
  return {
    gradient: node.gradient - part.gradient,
    hessian: node.hessian - part.hessian,
    rows: node.rows - part.rows,
  };
}
