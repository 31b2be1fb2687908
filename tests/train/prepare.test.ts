import { expect, test } from 'vitest';
import type { FrameColumn } from '../../engine/base/frame.ts';
import { featureReferences } from '../../engine/train/columns.ts';
import type { TrainingRequest } from '../../engine/train/draw-rows.ts';
import { expandOneHot, matrixOf } from '../../engine/train/features/feature-matrix.ts';
import type { Part } from '../../engine/train/prepare.ts';
import { prepareTraining } from '../support/prepare-training.ts';
import { everyFifth, frameOf, numberColumn, textColumn, timeColumn } from '../support/train-sample.ts';

const positions = Array.from({ length: 50 }, (_, row) => row);
const x = numberColumn(
  'x',
  positions.map((row) => (row * 37) % 101),
);
const answer = textColumn(
  'answer',
  positions.map((row) => (row % 3 === 0 ? 'yes' : 'no')),
);

function prepare(columns: FrameColumn[], request: Partial<TrainingRequest> = {}) {
  return prepareTraining(frameOf(...columns), {
    target: 'answer',
    split: everyFifth,
    window: null,
    keyColumns: [],
    ...request,
  });
}

const refusals: [what: string, code: string, columns: FrameColumn[], request?: Partial<TrainingRequest>][] = [
  ['a target that is not there', 'train.unknown_column', [x, answer], { target: 'anser' }],
  ['a feature that is not there', 'train.unknown_column', [x, answer], { features: ['X1'] }],
  [
    'an empty target',
    'train.target_empty',
    [
      x,
      textColumn(
        'answer',
        positions.map(() => null),
      ),
    ],
  ],
  [
    'a constant target',
    'train.target_constant',
    [
      x,
      textColumn(
        'answer',
        positions.map(() => 'yes'),
      ),
    ],
  ],
  [
    'a number that is constant in training',
    'train.target_constant',
    [
      x,
      numberColumn(
        'answer',
        positions.map((row) => (row % 5 === 0 ? row : 1)),
      ),
    ],
  ],
  [
    'one class in training',
    'train.one_class',
    [
      x,
      textColumn(
        'answer',
        positions.map((row) => (row % 5 === 0 ? 'yes' : 'no')),
      ),
    ],
  ],
  [
    'a date as target',
    'train.target_unusable',
    [
      x,
      timeColumn(
        'answer',
        'date',
        positions.map((row) => `2020-01-${10 + (row % 9)}`),
      ),
    ],
  ],
  [
    'a text with too many values',
    'train.target_unusable',
    [
      numberColumn(
        'x',
        Array.from({ length: 200 }, (_, row) => row % 7),
      ),
      textColumn(
        'answer',
        Array.from({ length: 200 }, (_, row) => `n${row}`),
      ),
    ],
  ],
  [
    'no feature left',
    'train.no_features',
    [
      numberColumn(
        'x',
        positions.map(() => 3),
      ),
      answer,
    ],
  ],
  ['too few rows', 'train.too_few_rows', [numberColumn('x', [1, 2, 3, 4]), textColumn('answer', ['a', 'b', 'a', 'b'])]],
  [
    'an output name as feature',
    'train.reserved_column',
    [numberColumn('label', positions), answer],
    { features: ['label'] },
  ],
];

for (const [what, code, columns, request] of refusals) {
  test(`refuses ${what}`, () => {
    expect(() => prepare(columns, request)).toThrow(expect.objectContaining({ code }));
  });
}

test('counts every-nth before rows without target are dropped', () => {
  const target = textColumn(
    'answer',
    positions.map((row) => (row === 0 || row === 1 ? null : row % 3 === 0 ? 'yes' : 'no')),
  );
  const { training, holdout, dropped } = prepare([x, target]);
  expect([...holdout.positions]).toEqual([5, 10, 15, 20, 25, 30, 35, 40, 45]);
  expect(training.positions.length).toBe(39);
  expect(dropped).toBe(2);
});

test('decides the task by type and values', () => {
  const task = (column: FrameColumn) => {
    const { task, classes } = prepare([x, column]);
    return { task, classes };
  };
  expect(task(answer)).toEqual({ task: 'binary', classes: ['no', 'yes'] });
  expect(
    task(
      numberColumn(
        'answer',
        positions.map((row) => row % 2),
        'boolean',
      ),
    ),
  ).toEqual({ task: 'binary', classes: ['false', 'true'] });
  expect(
    task(
      numberColumn(
        'answer',
        positions.map((row) => (row % 2 === 0 ? 10 : 9)),
        'int64',
      ),
    ),
  ).toEqual({ task: 'binary', classes: ['9', '10'] });
  expect(
    task(
      numberColumn(
        'answer',
        positions.map((row) => row % 3),
        'int64',
      ),
    ),
  ).toEqual({ task: 'regression', classes: [] });
  expect(
    task(
      textColumn(
        'answer',
        positions.map((row) => `c${row % 3}`),
      ),
    ),
  ).toEqual({ task: 'multiclass', classes: ['c0', 'c1', 'c2'] });
});

