import type { LossKind } from './graph-losses.ts';
import type { NetworkRows } from './network-rows.ts';

/** Weighted mean of the rows' losses. @param scores rows x outputs */
export function meanLoss(loss: LossKind, scores: ArrayLike<number>, { rows, target, weights }: NetworkRows): number {
  const outputs = scores.length / rows;
  let total = 0;
  let totalWeight = 0;
  for (let row = 0; row < rows; row++) {
    const weight = weights?.[row] ?? 1;
    total += weight * lossOfRow(loss, scores, row * outputs, outputs, target[row] as number);
    totalWeight += weight;
  }
  return total / totalWeight;
}

function lossOfRow(loss: LossKind, scores: ArrayLike<number>, start: number, outputs: number, truth: number): number {
  const first = scores[start] as number;
  if (loss === 'squared') return (first - truth) ** 2 / 2;
  if (loss === 'binary') return Math.max(first, 0) - truth * first + Math.log1p(Math.exp(-Math.abs(first)));
  let largest = first;
  for (let output = 1; output < outputs; output++) largest = Math.max(largest, scores[start + output] as number);
  let sum = 0;
  for (let output = 0; output < outputs; output++) sum += Math.exp((scores[start + output] as number) - largest);
  return largest + Math.log(sum) - (scores[start + truth] as number);
}
