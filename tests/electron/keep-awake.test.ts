import { expect, test } from 'vitest';
import { KeepAwake } from '../../electron/keep-awake.ts';

test('one block at a time, whatever the window says how often', () => {
  const calls: string[] = [];
  let next = 1;
  const keep = new KeepAwake({
    start: (type) => {
      calls.push(`start ${type}`);
      return next++;
    },
    stop: (id) => calls.push(`stop ${id}`),
  });
  for (const awake of [false, true, true, false, false, true]) keep.set(awake);
  expect(calls).toEqual(['start prevent-app-suspension', 'stop 1', 'start prevent-app-suspension']);
});
