import type { Frame } from '../base/frame.ts';
import type { RowIdentity, Split } from '../contract/train.ts';
import { copyHash, hashRows } from './row-hash.ts';

/** By what the rows of a dataset are told apart where a hash divides them. */
export interface RowsToldApart {
  /** Columns that name a row of the dataset; empty where its content does. */
  keyColumns: readonly string[];
  /** Instead of them; absent in recipes of before it was there, which took the target for a part of the content. */
  rowIdentity?: RowIdentity;
}

/** Of as many equally frequent contents or more, shares of rows come near what was asked for: within 0.04, one deviation. */
const fewestContents = 100;

/** Whether rows go by a hash of their own: into the holdout, or into folds. */
export function dividesByHash({ kind }: Split): boolean {
  return kind !== 'every-nth' && kind !== 'time' && kind !== 'group';
}

/**
 * What tells rows apart in a new training: the key of the dataset, else all that is known of them but the target. Were the
 * target part of it, rows that differ in nothing else would be divided by what is to be predicted.
 * @returns undefined for splits that divide by no hash of rows.
 */
export function rowIdentityOf(
  split: Split,
  columns: readonly { name: string }[],
  keyColumns: readonly string[],
  target: string,
): RowIdentity | undefined {
  if (!dividesByHash(split)) return undefined;
  const key = keyColumns.filter((name) => name !== target);
  if (key.length > 0) return { by: 'key', columns: key };
  return { by: 'content', columns: columns.map(({ name }) => name).filter((name) => name !== target) };
}

/**
 * A hash a row; rows with the same one are kept together. Copies of a content are told apart where there are too few
 * contents to divide: the first has the hash of its content, the k-th another one for each k.
 */
export function rowUnits(frame: Frame, told: RowsToldApart): Uint32Array {
  const columns = told.rowIdentity?.columns ?? told.keyColumns;
  const hashes = hashRows(columns.length === 0 ? frame : withColumns(frame, columns));
  return told.rowIdentity?.by === 'content' && areTooFew(hashes) ? tellCopiesApart(hashes) : hashes;
}

/** Whether copies are told apart because the rows have too few contents. */
export function hasFewContents(frame: Frame, { rowIdentity }: RowsToldApart): boolean {
  return rowIdentity?.by === 'content' && areTooFew(hashRows(withColumns(frame, rowIdentity.columns)));
}

function withColumns(frame: Frame, names: readonly string[]): Frame {
  return { rows: frame.rows, columns: frame.columns.filter(({ name }) => names.includes(name)) };
}

/** By the effective number of contents, rows² / Σ copies² (Kish 1965), against the rows as well: a few rows are no copies. */
function areTooFew(hashes: Uint32Array): boolean {
  const sorted = hashes.toSorted();
  let squares = 0;
  for (let begin = 0, end = 1; end <= sorted.length; end++) {
    if (end < sorted.length && sorted[end] === sorted[begin]) continue;
    squares += (end - begin) ** 2;
    begin = end;
  }
  const effective = hashes.length ** 2 / squares;
  return effective < Math.min(fewestContents, hashes.length / 2);
}

function tellCopiesApart(hashes: Uint32Array): Uint32Array {
  const seen = new Map<number, number>();
  return hashes.map((hash) => {
    const copy = seen.get(hash) ?? 0;
    seen.set(hash, copy + 1);
    return copy === 0 ? hash : copyHash(hash, copy);
  });
}
