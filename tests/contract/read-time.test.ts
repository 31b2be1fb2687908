import { expect, test } from 'vitest';
import { readTime } from '../../engine/contract/read-time.ts';

test.each([
  ['2024', '2024-01-01T00:00:00.000Z'],
  ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  [' 2024-01-31 12:30 ', '2024-01-31T12:30:00.000Z'],
  ['2024-01-31T12:30:05.123456Z', '2024-01-31T12:30:05.123Z'],
  ['2024-01-31T12:30+02:00', '2024-01-31T10:30:00.000Z'],
])('%j is a time, in UTC where it names no zone', (text, time) => {
  expect(readTime(text)).toBe(time);
});

test.each(['', '31.1.2024', 'Jan 2024', '2024-1-5', '2024-02-30', '2023-02-29', '2024-13-01', '2024-01-31 25:00', '0'])(
  '%j is none',
  (text) => {
    expect(readTime(text)).toBeUndefined();
  },
);
