import { type Frame, selectRows } from '../base/frame.ts';
import type { Problem } from '../contract/values.ts';
import type { TrainingRequest } from './draw-rows.ts';
import { hashRows } from './row-hash.ts';

/** Share of the rows from which on they are told of. */
const many = 0.1;
const lookedAt = 100_000;

/**
 * Of rows that differ in the target alone, a random split without a key keeps those of one target together, on one side,
 * and leaves their opposites to the other: what learns rows by heart is then judged worse than it is, even worse than chance.
 * @param rows that take part, of which the first are looked at.
 */
export function oppositeRows(
  frame: Frame,
  rows: Int32Array,
  { target, split, keyColumns }: Pick<TrainingRequest, 'target' | 'split' | 'keyColumns'>,
): Problem[] {
  const isByContent = (split.kind === 'random' || split.kind === 'stratified') && keyColumns.length === 0;
  if (!isByContent) return [];
  const some = selectRows(frame, rows.subarray(0, lookedAt));
  const share = shareOfOpposites(
    hashRows({ ...some, columns: some.columns.filter(({ name }) => name !== target) }),
    hashRows(some),
  );
  if (share < many) return [];
  const message = `${Math.round(100 * share)} % of the rows have their like in all but "${target}". A random split puts all that are equal on one side, so that trees and forests, which learn such rows by heart, are judged too badly: split by every-nth, or give the dataset a key.`;
  return [{ code: 'train.opposite_rows', message }];
}

/** Of rows whose likes, by the first hash, are not all equal by the second. */
function shareOfOpposites(likes: Uint32Array, whole: Uint32Array): number {
  const first = new Map<number, number>();
  const mixed = new Set<number>();
  likes.forEach((like, row) => {
    const known = first.get(like);
    if (known === undefined) first.set(like, whole[row] as number);
    else if (known !== whole[row]) mixed.add(like);
  });
  return likes.reduce((count, like) => count + Number(mixed.has(like)), 0) / likes.length;
}
