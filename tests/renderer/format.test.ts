import { describe, expect, test } from 'vitest';
import {
  formatAgo,
  formatBytes,
  formatCell,
  formatDay,
  formatDuration,
  formatExactTime,
  formatHash,
  formatNumber,
  formatPercent,
  formatQuantity,
  formatScore,
  formatSigned,
  formatTick,
  formatUntil,
} from '../../renderer/ui/format.ts';

describe('numbers', () => {
  test.each([
    [0, '0'],
    [14.3712, '14.37'],
    [0.97663, '0.977'],
    [-11.9, '−11.90'],
    [5457, '5,457'],
    [5457.4, '5,457'],
    [0.0000312, '3.12e−5'],
    [null, '–'],
    [Number.NaN, '–'],
    [Number.NEGATIVE_INFINITY, '−∞'],
  ])('%s is shown as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  test('what rounds to zero has no sign', () => {
    expect(formatScore(-0.0004, 2)).toBe('0.00');
    expect(formatScore(-0.0984)).toBe('−0.098');
  });

  test('differences carry their sign', () => {
    expect(formatSigned(0.456)).toBe('+0.456');
    expect(formatSigned(-2)).toBe('−2');
    expect(formatSigned(0)).toBe('0');
  });

  test('ticks are as short as they can be', () => {
    expect([0.5, 0, 1, 20_000, 1_500_000, -0.25].map(formatTick)).toEqual(['0.5', '0', '1', '20 k', '1.5 M', '−0.25']);
  });

  test('shares, sizes and counts have units', () => {
    expect(formatPercent(0.6437)).toBe('64 %');
    expect(formatPercent(0.0821)).toBe('8.2 %');
    expect(formatPercent(0)).toBe('0 %');
    expect(formatBytes(3900)).toBe('3.9 kB');
    expect(formatBytes(412_000)).toBe('412 kB');
    expect(formatQuantity(1, 'row')).toBe('1 row');
    expect(formatQuantity(1074, 'row')).toBe('1,074 rows');
  });

  test('a missing cell is a dash, text stays as it is', () => {
    expect(formatCell(null)).toBe('–');
    expect(formatCell('a-b')).toBe('a-b');
    expect(formatCell(-1234)).toBe('−1234');
  });
});

describe('times', () => {
  const now = Date.parse('2026-03-04T12:00:00Z');
  test.each([
    ['2026-03-04T11:59:50Z', 'now'],
    ['2026-03-04T11:51:00Z', '9 min'],
    ['2026-03-04T10:01:00Z', '2 h'],
    ['2026-02-28T12:00:00Z', '4 d'],
    ['2004-03-01T00:00:00Z', 'Mar 2004'],
    ['2026-03-04T12:00:09Z', 'now'],
  ])('%s was %s ago', (time, text) => {
    expect(formatAgo(time, now)).toBe(text);
  });

  test('an exact time says its zone', () => {
    expect(formatExactTime('2026-03-04T12:00:00Z')).toMatch(/ (UTC|GMT|[A-Z]{3,5})([+-]\d+(:\d+)?)?$/);
  });

  test('days and durations', () => {
    expect(formatDay('2015-02-04T23:30:00Z')).toBe('4 Feb 2015');
    expect([0.21, 41, 100, 15_120, 200_000].map(formatDuration)).toEqual([
      '0.2 s',
      '41 s',
      '1 min 40 s',
      '4 h 12 min',
      '2 d 7 h',
    ]);
  });
});

test('hashes keep enough to be recognised', () => {
  expect(formatHash(`sha256:7f3a${'0'.repeat(56)}c91e`)).toBe('sha256:7f3a…c91e');
  expect(formatHash('0cc175b9c0f1b6a831c399e269772661')).toBe('0cc1…2661');
});

test('how long until then is said in one short word, from a month on by the month', () => {
  const now = Date.UTC(2026, 10, 30, 12);
  const at = (hours: number) => formatUntil(new Date(now + hours * 3_600_000).toISOString(), now);
  expect([0, 0.1, 5, 72, 24 * 45].map(at)).toEqual(['now', 'in 6 min', 'in 5 h', 'in 3 d', 'in Jan 2027']);
});
