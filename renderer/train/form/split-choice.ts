import type { Split } from '../../../engine/contract/train.ts';

export type SplitKind = Split['kind'];

/** A column that a split may go by. */
export interface SplitColumn {
  name: string;
  type: string;
  distinct: number;
}

export const splitKinds: { value: SplitKind; label: string }[] = [
  { value: 'random', label: 'At random' },
  { value: 'stratified', label: 'At random, each class alike' },
  { value: 'time', label: 'The newest' },
  { value: 'group', label: 'Whole groups' },
  { value: 'column', label: 'As a column says' },
  { value: 'dataset', label: 'On another dataset' },
  { value: 'every-nth', label: 'Every nth' },
];

/** What the form says of the split. */
export interface SplitWish {
  kind: SplitKind | undefined;
  by: string | undefined;
  values: readonly string[];
  every: number;
  /** Reference of the dataset whose rows judge. */
  other: string | undefined;
  /** In percent. */
  holdout: number;
  seed: number;
  /** Stratified goes by it where no other column is chosen. */
  target: string | undefined;
}

const mostClasses = 100;

/** The columns that a kind of split can go by, most likely first; none for kinds that need no column. */
export function columnsOfSplit(kind: SplitKind, columns: readonly SplitColumn[]): SplitColumn[] {
  const isTime = (column: SplitColumn) => column.type === 'date' || column.type === 'timestamp';
  if (kind === 'time') return [...columns].sort((a, b) => Number(isTime(b)) - Number(isTime(a)));
  if (kind === 'group' || kind === 'column') return columns.filter((column) => column.distinct > 1);
  return kind === 'stratified' ? columns.filter((column) => column.distinct > 1 && column.distinct <= mostClasses) : [];
}

export function hasHoldout(kind: SplitKind): boolean {
  return kind !== 'every-nth' && kind !== 'column' && kind !== 'dataset';
}

/** The split that the form means; undefined where a column is still to be chosen, or nothing is known yet. */
export function splitOf(wish: SplitWish, suggested: Split | undefined): Split | undefined {
  const kind = wish.kind ?? suggested?.kind;
  if (kind === undefined) return undefined;
  const holdout = wish.holdout / 100;
  const by = wish.by ?? (suggested && 'by' in suggested && suggested.kind === kind ? suggested.by : undefined);
  switch (kind) {
    case 'every-nth':
      return { kind, every: wish.every };
    case 'time':
      return by === undefined ? undefined : { kind, by, holdout };
    case 'group':
      return by === undefined ? undefined : { kind, by, holdout, seed: wish.seed };
    case 'stratified': {
      const spread = by ?? wish.target;
      return spread === undefined ? undefined : { kind, by: spread, holdout, seed: wish.seed };
    }
    case 'column':
      return by === undefined || wish.values.length === 0 ? undefined : { kind, by, values: [...wish.values] };
    case 'dataset':
      return wish.other === undefined ? undefined : { kind, reference: wish.other };
    case 'random':
      return { kind, holdout, seed: wish.seed };
  }
}

/** One line under the choice. */
export function splitHint(kind: SplitKind, by: string | undefined, holdout: number, every: number): string {
  switch (kind) {
    case 'every-nth':
      return `rows 0, ${every}, ${2 * every}, … are held out`;
    case 'time':
      return `the last ${holdout} % by ${by ?? 'a column'}, as the future will be`;
    case 'group':
      return `${holdout} % of the groups of ${by ?? 'a column'}, each whole`;
    case 'stratified':
      return `${holdout} % drawn, the same share of each value of ${by ?? 'the target'}`;
    case 'column':
      return `rows with certain values of ${by ?? 'a column'} are held out`;
    case 'dataset':
      return 'all rows here train, those of the other judge';
    case 'random':
      return `${holdout} % drawn by a hash: the same rows each time`;
  }
}
