import { expect, test } from 'vitest';
import type { Frame } from '../../../engine/base/frame.ts';
import {
  compareAnswers,
  disagreementByColumn,
  largestDifferences,
  summarize,
} from '../../../engine/package/comparison/disagreement.ts';

const binary = (values: number[], threshold?: number) => ({
  classes: ['no', 'yes'],
  threshold,
  values: Float64Array.from(values.flatMap((value) => [1 - value, value])),
});

test('two classes are compared by the probability of the second, labels each by its own threshold', () => {
  const answers = compareAnswers('binary', 'sold', binary([0.4, 0.6, 0.9]), binary([0.4, 0.3, 0.8], 0.85));
  expect(answers.answer).toBe('probability of yes');
  expect(answers.labels).toEqual({ a: ['no', 'yes', 'yes'], b: ['no', 'no', 'no'] });
  expect(Array.from(answers.differences, (value) => Number(value.toFixed(6)))).toEqual([0, 0.3, 0.1]);
  const summary = summarize(answers);
  expect(summary.labelsDiffer).toBeCloseTo(2 / 3);
  expect(summary.meanDifference).toBeCloseTo(0.4 / 3);
  expect(summary.maxDifference).toBeCloseTo(0.3);
  expect(summary.points.map(([a, b]) => [a.toFixed(1), b.toFixed(1)])).toEqual([
    ['0.4', '0.4'],
    ['0.6', '0.3'],
    ['0.9', '0.8'],
  ]);
  expect(summary.histogram).toHaveLength(21);
  expect(summary.histogram[10]?.rows).toBe(1);
  expect(summary.histogram.reduce((sum, { rows }) => sum + rows, 0)).toBe(3);
  expect(largestDifferences(answers)).toEqual([1, 2]);
});

test('versions that know other classes are compared over all of them', () => {
  const a = { classes: ['x', 'y', 'z'], values: Float64Array.from([0.5, 0.3, 0.2, 0, 0.1, 0.9]) };
  const b = { classes: ['y', 'x'], values: Float64Array.from([0.5, 0.5, 1, 0]) };
  const answers = compareAnswers('multiclass', 'kind', a, b);
  expect(answers.answer).toBe('probability of the label that the first gives');
  expect(answers.labels).toEqual({ a: ['x', 'z'], b: ['x', 'y'] });
  expect(Array.from(answers.a)).toEqual([0.5, 0.9]);
  expect(Array.from(answers.b)).toEqual([0.5, 0]);
  expect(answers.differences[0]).toBeCloseTo(0.2);
  expect(answers.differences[1]).toBeCloseTo(0.9);
});

test('numbers are compared by their distance, and where nothing differs nothing is listed', () => {
  const numbers = (values: number[]) => ({ classes: [], values: Float64Array.from(values) });
  const answers = compareAnswers('regression', 'price', numbers([1, 2, 3]), numbers([1, 2, 7]));
  expect(answers).toMatchObject({ answer: 'price', labels: null });
  expect(summarize(answers)).toMatchObject({ labelsDiffer: null, maxDifference: 4 });
  expect(largestDifferences(answers)).toEqual([2]);
  const same = compareAnswers('regression', 'price', numbers([1, 2]), numbers([1, 2]));
  expect(summarize(same)).toMatchObject({ meanDifference: 0, maxDifference: 0 });
  expect(largestDifferences(same)).toEqual([]);
});

test('columns are named in whose values the answers are further apart than elsewhere', () => {
  const count = 60;
  const rows = Array.from({ length: count }, (_, row) => row);
  const frame: Frame = {
    rows: count + 1,
    columns: [
      { name: 'size', type: 'float64', kind: 'number', values: Float64Array.from([...rows, 999]) },
      { name: 'town', type: 'text', kind: 'text', values: [...rows.map((row) => (row % 3 ? 'here' : null)), 'x'] },
      { name: 'sunny', type: 'boolean', kind: 'number', values: Float64Array.from([...rows.map(() => 1), 0]) },
    ],
  };
  const a = { classes: [], values: new Float64Array(count) };
  const b = { classes: [], values: Float64Array.from(rows, (row) => (row < 12 ? 5 : 0)) };
  const found = disagreementByColumn(compareAnswers('regression', 'y', a, b), frame, Int32Array.from(rows), [
    'town',
    'size',
    'sunny',
    'not there',
  ]);
  expect(found.map(({ name }) => name)).toEqual(['size']);
  expect(found[0]?.values[0]).toEqual({ text: '0 to 11.8', rows: 12, meanDifference: 5, labelsDiffer: null });
  const missing = { classes: [], values: Float64Array.from(rows, (row) => (row % 3 ? 0 : 2)) };
  const [town] = disagreementByColumn(compareAnswers('regression', 'y', a, missing), frame, Int32Array.from(rows), [
    'town',
  ]);
  expect(town).toMatchObject({
    name: 'town',
    values: [{ text: 'missing', rows: 20, meanDifference: 2 }, { text: 'here' }],
  });
});
