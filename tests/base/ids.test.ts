import { expect, test } from 'vitest';
import { idSource } from '../../engine/base/ids.ts';
import { fixedClock } from '../support/fixed.ts';

test('an id is a prefix and a UUIDv7: 48 bits of time, version 7, variant 10', () => {
  const id = idSource(fixedClock(0x017f22e279b0), (bytes) => 'f'.repeat(bytes * 2))('run');
  expect(id).toBe('run_017f22e279b077ffbfffffffffffffff');
});

test('ids sort by the time they were made', () => {
  const clock = fixedClock();
  const newId = idSource(clock);
  const ids = Array.from({ length: 100 }, () => {
    clock.advance(1);
    return newId('job');
  });
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(100);
});

test('ids of one millisecond sort, too, also beyond what is counted and where the clock is set back', () => {
  const clock = fixedClock();
  const newId = idSource(clock);
  const ids = Array.from({ length: 10_000 }, (_, index) => {
    if (index === 9000) clock.advance(-5000);
    return newId('req');
  });
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(10_000);
});
