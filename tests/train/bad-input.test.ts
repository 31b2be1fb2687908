import { expect, test } from 'vitest';
import type { FrameColumn } from '../../engine/base/frame.ts';
import type { TrainingRequest } from '../../engine/train/draw-rows.ts';
import { monotoneWarnings, partWarnings } from '../../engine/train/part-warnings.ts';
import { prepareTraining } from '../support/prepare-training.ts';
import { everyFifth, frameOf, numberColumn, textColumn, timeColumn, trainOn } from '../support/train-sample.ts';

const now = Date.UTC(2026, 0, 1);
const positions = Array.from({ length: 100 }, (_, row) => row);
const x = numberColumn(
  'x',
  positions.map((row) => (row * 37) % 101),
);
const answer = textColumn(
  'answer',
  positions.map((row) => (row % 3 === 0 ? 'yes' : 'no')),
);
const number = numberColumn(
  'number',
  positions.map((row) => row + ((row * 13) % 7)),
);

/** Codes of all warnings, with their columns; and that a model comes of it all the same. */
async function warningsOf(columns: FrameColumn[], request: Partial<TrainingRequest> = {}, learner = 'linear') {
  const whole = { target: 'answer', split: everyFifth, window: null, keyColumns: [], ...request };
  const prepared = prepareTraining(frameOf(...columns), whole);
  const { metrics } = await trainOn(frameOf(...columns), whole, learner);
  expect(Object.values(metrics).some((value) => value !== null && Number.isFinite(value))).toBe(true);
  return [...prepared.warnings, ...partWarnings(prepared, now)].map(({ code, column }) =>
    column === undefined ? code : `${code} ${column}`,
  );
}

function fault(columns: FrameColumn[], request: Partial<TrainingRequest> = {}): unknown {
  try {
    prepareTraining(frameOf(...columns), {
      target: 'answer',
      split: everyFifth,
      window: null,
      keyColumns: [],
      ...request,
    });
  } catch (error) {
    return error;
  }
  return undefined;
}

test('nothing unusual: no warning', async () => {
  expect(await warningsOf([x, answer])).toEqual([]);
});

test('a target missing in some rows: they are dropped and counted', async () => {
  const some = numberColumn(
    'answer',
    positions.map((row) => (row % 10 === 1 ? Number.NaN : row === 7 ? Number.POSITIVE_INFINITY : row)),
  );
  expect(await warningsOf([x, some])).toEqual(['train.rows_dropped']);
  expect(
    prepareTraining(frameOf(x, some), { target: 'answer', split: everyFifth, window: null, keyColumns: [] }).dropped,
  ).toBe(11);
});

test('a target beyond float32 in some rows: the answer could not hold it, so they are dropped', async () => {
  const huge = numberColumn(
    'answer',
    positions.map((row) => (row === 7 ? 1e300 : row === 8 ? -1e39 : row)),
  );
  expect(await warningsOf([x, huge])).toEqual(['train.rows_dropped']);
});

test('infinite values and those beyond float32 count as missing', async () => {
  const wild = numberColumn(
    'wild',
    positions.map((row) => (row === 1 ? Number.POSITIVE_INFINITY : row === 2 ? -1e300 : row)),
  );
  expect(await warningsOf([wild, answer])).toEqual(['train.infinite_values wild']);
});

test('a category that only the holdout has', async () => {
  const city = textColumn(
    'city',
    positions.map((row) => (row % 25 === 0 ? 'Rome' : row % 2 === 0 ? 'Oslo' : 'Bonn')),
  );
  expect(await warningsOf([x, city, answer])).toEqual(['train.unseen_values city']);
});

test('a column that is all missing is left out', async () => {
  const empty = numberColumn(
    'empty',
    positions.map(() => Number.NaN),
  );
  const silent = textColumn(
    'silent',
    positions.map(() => null),
  );
  expect(await warningsOf([x, empty, silent, answer])).toEqual([
    'train.left_out_constant empty',
    'train.left_out_constant silent',
  ]);
  expect(fault([empty, answer])).toMatchObject({ code: 'train.no_features' });
});

test('a column that tells no rows apart is left out, and why is said', () => {
  const infinite = numberColumn(
    'infinite',
    positions.map((row) => (row % 2 === 0 ? Number.POSITIVE_INFINITY : 1)),
  );
  const words = textColumn(
    'words',
    positions.map((row) => `w${row}`),
  );
  const codes = textColumn(
    'codes',
    positions.map((row) => `c${row % 50}`),
  );
  const size = textColumn(
    'size',
    positions.map((row) => ['small', 'tiny', 'huge'][row % 3] as string),
  );
  const columns = {
    words: { role: 'text' },
    codes: { minimumCount: 10 },
    size: { order: ['small', 'medium'] },
  } as const;
  const { warnings } = prepareTraining(frameOf(x, infinite, words, codes, size, answer), {
    target: 'answer',
    split: everyFifth,
    window: null,
    keyColumns: [],
    columns: { ...columns, size: { order: [...columns.size.order] } },
  });
  expect(warnings.map(({ message }) => message)).toEqual([
    '"infinite" is left out: it has no two different finite numbers in the training part.',
    '"words" is left out: none of its terms stands in as many training rows as it must.',
    '"codes" is left out: none of its values stands in as many training rows as it must.',
    '"size" is left out: the training part has no two different values of its order.',
  ]);
});

for (const rows of [1, 2, 5]) {
  test(`${rows} rows are too few`, () => {
    const few = (column: FrameColumn) => ({ ...column, values: column.values.slice(0, rows) }) as FrameColumn;
    expect(fault([few(x), few(answer)])).toMatchObject({ code: 'train.too_few_rows', details: { rows } });
  });
}

