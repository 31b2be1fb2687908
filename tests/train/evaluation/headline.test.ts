import { expect, test } from 'vitest';
import { percent } from '../../../engine/base/figures.ts';
import { headline } from '../../../engine/train/evaluation/headline.ts';
import type { Judged } from '../../../engine/train/evaluation/judged.ts';

const judged = {
  task: 'regression',
  classes: [],
  target: Float64Array.of(1, 2, 3),
} as unknown as Judged;

function detail(value: number, low: number, high: number): string {
  return headline('trees', judged, { metric: 'rmse', value: 2, baseline: 4, gain: { value, low, high } }).detail;
}

test('the interval of a gain is told without negative numbers', () => {
  expect(detail(0.5, 0.4, 0.6)).toMatch(/^95 % interval 40 to 60 % less error\. /);
  expect(detail(-0.1, -0.17, -0.05)).toMatch(/^95 % interval 5 to 17 % more error\. /);
  expect(detail(0.02, -0.03, 0.08)).toMatch(/^95 % interval 3 % more to 8 % less error\. /);
});

test('a share near 0 or 1 keeps a digit where it says something', () => {
  expect([0.004, 0.996, 0.99996, 0.00001, 1, 0.5].map(percent)).toEqual([
    '0.4 %',
    '99.6 %',
    '100 %',
    '0 %',
    '100 %',
    '50 %',
  ]);
});
