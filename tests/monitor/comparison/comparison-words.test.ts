import { expect, test } from 'vitest';
import type { WindowComparison } from '../../../engine/contract/monitor-compare.ts';
import { comparisonWords, sliceWords } from '../../../engine/monitor/comparison/comparison-words.ts';

const side = (value: number | null, low = value, high = value): WindowComparison['current'] => ({
  label: 'x',
  rows: 400,
  labelled: value === null ? 7 : 400,
  metric: value === null ? null : { value, low, high },
});

const slice = (lost: number | null): WindowComparison['slices'][number] => ({
  column: 'age',
  slice: 'from 60',
  rows: 90,
  labelled: 90,
  value: { value: 0.55, low: 0.5, high: 0.6 },
  reference: 0.81,
  lost,
});

const column = (name: string, drifted: boolean) => ({ name, drifted }) as WindowComparison['columns'][number];

const f1 = { name: 'f1', lowerIsBetter: false };
const say = (given: Partial<Parameters<typeof comparisonWords>[0]>) =>
  comparisonWords({ metric: f1, reference: side(0.8), current: side(0.7), columns: [], slices: [], ...given });

test('a loss is told with the slice that most of it is in', () => {
  expect(say({ slices: [slice(0.08)] })).toBe(
    'Most of the loss is in rows with age from 60: their F1 went from 0.81 to 0.55. F1 fell from 0.8 to 0.7 in all.',
  );
  expect(say({ slices: [slice(0.03)] })).toBe(
    'F1 fell from 0.8 to 0.7. The largest part of it, 0.03, is in rows with age from 60: their F1 went from 0.81 to 0.55.',
  );
  expect(say({ slices: [slice(null)] })).toBe('F1 fell from 0.8 to 0.7, in no slice more than in the others.');
});

test('chance, a gain, and too few labels are told as such', () => {
  expect(say({ current: side(0.79, 0.75, 0.83) })).toContain('no more than chance gives on 400 labelled rows');
  expect(say({ current: side(0.9) })).toBe('F1 did not become worse: 0.8 then, 0.9 now.');
  const loss = { name: 'log_loss', lowerIsBetter: true };
  expect(say({ metric: loss, current: side(0.9) })).toContain('Log loss rose from 0.8 to 0.9');
  const few = { current: side(null), columns: [column('a', true), column('b', false)] };
  expect(say(few)).toBe('Too few labels to compare the F1 (7 labels of 400 rows now); a moved.');
  expect(say({ ...few, columns: [] })).toContain('no column moved');
  const many = ['a', 'b', 'c', 'd', 'e'].map((name) => column(name, true));
  expect(say({ ...few, columns: many })).toContain('a, b and c and 2 other columns moved');
});

test('slices are named as one would say them', () => {
  expect(sliceWords({ column: 'age', slice: '10 to 20' })).toBe('age 10 to 20');
  expect(sliceWords({ column: 'age', slice: 'below 10' })).toBe('age below 10');
  expect(sliceWords({ column: 'city', slice: 'Oslo' })).toBe('city = Oslo');
  expect(sliceWords({ column: 'city', slice: 'missing' })).toBe('city missing');
  expect(sliceWords({ column: 'city', slice: 'other' })).toBe('other values of city');
});

test('rows that are gone are told, and no slice is said to have lost most', () => {
  const removed = { rows: 300, since: '2024-01-01T00:00:00.000Z', until: '2024-02-01T00:00:00.000Z' };
  const current = { ...side(0.7), removed };
  expect(say({ current, slices: [slice(0.08)] })).toBe(
    'F1 fell from 0.8 to 0.7. Slices and labels are compared without the rows that are gone: 300 rows of 2024-01-01 to 2024-01-31 are no longer in the log.',
  );
  const hour = { rows: 1, since: '2024-01-01T09:00:00.000Z', until: '2024-01-01T10:00:00.000Z' };
  expect(say({ reference: { ...side(0.8), removed: hour }, current })).toContain(
    '1 row of 2024-01-01 09:00 to 2024-01-01 10:00 is no longer in the log and 300 rows',
  );
});
