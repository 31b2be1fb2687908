import fc from 'fast-check';
import { expect, test } from 'vitest';
import { breaks, brokenRun, recovered, replay } from '../../../engine/monitor/alerts/rule-state.ts';

const above = { comparison: 'above', bound: 0.5, forWindows: 2, hysteresis: 0.1 } as const;
const letters = (values: (number | null)[], rule: Parameters<typeof replay>[1]) =>
  replay(values, rule)
    .map(({ broken, fired, standing }) => (fired ? 'F' : standing ? 's' : broken ? 'b' : '.'))
    .join('');

test('a value on the bound is on the right side of it', () => {
  expect([0.5, 0.51].map((value) => breaks(value, above))).toEqual([false, true]);
  expect([0.5, 0.49].map((value) => breaks(value, { ...above, comparison: 'below' }))).toEqual([false, true]);
});

test('it fires after so many windows in a row, and stands until the value is back by the hysteresis', () => {
  expect(letters([0.6, 0.6, 0.6, 0.45, 0.4, 0.6], above)).toBe('bFss.b');
  expect(letters([0.6, 0.4, 0.6, 0.6], above)).toBe('b.bF');
  expect(letters([0.6, 0.6, 0.45, 0.6, 0.6], above)).toBe('bFsss');
});

test('a window without a value changes nothing', () => {
  expect(letters([0.6, null, 0.6, null, 0.3, null], above)).toBe('b.Fs..');
});

test('below is the mirror of above', () => {
  const below = { ...above, comparison: 'below', bound: -0.5 } as const;
  fc.assert(
    fc.property(fc.array(fc.option(fc.double({ min: -2, max: 2, noNaN: true }))), (values) => {
      const mirrored = values.map((value) => (value === null ? null : -value));
      expect(letters(mirrored, below)).toBe(letters(values, above));
    }),
  );
});

test('between two alerts there is a window whose value has recovered', () => {
  fc.assert(
    fc.property(
      fc.array(fc.option(fc.double({ min: 0, max: 1, noNaN: true })), { maxLength: 60 }),
      fc.integer({ min: 1, max: 4 }),
      fc.double({ min: 0, max: 0.3, noNaN: true }),
      (values, forWindows, hysteresis) => {
        const rule = { ...above, forWindows, hysteresis };
        const states = replay(values, rule);
        const fired = states.flatMap((state, index) => (state.fired ? [index] : []));
        for (const [place, index] of fired.entries()) {
          const since = fired[place - 1];
          const known = values.slice(0, index + 1).filter((value) => value !== null);
          expect(known.slice(-forWindows).every((value) => breaks(value, rule))).toBe(true);
          if (since === undefined) continue;
          const between = values.slice(since + 1, index);
          expect(between.some((value) => value !== null && recovered(value, rule))).toBe(true);
        }
      },
    ),
  );
});

test('the newest broken windows in a row are found over gaps', () => {
  expect(brokenRun([0.9, 0.1, 0.6, null, 0.7, null], above)).toEqual({ first: 2, last: 4, windows: 2 });
  expect(brokenRun([0.9, 0.1, null], above)).toBeNull();
  expect(brokenRun([null], above)).toBeNull();
});
