import type { Split } from '../../engine/contract/train.ts';

/** The kinds that the form offers. */
export type SplitKind = Exclude<Split['kind'], 'stratified' | 'column' | 'dataset'>;

/** The kind to begin with: that of a split, where the form offers it. */
export function offeredKind(split: Split | undefined): SplitKind {
  const kinds: readonly SplitKind[] = ['random', 'every-nth', 'time', 'group'];
  return kinds.find((kind) => kind === split?.kind) ?? 'random';
}

const everyFifth = 5;

/** The split of a kind that the form offers; what the engine suggests where it is of that kind. */
export function splitOf(kind: SplitKind, suggested: Split, holdout: number, seed: number): Split {
  switch (kind) {
    case 'every-nth':
      return suggested.kind === 'every-nth' ? suggested : { kind: 'every-nth', every: everyFifth };
    case 'time':
      return suggested.kind === 'time' ? { ...suggested, holdout } : { kind: 'random', holdout, seed };
    case 'group':
      return suggested.kind === 'group' ? { ...suggested, holdout, seed } : { kind: 'random', holdout, seed };
    case 'random':
      return { kind: 'random', holdout, seed };
  }
}

/** One line under the choice. */
export function splitHint(kind: SplitKind, suggested: Split | undefined, holdoutPercent: number): string {
  switch (kind) {
    case 'every-nth':
      return 'every fifth row is held out';
    case 'time':
      return `the last ${holdoutPercent} % by ${suggested?.kind === 'time' ? suggested.by : 'time'}`;
    case 'group':
      return `${holdoutPercent} % of the groups of ${suggested?.kind === 'group' ? suggested.by : 'a column'}`;
    case 'random':
      return `${holdoutPercent} % drawn, the same rows each time`;
  }
}
