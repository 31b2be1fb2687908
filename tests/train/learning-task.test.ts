import { expect, test } from 'vitest';
import type { Split } from '../../engine/contract/train.ts';
import type { RowWeights } from '../../engine/contract/train-features.ts';
import { divide } from '../../engine/train/divide.ts';
import type { TrainingRequest } from '../../engine/train/draw-rows.ts';
import { learningTask } from '../../engine/train/fit.ts';
import type { Learner } from '../../engine/train/learners/learner.ts';
import { findLearner } from '../../engine/train/learners/learners.ts';
import { prepareTraining } from '../support/prepare-training.ts';
import { everyFifth, frameOf, numberColumn, textColumn, timeColumn } from '../support/train-sample.ts';

const positions = Array.from({ length: 200 }, (_, row) => row);
const frame = frameOf(
  numberColumn(
    'x',
    positions.map((row) => (row * 37) % 101),
  ),
  numberColumn(
    'weight',
    positions.map((row) => row % 3),
  ),
  textColumn(
    'shop',
    positions.map((row) => `s${row % 11}`),
  ),
  timeColumn(
    'day',
    'date',
    positions.map((row) => new Date(Date.UTC(2024, 0, 1 + (row % 50))).toISOString()),
  ),
  textColumn(
    'answer',
    positions.map((row) => (row % 4 === 0 ? 'yes' : 'no')),
  ),
);

const hungry: Learner = { ...findLearner('linear'), layout: 'raw', validationShare: () => 0.25 };

function taskOf(request: Partial<TrainingRequest>, learner = hungry, seed = 0) {
  const prepared = prepareTraining(
    frame,
    { target: 'answer', split: everyFifth, window: null, keyColumns: [], ...request },
    [learner.layout],
  );
  return { prepared, task: learningTask(prepared, learner, { parameters: {}, seed }, 1) };
}

/** Rows of the dataset on either side of a training part that was divided again. */
function sides(split: Split, seed = 0) {
  const { prepared } = taskOf({ split });
  const { kept, aside } = divide(prepared.training.division, 0.25, seed);
  const place = (row: number) => prepared.training.positions[row] as number;
  return { kept: [...kept].map(place), aside: [...aside].map(place) };
}

test('a learner that wants no validation gets all rows', () => {
  const { task, prepared } = taskOf({}, findLearner('linear'));
  expect(task.validation).toBeUndefined();
  expect(task.target).toBe(prepared.training.target);
});

test('validation rows come out of the training part, the same for the same seed', () => {
  const { task, prepared } = taskOf({});
  const aside = task.validation?.target.length as number;
  expect(task.target.length + aside).toBe(prepared.training.target.length);
  expect(task.features.rows).toBe(task.target.length);
  expect(aside).toBeGreaterThan(20);
  expect(aside).toBeLessThan(60);
  expect(taskOf({}).task.validation).toEqual(task.validation);
  expect(taskOf({}, hungry, 1).task.validation).not.toEqual(task.validation);
});

test('by time the latest rows are kept aside, by group whole groups', () => {
  const byTime = sides({ kind: 'time', by: 'day', holdout: 0.2 });
  const day = (row: number) => row % 50;
  expect(Math.max(...byTime.kept.map(day))).toBeLessThan(Math.min(...byTime.aside.map(day)));
  const byGroup = sides({ kind: 'group', by: 'shop', holdout: 0.2, seed: 3 }, 5);
  const shops = new Set(byGroup.aside.map((row) => row % 11));
  expect(byGroup.aside.length).toBeGreaterThan(0);
  expect(byGroup.kept.some((row) => shops.has(row % 11))).toBe(false);
});

test('rows kept aside, or left to learn from, of which none has a weight are refused', () => {
  const { prepared } = taskOf({});
  const { division } = prepared.training;
  for (const [side, what] of [
    ['aside', 'kept aside to stop early by'],
    ['kept', 'left to learn from'],
  ] as const) {
    const without = divide(division, 0.25, 0)[side];
    const weights = new Float64Array(division.keys.length).fill(1);
    for (const row of without) weights[row] = 0;
    const weighed = { ...prepared, training: { ...prepared.training, weights } };
    expect(() => learningTask(weighed, hungry, { parameters: {}, seed: 0 }, 1)).toThrow(
      expect.objectContaining({
        code: 'train.invalid_weights',
        message: `All ${without.length} training rows that were ${what} have weight 0.`,
      }),
    );
  }
});

test('weights: a column and classes multiplied, for training and validation rows', () => {
  const { task, prepared } = taskOf({ weights: { column: 'weight', classes: { yes: 5 } } });
  expect(prepared.features.map(({ name }) => name)).not.toContain('weight');
  const expected = Array.from(prepared.training.positions, (row) => (row % 3) * (row % 4 === 0 ? 5 : 1));
  expect([...(prepared.training.weights as Float64Array)]).toEqual(expected);
  const given = [...(task.weights as Float64Array), ...(task.validation?.weights ?? [])];
  expect(given.sort()).toEqual(expected.sort());
});

test('balanced: every class has the same sum, as in scikit-learn', () => {
  const { training } = taskOf({ weights: { classes: 'balanced' } }).prepared;
  const sums = [0, 0];
  training.target.forEach((label, row) => {
    sums[label] = (sums[label] as number) + (training.weights?.[row] as number);
  });
  expect(sums[0]).toBeCloseTo(training.target.length / 2, 9);
  expect(sums[1]).toBeCloseTo(training.target.length / 2, 9);
});

const refusedWeights: [what: string, weights: RowWeights, message: string | RegExp][] = [
  ['a text', { column: 'shop' }, /is text; weights are numbers/],
  ['a column that is not there', { column: 'wieght' }, 'Did you mean "weight"?'],
  ['a class that is not there', { classes: { yess: 2 } }, 'Did you mean "yes"?'],
  ['no weight at all', { classes: { yes: 0, no: 0 } }, /weight 0/],
];

for (const [what, weights, message] of refusedWeights) {
  test(`weights refuse ${what}`, () => {
    expect(() => taskOf({ weights })).toThrow(message);
  });
}

test('weights refuse a missing or negative one, saying the row', () => {
  for (const [value, found] of [
    [Number.NaN, 'row 2 has none'],
    [-1, 'row 2 has -1'],
  ] as const) {
    const faulty = {
      ...frame,
      columns: frame.columns.map((column) =>
        column.name === 'weight'
          ? numberColumn(
              'weight',
              positions.map((row) => (row === 1 ? value : 1)),
            )
          : column,
      ),
    };
    const request = {
      target: 'answer',
      split: everyFifth,
      window: null,
      keyColumns: [],
      weights: { column: 'weight' },
    };
    expect(() => prepareTraining(faulty, request)).toThrow(found);
  }
});

test('monotone directions reach the dense columns of the raw layout', () => {
  const { task } = taskOf({ columns: { x: { monotone: 'decreasing' } } });
  expect([...(task.monotone ?? [])]).toEqual([-1, 0, 0, 0]);
  expect(taskOf({}).task.monotone).toBeUndefined();
});
