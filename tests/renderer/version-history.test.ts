import { expect, test } from 'vitest';
import type { HistoryVersion } from '../../engine/contract/data-history.ts';
import { shownColumns, shownRows } from '../../renderer/data/comparison/different-rows.ts';
import { laneWidth, layoutGraph, rowHeight } from '../../renderer/data/history/graph-layout.ts';
import { changeParts, originWords, storageWords } from '../../renderer/data/history/history-words.ts';

function version(id: string, dataset: string, parents: string[], more: Partial<HistoryVersion> = {}): HistoryVersion {
  return {
    id,
    dataset,
    version: Number(id.replace(/\D/g, '')),
    identity: 'sha256:0',
    rows: 10,
    state: 'kept',
    origin: { kind: 'add', detail: {} },
    parents,
    changes: null,
    rowsAdded: 0,
    bytes: 1,
    storage: null,
    ownBytes: 1,
    tags: [],
    note: '',
    usedBy: [],
    createdAt: null,
    ...more,
  };
}

test('versions of a dataset stand on one lane, those of others beside it', () => {
  const versions = [version('a3', 'a', ['a2']), version('b1', 'b', ['a2']), version('a2', 'a', ['gone'])];
  const { points, edges, width } = layoutGraph(versions, 'a');
  const [first, second] = [laneWidth / 2, laneWidth * 1.5];
  expect(points.map(({ x }) => x)).toEqual([first, second, first]);
  expect(points.map(({ y }) => y)).toEqual([0.5, 1.5, 2.5].map((row) => row * rowHeight));
  expect(width).toBe(2 * laneWidth);
  expect(edges.map(({ isOwn, path }) => [isOwn, path.startsWith(`M${isOwn ? first : second} `)])).toEqual([
    [true, true],
    [false, true],
  ]);
});

test('a version says in words how it came to be and what it changed', () => {
  const parent = version('a2', 'a', []);
  const clean = version('b1', 'b', ['a2'], { origin: { kind: 'clean', detail: {} } });
  expect(originWords(clean, [clean, parent])).toBe('cleaned from a v2');
  const texts = (changes: HistoryVersion['changes'], rowsAdded = 0) =>
    changeParts({ ...clean, changes, rowsAdded }).map(({ text }) => text);
  expect(texts({ added: 1200, removed: 0, changed: 3 })).toEqual(['+1,200', '~3']);
  expect(texts({ added: 0, removed: 0, changed: 0 })).toEqual(['same rows']);
  expect(texts(null, -5)).toEqual(['−5 in all']);
  expect(changeParts(parent).map(({ text }) => text)).toEqual(['10 rows']);
});

test('changed rows show their key and the columns that changed, most first, with both cells', () => {
  const columns = [
    { name: 'x', type: 'float64' },
    { name: 'id', type: 'int64' },
    { name: 'same', type: 'text' },
    { name: 'y', type: 'text' },
  ] as const;
  const wish = { change: 'changed', changedColumns: { x: 1, y: 5 }, keyColumns: ['id'], allColumns: false } as const;
  const shown = shownColumns([...columns], wish);
  expect(shown.map(({ name }) => name)).toEqual(['id', 'y', 'x']);
  expect(shownColumns([...columns], { ...wish, allColumns: true }).map(({ name }) => name)).toEqual([
    'id',
    'y',
    'x',
    'same',
  ]);
  const [row] = shownRows(
    [{ fromRow: 2, toRow: 3, before: [1, 7, 's', null], after: [1, 7, 's', ''], changed: [3] }],
    shown,
  );
  expect(row?.place).toBe('2 → 3');
  expect(row?.cells.map(({ text, before }) => [text, before])).toEqual([
    ['7', undefined],
    ['empty text', 'missing'],
    ['1', undefined],
  ]);
});

test('a version says what it consists of', () => {
  const words = (parts: number, removed: number, inserted: number) =>
    storageWords({ storage: { parts, removed, inserted } });
  expect(words(1, 0, 0)).toBe('one file');
  expect(words(3, 0, 0)).toBe('a base + 2 parts');
  expect(words(2, 500, 1000)).toBe('a base + 1 part + 500 removed and 1,000 inserted rows');
  expect(storageWords({ storage: null })).toBe('nothing any more');
});
