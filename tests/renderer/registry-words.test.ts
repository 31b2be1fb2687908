import { expect, test } from 'vitest';
import type { AliasMove, ModelSummary, ModelVersion } from '../../engine/contract/package.ts';
import { chooseVersion } from '../../renderer/package/package-words.ts';
import {
  aliasStates,
  changeDetail,
  listedVersions,
  moveInWords,
  readTag,
  tagTexts,
} from '../../renderer/package/registry/registry-words.ts';

const version = (number: number, archivedAt: string | null = null) =>
  ({ id: `mv_${number}`, version: number, archivedAt }) as ModelVersion;
const move = (alias: string, to: number | null) =>
  ({ alias, from: null, to, at: '', by: 'ada', reason: '' }) as AliasMove;
const model = {
  versions: [version(1), version(2), version(3, '2026-01-01T00:00:00.000Z')],
  aliases: { candidate: 2 },
  rollbacks: { candidate: 1, trial: 3 },
  history: [move('trial', null), move('candidate', 2), move('trial', 3)],
} as unknown as ModelSummary;

test('a tag is a word or a key with a value', () => {
  expect(readTag(' stage = live=now ')).toEqual({ key: 'stage', value: 'live=now' });
  expect(readTag('reviewed')).toEqual({ key: 'reviewed', value: '' });
  expect(tagTexts({ reviewed: '', stage: 'live' })).toEqual(['reviewed', 'stage=live']);
});

test('lists leave archived versions out, but not the one looked at nor one that was found', () => {
  const numbers = (options: Parameters<typeof listedVersions>[1]) =>
    listedVersions(model, options).map((one) => one.version);
  expect(numbers({ archived: false })).toEqual([1, 2]);
  expect(numbers({ archived: false, selected: 3 })).toEqual([1, 2, 3]);
  expect(numbers({ archived: true })).toEqual([1, 2, 3]);
  expect(numbers({ archived: false, found: new Set(['mv_3']) })).toEqual([3]);
  expect(chooseVersion(model, undefined)?.version).toBe(2);
});

test('aliases are listed with where a rollback leads, also those that were removed', () => {
  expect(aliasStates(model)).toEqual([
    { alias: 'candidate', version: 2, rollback: 1, last: model.history[1] },
    { alias: 'trial', version: null, rollback: 3, last: model.history[0] },
  ]);
});

test('what a move does is said in sentences', () => {
  expect(moveInWords('champion', { from: 3, to: 2, followers: [], breaking: [] })).toEqual([
    'champion goes from version 3 to version 2.',
    'Nothing follows it.',
  ]);
  const followers = ['the deployment live follows it'];
  expect(moveInWords('trial', { from: null, to: 2, followers, breaking: [] })[0]).toBe(
    'trial points at version 2 again.',
  );
  expect(moveInWords('trial', { from: 1, to: 2, followers, breaking: ['it needs the new column x'] })).toEqual([
    'trial goes from version 1 to version 2.',
    'In the same moment changes what follows it: the deployment live follows it. No request fails for it.',
    'Callers of version 1 may be refused: it needs the new column x.',
  ]);
});

test('a change is shown with what was before and after', () => {
  const change = { version: 1, kind: 'describe' as const, at: '', by: 'ada' };
  expect(changeDetail({ ...change, before: '', after: 'one\ntwo' })).toBe('one');
  expect(changeDetail({ ...change, before: 'one', after: '' })).toBe('one → nothing');
  expect(changeDetail({ ...change, before: 'a=1', after: 'a=2' })).toBe('a=1 → a=2');
  expect(changeDetail({ ...change, before: null, after: null })).toBe('');
});
