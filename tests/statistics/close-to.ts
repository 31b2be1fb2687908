import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

/** A number of a fixture: NaN and the infinities are written as texts, missing values as null. */
export type FixtureNumber = number | string | null;

/** A JSON file of tests/fixtures/statistics. */
export function readFixture<Content>(name: string): Content {
  return JSON.parse(readFileSync(new URL(`../fixtures/statistics/${name}`, import.meta.url), 'utf8')) as Content;
}

/** Equal within a relative tolerance; the absolute one is for values around zero. null equals null only. */
export function expectClose(
  actual: number | null | undefined,
  expected: FixtureNumber,
  what: string,
  { relative = 1e-12, absolute = 0 } = {},
): void {
  if (expected === null) {
    expect(actual, what).toBeNull();
    return;
  }
  const wanted = Number(expected);
  const difference = Math.abs((actual ?? Number.NaN) - wanted);
  const isClose = actual === wanted || difference <= Math.max(relative * Math.abs(wanted), absolute);
  expect(isClose, `${what}: got ${actual}, expected ${wanted}`).toBe(true);
}
