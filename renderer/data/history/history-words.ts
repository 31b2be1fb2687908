import type { HistoryVersion } from '../../../engine/contract/data-history.ts';
import { formatCount, formatQuantity } from '../../ui/format.ts';

const kindWords: Record<string, string> = {
  add: 'added',
  append: 'appended',
  edit: 'edited by hand',
  upsert: 'merged by key',
  clean: 'cleaned',
  refresh: 'read again',
  watch: 'file changed',
  pull: 'pulled',
};

const userWords: Record<string, string> = {
  run: 'run',
  model_version: 'model version',
  deployment: 'deployment',
  pipeline: 'pipeline',
  dataset_version: 'dataset version',
};

/** How a version came to be, in a word or three. */
export function originWords(version: HistoryVersion, all: readonly HistoryVersion[]): string {
  if (version.state === 'gone') return 'removed from the disk';
  const kind = kindWords[version.origin?.kind ?? ''] ?? '';
  const others = version.parents.flatMap((id) => {
    const parent = all.find((other) => other.id === id);
    return parent && parent.dataset !== version.dataset ? [`${parent.dataset} v${parent.version}`] : [];
  });
  return others.length === 0 ? kind : `${kind} from ${others.join(', ')}`;
}

/** A kind of user as a reader calls it. */
export function userKind(kind: string): string {
  return userWords[kind] ?? kind.replaceAll('_', ' ');
}

export interface ChangePart {
  text: string;
  tone: 'good' | 'bad' | 'changed' | 'plain';
  /** For who does not see signs and colours. */
  label: string;
}

/** `+365`, `−2`, `~14`: rows against the first parent; where nobody counted them the difference of the totals. */
export function changeParts({ changes, parents, rows, rowsAdded, state }: HistoryVersion): ChangePart[] {
  if (state === 'gone' || parents.length === 0) {
    return [{ text: formatQuantity(rows, 'row'), tone: 'plain', label: formatQuantity(rows, 'row') }];
  }
  if (changes === null) {
    const sign = rowsAdded < 0 ? '−' : '+';
    const text = rowsAdded === 0 ? 'same count' : `${sign}${formatCount(Math.abs(rowsAdded))} in all`;
    return [{ text, tone: 'plain', label: `${formatCount(rowsAdded)} rows in all, not compared` }];
  }
  const parts: ChangePart[] = [
    { text: `+${formatCount(changes.added)}`, tone: 'good', label: `${formatQuantity(changes.added, 'row')} added` },
    {
      text: `−${formatCount(changes.removed)}`,
      tone: 'bad',
      label: `${formatQuantity(changes.removed, 'row')} removed`,
    },
    {
      text: `~${formatCount(changes.changed)}`,
      tone: 'changed',
      label: `${formatQuantity(changes.changed, 'row')} changed`,
    },
  ];
  const counts = [changes.added, changes.removed, changes.changed];
  const shown = parts.filter((_, index) => counts[index] !== 0);
  return shown.length > 0 ? shown : [{ text: 'same rows', tone: 'plain', label: 'the same rows' }];
}

/** What a version consists of: `one file`, `a base + 2 parts + 3 removed and 5 inserted rows`. */
export function storageWords({ storage }: Pick<HistoryVersion, 'storage'>): string {
  if (!storage) return 'nothing any more';
  const { parts, removed, inserted } = storage;
  const changed = removed + inserted;
  if (parts === 1 && changed === 0) return 'one file';
  const more = [
    ...(parts > 1 ? [formatQuantity(parts - 1, 'part')] : []),
    ...(changed > 0 ? [`${formatCount(removed)} removed and ${formatCount(inserted)} inserted rows`] : []),
  ];
  return ['a base', ...more].join(' + ');
}
