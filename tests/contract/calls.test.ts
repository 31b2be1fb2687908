import { expect, test } from 'vitest';
import { calls, callsByName } from '../../engine/contract/index.ts';

test('a call is named after its area and its key', () => {
  for (const [area, areaCalls] of Object.entries(calls)) {
    for (const [key, call] of Object.entries(areaCalls)) expect(call.name).toBe(`${area}.${key}`);
  }
});

test('names are unique and every call says what it does', () => {
  const count = Object.values(calls).reduce((sum, area) => sum + Object.keys(area).length, 0);
  expect(callsByName.size).toBe(count);
  for (const call of callsByName.values()) expect(call.summary, call.name).toMatch(/^[A-Z].*\.$/);
});

test('no list is asked for more entries than a database counts', () => {
  const limits = [...callsByName.values()].flatMap(({ name, input }) => {
    const { limit } = (input as { properties?: Record<string, { maximum?: number }> }).properties ?? {};
    return limit === undefined || limit.maximum !== undefined ? [] : [name];
  });
  expect(limits).toEqual([]);
});
