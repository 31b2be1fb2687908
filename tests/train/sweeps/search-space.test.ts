import { expect, test } from 'vitest';
import { seededRandom } from '../../../engine/base/random.ts';
import { gridSize } from '../../../engine/contract/search-grid.ts';
import type { ParameterRange, SearchSpace } from '../../../engine/contract/train-sweeps.ts';
import {
  checkSpace,
  coordinateOf,
  gridOf,
  parametersAt,
  pointOf,
  randomPoint,
  valueAt,
} from '../../../engine/train/sweeps/search-space.ts';

const rate: ParameterRange = { kind: 'number', low: 0.001, high: 1, scale: 'log' };
const leaves: ParameterRange = { kind: 'integer', low: 2, high: 4 };
const loss: ParameterRange = { kind: 'choice', values: ['squared', 'absolute'] };
const space: SearchSpace = { rate, leaves, loss };

test('coordinates run over the range, on its scale', () => {
  expect([0, 1 / 3, 1].map((at) => valueAt(rate, at))).toEqual([0.001, expect.closeTo(0.01, 12), 1]);
  expect([0, 0.2, 0.4, 0.6, 0.9, 1].map((at) => valueAt(leaves, at))).toEqual([2, 2, 3, 3, 4, 4]);
  expect([0, 0.49, 0.5, 1].map((at) => valueAt(loss, at))).toEqual(['squared', 'squared', 'absolute', 'absolute']);
});

test('a value has a coordinate that leads back to it', () => {
  const random = seededRandom(1);
  for (let draw = 0; draw < 50; draw++) {
    const parameters = parametersAt(space, randomPoint(space, random));
    const again = parametersAt(space, pointOf(space, parameters));
    expect(again).toEqual({ ...parameters, rate: expect.closeTo(parameters.rate as number, 12) });
  }
  expect(coordinateOf(rate, 5)).toBe(1);
  expect(coordinateOf(rate, 0)).toBe(0);
  expect(coordinateOf({ kind: 'number', low: 1, high: 1 }, 1)).toBe(0.5);
});

test('every whole number of a range is as likely as the others', () => {
  const random = seededRandom(2);
  const counts = new Map<unknown, number>();
  for (let draw = 0; draw < 3000; draw++) {
    const value = valueAt(leaves, random());
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  for (const count of counts.values()) expect(count).toBeGreaterThan(900);
});

test('a grid takes every combination', () => {
  const grid = [...gridOf(space, 4)];
  expect(grid).toHaveLength(4 * 3 * 2);
  expect(new Set(grid.map((point) => JSON.stringify(point))).size).toBe(24);
  expect([...new Set(grid.map((point) => point.rate))]).toEqual([
    0.001,
    expect.closeTo(0.01, 12),
    expect.closeTo(0.1, 12),
    1,
  ]);
  expect([...gridOf({}, 5)]).toEqual([{}]);
});

test('the size of a grid is told without making it', () => {
  const narrow: SearchSpace = { ...space, trees: { kind: 'integer', low: 1, high: 6, scale: 'log' } };
  for (const points of [2, 4, 6]) expect(gridSize(narrow, points)).toBe([...gridOf(narrow, points)].length);
  expect(gridSize(Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`p${index}`, rate])), 100)).toBe(1e24);
});

test.each([
  ['a parameter that the learner does not have', { depth: leaves }, /"depth".*no parameter of trees/],
  ['a range that ends before it begins', { leaves: { ...leaves, high: 1 } }, /from 2 to 1/],
  ['a logarithmic scale from 0 on', { rate: { ...rate, low: 0 } }, /logarithmic/],
] as const)('%s is refused', (_, wrong, message) => {
  expect(() => checkSpace('trees', wrong as SearchSpace, ['rate', 'leaves'])).toThrow(message);
});
