import { count, listed } from '../../base/words.ts';
import type { GitChange } from '../../contract/project-git.ts';
import type { DatasetPointer } from '../../data/index.ts';
import type { ModelPointer, ModelVersionPointer } from '../../package/index.ts';
import { type Pointer, pointerOf } from './pointer-files.ts';
import { subjectOf, type TrackedPath } from './tracked-paths.ts';

/**
 * What became of a file, in words.
 * @param isBrief only that it changed
 */
export function describeChange(
  tracked: TrackedPath,
  before: string | undefined,
  after: string | undefined,
  isBrief = false,
): GitChange {
  const kind = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
  const said = isBrief ? kind : words(tracked, before, after);
  return { path: tracked.path, kind, subject: subjectOf(tracked), words: said };
}

function words(tracked: TrackedPath, before: string | undefined, after: string | undefined): string {
  const [old, now] = [pointerOf(tracked, before), pointerOf(tracked, after)];
  const said = now ? ofPointer(old, now) : undefined;
  if (said !== undefined && said !== '') return said;
  if (after === undefined) return 'removed';
  return lineWords(before, after);
}

function ofPointer(before: Pointer | undefined, { kind, value }: Pointer): string {
  switch (kind) {
    case 'dataset':
      return ofDataset(before?.kind === kind ? before.value : undefined, value);
    case 'model':
      return ofModel(before?.kind === kind ? before.value : undefined, value);
    case 'version':
      return ofVersion(before?.kind === kind ? before.value : undefined, value);
    case 'remote':
      return `leads to ${value.address}`;
  }
}

function ofDataset(before: DatasetPointer | undefined, now: DatasetPointer): string {
  const old = new Map(before?.versions.map((version) => [version.id, version]));
  const came = now.versions.filter(({ id }) => !old.has(id));
  const ids = new Set(now.versions.map(({ id }) => id));
  const gone = [...old.values()].filter(({ id }) => !ids.has(id));
  const parts = [
    ...came.slice(-3).map(({ number, rows }) => `version ${number}: ${rows.toLocaleString('en-US')} rows`),
    ...(came.length > 3 ? [`${came.length - 3} versions before`] : []),
    ...(gone.length > 0 ? [`without version ${listed(gone.map(({ number }) => String(number)))}`] : []),
    ...(before && before.id !== now.id ? ['another dataset of that name'] : []),
    ...(before && differs(before.marks, now.marks) ? ['marks of columns'] : []),
    ...(before && differs([before.key_columns, before.time_column], [now.key_columns, now.time_column])
      ? ['key or time column']
      : []),
  ];
  return parts.join(', ');
}

function ofModel(before: ModelPointer | undefined, now: ModelPointer): string {
  const old = before?.aliases ?? {};
  const names = [...new Set([...Object.keys(old), ...Object.keys(now.aliases)])].sort();
  const moves = names.flatMap((alias) => {
    const [from, to] = [old[alias], now.aliases[alias]];
    if (from === to) return [];
    if (from === undefined) return [`${alias}: version ${to}`];
    return [to === undefined ? `no ${alias} any more` : `${alias}: version ${from} → ${to}`];
  });
  const said = [
    ...moves,
    ...(before && before.description !== now.description ? ['description'] : []),
    ...(before && differs(before.tags, now.tags) ? ['tags'] : []),
  ];
  return said.length === 0 && !before ? `predicts ${now.target}` : said.join(', ');
}

function ofVersion(before: ModelVersionPointer | undefined, now: ModelVersionPointer): string {
  if (!before) return `${now.learner} on ${now.dataset.name}@${now.dataset.version}`;
  const said = [
    ...(differs(before.card, now.card) ? ['card'] : []),
    ...(before.description !== now.description ? ['description'] : []),
    ...(differs(before.tags, now.tags) ? ['tags'] : []),
  ];
  return said.join(', ');
}

function differs(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) !== JSON.stringify(other);
}

function lineWords(before: string | undefined, after: string): string {
  const now = after.split('\n').filter((line) => line.trim() !== '');
  if (before === undefined) return count(now.length, 'line');
  const counts = new Map<string, number>();
  for (const line of before.split('\n').filter((one) => one.trim() !== ''))
    counts.set(line, (counts.get(line) ?? 0) + 1);
  let added = 0;
  for (const line of now) {
    const left = counts.get(line) ?? 0;
    if (left > 0) counts.set(line, left - 1);
    else added++;
  }
  const removed = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const parts = [
    ...(added > 0 ? [`${count(added, 'line')} added`] : []),
    ...(removed > 0 ? [`${count(removed, 'line')} removed`] : []),
  ];
  return parts.length === 0 ? 'order or spaces' : parts.join(', ');
}
