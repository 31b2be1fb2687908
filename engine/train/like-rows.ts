import { type Frame, findColumn, selectRows } from '../base/frame.ts';
import { count } from '../base/words.ts';
import type { Problem } from '../contract/values.ts';
import type { TrainingRequest } from './draw-rows.ts';
import { hasFewContents, rowUnits } from './row-units.ts';

/** Share of the rows from which on they are told of. */
const many = 0.1;
const lookedAt = 100_000;

/**
 * What a split at random does with rows that are alike: copies are told apart where there are too few contents, or rows of
 * one target are kept together and apart from their opposites.
 * @param rows that take part, of which the first are looked at.
 * @param features names of the columns that are to be learnt from.
 */
export function likeRows(
  frame: Frame,
  rows: Int32Array,
  features: readonly string[],
  request: Pick<TrainingRequest, 'target' | 'split' | 'keyColumns' | 'rowIdentity'>,
): Problem[] {
  const { split, target } = request;
  if (split.kind !== 'random' && split.kind !== 'stratified') return [];
  if (hasFewContents(frame, request)) return [fewContents(frame, target)];
  const share = shareOfOpposites(selectRows(frame, rows.subarray(0, lookedAt)), features, request);
  return share < many ? [] : [oppositeRows(share, target)];
}

function fewContents({ rows }: Frame, target: string): Problem {
  const message = `The ${count(rows, 'row')} differ so little in all but "${target}" that equal ones cannot be kept together: they were divided one by one, and the holdout is like the training rows. It does not show how a model judges what it never saw.`;
  return { code: 'train.few_different_rows', message };
}

function oppositeRows(share: number, target: string): Problem {
  const message = `${Math.round(100 * share)} % of the rows have their like but for "${target}" among the features, and the split keeps those of one "${target}" together: trees and forests, which learn such rows by heart, are judged too badly. Split by every-nth, give the dataset a key, or remove columns that say the same as "${target}".`;
  return { code: 'train.opposite_rows', message };
}

/**
 * Of rows that are kept together with others of the same target, while rows with the same features and another target may
 * stand on the other side: it is not chance then which of them a model is asked for, but what is to be predicted.
 */
function shareOfOpposites(
  frame: Frame,
  features: readonly string[],
  request: Pick<TrainingRequest, 'target' | 'keyColumns' | 'rowIdentity'>,
): number {
  const units = rowUnits(frame, request);
  const likes = rowUnits(frame, { keyColumns: features });
  const targets = findColumn(frame, request.target)?.values ?? [];
  const [sizes, pureUnits, pureLikes] = [new Map<number, number>(), purity(units, targets), purity(likes, targets)];
  for (const unit of units) sizes.set(unit, (sizes.get(unit) ?? 0) + 1);
  const isOpposite = (row: number) => {
    const [unit, like] = [units[row] as number, likes[row] as number];
    return (sizes.get(unit) as number) > 1 && pureUnits(unit) && !pureLikes(like);
  };
  return units.reduce((sum, _, row) => sum + Number(isOpposite(row)), 0) / units.length;
}

/** Whether all rows of a hash have one target. */
function purity(hashes: Uint32Array, targets: ArrayLike<unknown>): (hash: number) => boolean {
  const first = new Map<number, unknown>();
  const mixed = new Set<number>();
  hashes.forEach((hash, row) => {
    if (!first.has(hash)) first.set(hash, targets[row]);
    else if (!Object.is(first.get(hash), targets[row])) mixed.add(hash);
  });
  return (hash) => !mixed.has(hash);
}