test('a class without training rows is taken out, with a warning', () => {
  const target = textColumn(
    'answer',
    positions.map((row) => (row === 10 ? 'rare' : row % 3 === 0 ? 'yes' : 'no')),
  );
  const prepared = prepare([x, target]);
  expect(prepared.classes).toEqual(['no', 'yes']);
  expect(prepared.holdout.positions).not.toContain(10);
  expect(prepared.warnings.map(({ code }) => code)).toEqual(['train.untrained_class']);
});

test('columns that only tell rows apart are left out with a warning, unless they are asked for', () => {
  const columns = [
    numberColumn('row', positions, 'int64'),
    textColumn(
      'name',
      positions.map((row) => `n${row}`),
    ),
    x,
    answer,
  ];
  const prepared = prepare(columns);
  expect(prepared.features.map(({ name }) => name)).toEqual(['x']);
  expect(prepared.warnings.map(({ code, column }) => [code, column])).toEqual([
    ['train.left_out_identifier', 'row'],
    ['train.left_out_identifier', 'name'],
  ]);
  expect(prepare(columns, { features: ['name', 'row'] }).features.map(({ name }) => name)).toEqual(['row', 'name']);
});

test('the group column is no feature', () => {
  const group = textColumn(
    'shop',
    positions.map((row) => `s${row % 9}`),
  );
  const { features } = prepare([group, x, answer], { split: { kind: 'group', by: 'shop', holdout: 0.3, seed: 0 } });
  expect(features.map(({ name }) => name)).toEqual(['x']);
});

test('features become the columns that scikit-learn makes', () => {
  const amount = numberColumn(
    'amount',
    positions.map((row) => (row === 1 ? Number.NaN : row < 6 ? row : 3)),
  );
  const city = textColumn(
    'city',
    positions.map((row) => (row === 2 ? null : row === 5 ? 'unseen' : row % 2 === 0 ? 'Oslo' : 'Bonn')),
  );
  const { features, training, holdout } = prepare([amount, city, answer], { split: { kind: 'every-nth', every: 5 } });
  expect(features[1]).toMatchObject({ kind: 'category', levels: ['', 'Bonn', 'Oslo'], missing: 1 });
  const values = [...training.positions].map((row) => (row === 1 ? 3 : row < 6 ? row : 3));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const scale = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  const width = matrixOf(training.layouts, 'scaled').width;
  expect(width).toBe(4);
  const rowOf = (part: Part, row: number) => {
    const place = part.positions.indexOf(row);
    return [...expandOneHot(matrixOf(part.layouts, 'scaled')).slice(place * width, (place + 1) * width)];
  };
  expect(rowOf(training, 1)).toEqual([expect.closeTo((3 - mean) / scale, 12), 0, 1, 0]);
  expect(rowOf(training, 2)).toEqual([expect.closeTo((2 - mean) / scale, 12), 1, 0, 0]);
  expect(rowOf(holdout, 5)).toEqual([expect.closeTo((5 - mean) / scale, 12), 0, 0, 0]);
});

test('a date becomes weekday and month, or the one part that was asked for', () => {
  const days = positions.map((row) =>
    row === 3 ? null : new Date(Date.UTC(2024, 1, 20 + row)).toISOString().slice(0, 10),
  );
  const columns = [timeColumn('day', 'date', days), answer];
  const both = prepare(columns);
  expect(matrixOf(both.training.layouts, 'scaled').width).toBe(8 + 13);
  expect(both.features.flatMap(featureReferences)).toEqual(['day']);
  const weekday = prepare(columns, { features: ['day:weekday'] });
  expect(weekday.features.flatMap(featureReferences)).toEqual(['day:weekday']);
  const codes = matrixOf(weekday.holdout.layouts, 'scaled').blocks[0]?.codes ?? [];
  expect([...codes].slice(0, 3)).toEqual([2, 0, 5]);
  const trained = matrixOf(weekday.training.layouts, 'scaled').blocks[0]?.codes ?? [];
  expect(trained[2]).toBe(7);
});
