import { expect, test, vi } from 'vitest';
import type { LoggedRow } from '../../engine/contract/deploy-log.ts';
import {
  answerWords,
  clockWords,
  dayWords,
  emptySearch,
  inputLines,
  logFilter,
  remarkWords,
  timeProblems,
  zoneWords,
} from '../../renderer/deploy/request-words.ts';

const row: LoggedRow = {
  rowId: 'trip-7',
  requestId: 'req_1',
  eventTime: '2026-05-01T10:00:00.000Z',
  receivedAt: '2026-05-01T14:03:07.250Z',
  version: 3,
  shadow: false,
  inputs: { line: 'green', rain: 90, name: null, street: 'p_83a1', note: null },
  outputs: { prediction: 1234.5 },
  latency: 1.25,
  flags: [
    { field: 'line', flag: 'unseen_category' },
    { field: 'rain', flag: 'out_of_range' },
    { field: 'name', flag: 'masked' },
    { field: 'street', flag: 'masked' },
  ],
};

test('an answer is a number, or a class with its probability', () => {
  expect(answerWords(row.outputs)).toBe('1,235');
  expect(answerWords({ prediction: null })).toBe('–');
  expect(answerWords({ label: 'spam', probabilities: { ham: 0.25, spam: 0.75 } })).toBe('spam 75 %');
  expect(answerWords({ label: 'spam', probabilities: { spam: null } })).toBe('spam');
});

test('remarks name the field; what is masked is no remark', () => {
  expect(remarkWords(row)).toBe('line: unseen value, rain: out of range');
});

test('masked inputs are shown as masked or as pseudonyms, missing ones as missing', () => {
  expect(inputLines(row)).toEqual([
    { name: 'line', value: 'green', mark: 'unseen value' },
    { name: 'rain', value: '90', mark: 'out of range' },
    { name: 'name', value: 'masked', mark: null },
    { name: 'street', value: 'p_83a1', mark: 'pseudonym' },
    { name: 'note', value: '–', mark: null },
  ]);
});

test('times are those of the reader, to the millisecond', () => {
  vi.stubEnv('TZ', 'America/New_York');
  expect(clockWords(row.receivedAt)).toBe('10:03:07.250');
  expect(dayWords('2026-01-01T03:00:00.000Z')).toBe('2025-12-31');
  expect(zoneWords()).toBe('America/New York');
  expect(logFilter({ ...emptySearch, since: '2026-01-01T00:30', until: '2026-05-01T00:30:07' })).toEqual({
    since: '2026-01-01T05:30:00.000Z',
    until: '2026-05-01T04:30:07.000Z',
  });
  vi.unstubAllEnvs();
});

test('empty fields ask for everything', () => {
  expect(logFilter({ ...emptySearch, text: ' ' })).toEqual({});
  expect(logFilter({ ...emptySearch, text: ' trip ', version: '3', flag: 'any' })).toEqual({
    text: 'trip',
    version: 3,
    flag: 'any',
  });
});

test('a time that no row can have is told at its field', () => {
  const problems = (since: string, until: string, unread: 'since' | 'until' | null = null) =>
    Object.keys(timeProblems({ since, until }, { since: unread === 'since', until: unread === 'until' }));
  expect(problems('', '')).toEqual([]);
  expect(problems('2026-05-01T00:00', '2026-05-01T00:01')).toEqual([]);
  expect(problems('12026-05-01T00:00', '')).toEqual(['since']);
  expect(problems('', '275760-09-13T00:00')).toEqual(['until']);
  expect(problems('2026-05-01T00:00', '12026-05-01T00:00')).toEqual(['until']);
  expect(problems('2026-05-01T00:00', '2026-05-01T00:00')).toEqual(['until']);
  expect(problems('', '2026-05-01T00:00', 'since')).toEqual(['since']);
});
