import { expect, test } from 'vitest';
import { endOfQuiet, quietPeriods } from '../../../engine/retrain/triggers/quiet-period.ts';

const end = (now: string, from: string, to: string) => {
  const found = endOfQuiet(Date.parse(now), { from, to, timezone: 'Europe/Berlin' });
  return found === null ? null : new Date(found).toISOString();
};

test.each([
  ['within a day', '2026-06-01T10:00:30Z', '11:00', '13:30', '2026-06-01T11:30:00.000Z'],
  ['past midnight', '2026-06-01T21:00:00Z', '22:00', '06:00', '2026-06-02T04:00:00.000Z'],
  ['its first moment', '2026-06-01T20:00:00Z', '22:00', '06:00', '2026-06-02T04:00:00.000Z'],
  ['its end is none of it', '2026-06-02T04:00:00Z', '22:00', '06:00', null],
  ['over the night that is an hour shorter', '2026-03-28T22:00:00Z', '22:00', '06:00', '2026-03-29T04:00:00.000Z'],
  ['over the night that is an hour longer', '2026-10-24T21:00:00Z', '22:00', '06:00', '2026-10-25T05:00:00.000Z'],
  [
    'an end that clocks leave out comes as they go on',
    '2026-03-29T00:30:00Z',
    '01:00',
    '02:30',
    '2026-03-29T01:00:00.000Z',
  ],
  [
    'an end that clocks show twice, before the first',
    '2026-10-25T00:15:00Z',
    '01:00',
    '02:30',
    '2026-10-25T00:30:00.000Z',
  ],
  [
    'an end that clocks show twice, before the second',
    '2026-10-25T01:15:00Z',
    '01:00',
    '02:30',
    '2026-10-25T01:30:00.000Z',
  ],
])('a quiet period ends by the clocks of its zone: %s', (_, now, from, to, expected) => {
  expect(end(now, from, to)).toBe(expected);
});

test('the periods of some days are those that clocks show, one that lasts already among them', () => {
  const quiet = { from: '02:15', to: '02:45', timezone: 'Europe/Berlin' };
  const spans = quietPeriods(quiet, Date.parse('2026-03-28T01:30:00Z'), Date.parse('2026-03-31T00:00:00Z'), 10);
  expect(spans.map(({ from, to }) => [new Date(from).toISOString(), new Date(to).toISOString()])).toEqual([
    ['2026-03-28T01:30:00.000Z', '2026-03-28T01:45:00.000Z'],
    ['2026-03-30T00:15:00.000Z', '2026-03-30T00:45:00.000Z'],
  ]);
});
