import { expect, test } from 'vitest';
import type { LoggedRow } from '../../engine/contract/deploy-log.ts';
import { answerWords, clockWords, inputLines, logFilter, remarkWords } from '../../renderer/deploy/request-words.ts';

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

test('the time of day is to the millisecond', () => {
  expect(clockWords(row.receivedAt)).toBe('14:03:07.250');
});

test('empty fields ask for everything, times of fields are UTC', () => {
  const none = { text: ' ', version: 'all', flag: 'all', since: '', until: '' } as const;
  expect(logFilter(none)).toEqual({});
  expect(
    logFilter({ text: ' trip ', version: '3', flag: 'any', since: '2026-05-01T14:03', until: '2026-05-01T14:03:07' }),
  ).toEqual({
    text: 'trip',
    version: 3,
    flag: 'any',
    since: '2026-05-01T14:03:00.000Z',
    until: '2026-05-01T14:03:07.000Z',
  });
});