test('more columns than rows', async () => {
  const columns = Array.from({ length: 120 }, (_, index) =>
    numberColumn(
      `c${index}`,
      positions.map((row) => Math.sin(row * (index + 1))),
    ),
  );
  expect(await warningsOf([...columns, answer])).toEqual(['train.more_columns_than_rows']);
  expect(await warningsOf([...columns, number], { target: 'number' })).toEqual(['train.more_columns_than_rows']);
});

test('10,000 categories: the most frequent are kept', async () => {
  const many = Array.from({ length: 25_000 }, (_, row) => row);
  const names = textColumn(
    'name',
    many.map((row) => `n${(row * 7919) % 10_000}`),
  );
  const values = numberColumn(
    'answer',
    many.map((row) => (row * 13) % 17),
  );
  expect(await warningsOf([names, values])).toEqual(['train.rare_levels name']);
});

test('a constant target', () => {
  const same = textColumn(
    'answer',
    positions.map(() => 'no'),
  );
  expect(fault([x, same])).toMatchObject({ code: 'train.target_constant' });
});

test('nearly all rows of one class, and a class with one row', async () => {
  const lopsided = textColumn(
    'answer',
    positions.map((row) => (row === 1 ? 'once' : row % 33 === 0 ? 'rare' : 'usual')),
  );
  expect(await warningsOf([x, lopsided])).toEqual(['train.rare_class', 'train.lopsided_classes']);
  const whole = { target: 'answer', split: everyFifth, window: null, keyColumns: [] };
  const five = textColumn(
    'answer',
    positions.map((row) => (row % 5 > 0 && row < 10 ? `rare ${row}` : 'usual')),
  );
  expect(partWarnings(prepareTraining(frameOf(x, five), whole))[0]?.message).toBe(
    'There are fewer than 5 training rows of "rare 1" (1), "rare 2" (1), "rare 3" (1), 5 more classes: no learner can tell much of such classes.',
  );
  const onlyHeldOut = textColumn(
    'answer',
    positions.map((row) => (row === 5 ? 'once' : row % 3 === 0 ? 'yes' : 'no')),
  );
  expect(await warningsOf([x, onlyHeldOut])).toEqual(['train.untrained_class', 'train.rows_dropped']);
});

test('rows that differ in the target alone, where a split keeps those of one target together', async () => {
  const few = numberColumn(
    'few',
    positions.map((row) => row % 10),
  );
  const split = { kind: 'random', holdout: 0.3, seed: 1 } as const;
  expect(await warningsOf([few, answer], { split })).toEqual(['train.opposite_rows']);
  expect(await warningsOf([few, answer], { split: { ...split, kind: 'stratified', by: 'answer' } })).toEqual([
    'train.opposite_rows',
  ]);
  expect(await warningsOf([few, answer])).toEqual([]);
  expect(await warningsOf([few, x, answer], { split })).toEqual([]);
  const decided = textColumn(
    'answer',
    positions.map((row) => (row % 10 < 4 ? 'yes' : 'no')),
  );
  expect(await warningsOf([few, decided], { split })).toEqual([]);
});

test('rows that hardly differ in anything but the target', async () => {
  const split = { kind: 'random', holdout: 0.3, seed: 1 } as const;
  const of = (columns: string[]): Partial<TrainingRequest> => ({ split, rowIdentity: { by: 'content', columns } });
  const bits = numberColumn(
    'bits',
    positions.map((row) => row % 2),
  );
  expect(await warningsOf([bits, answer], of(['bits']))).toEqual(['train.few_different_rows']);
  expect(await warningsOf([bits, x, answer], of(['bits', 'x']))).toEqual([]);
});

test('rows that a column beside the features divides by their target', async () => {
  const split = { kind: 'random', holdout: 0.3, seed: 1 } as const;
  const many = Array.from({ length: 600 }, (_, row) => row);
  const cell = numberColumn(
    'cell',
    many.map((row) => row % 150),
  );
  const isYes = (row: number) => (row * 31) % 7 < 3;
  const of = (name: string) =>
    textColumn(
      name,
      many.map((row) => (isYes(row) ? 'yes' : 'no')),
    );
  const by = (...columns: string[]): Partial<TrainingRequest> => ({ split, rowIdentity: { by: 'content', columns } });
  const request = { ...by('cell', 'twin'), exclude: ['twin'] };
  expect(await warningsOf([cell, of('twin'), of('answer')], request)).toEqual(['train.opposite_rows']);
  expect(await warningsOf([cell, of('answer')], by('cell'))).toEqual([]);
});

test('dates in the future', async () => {
  const due = timeColumn(
    'due',
    'date',
    positions.map((row) => new Date(Date.UTC(2025, 11, 1) + row * 86_400_000).toISOString()),
  );
  expect(await warningsOf([due, answer])).toEqual(['train.future_dates due']);
});

test('a direction that a learner cannot promise', () => {
  const request = { target: 'answer', split: everyFifth, window: null, keyColumns: [] };
  const { features } = prepareTraining(frameOf(x, answer), { ...request, columns: { x: { monotone: 'increasing' } } });
  const warned = (learner: string) => monotoneWarnings(features, { fits: [{ learner }] }).map(({ code }) => code);
  expect(warned('linear')).toEqual(['train.direction_not_kept']);
  expect(warned('trees')).toEqual([]);
  expect(
    monotoneWarnings(prepareTraining(frameOf(x, answer), request).features, { fits: [{ learner: 'linear' }] }),
  ).toEqual([]);
});
