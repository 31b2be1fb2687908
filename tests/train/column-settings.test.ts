import { expect, test } from 'vitest';
import { type Frame, type FrameColumn, selectRows } from '../../engine/base/frame.ts';
import type { ColumnSettings, ColumnsSettings, TargetTransform } from '../../engine/contract/train-features.ts';
import { featureReferences } from '../../engine/train/columns.ts';
import type { TrainingRequest } from '../../engine/train/draw-rows.ts';
import { expandOneHot } from '../../engine/train/features/feature-matrix.ts';
import { applyFeatures } from '../../engine/train/features/features.ts';
import { fitFeature } from '../../engine/train/features/fit-features.ts';
import { prepareTraining } from '../support/prepare-training.ts';
import { everyFifth, frameOf, numberColumn, textColumn, timeColumn, trainOn } from '../support/train-sample.ts';

const rows = 120;
const positions = Array.from({ length: rows }, (_, row) => row);
const frame = frameOf(
  numberColumn(
    'amount',
    positions.map((row) => (row % 7 === 0 ? Number.NaN : (row * 37) % 101)),
  ),
  numberColumn(
    'zone',
    positions.map((row) => [1, 2, 3, 1, 2, 9][row % 6] as number),
    'int64',
  ),
  textColumn(
    'size',
    positions.map((row) => (row % 10 === 0 ? null : ['small', 'medium', 'large'][row % 3]) as string | null),
  ),
  textColumn(
    'note',
    positions.map((row) => `Row ${row}: ${['a good film', 'Good acting', 'a bad plot', 'too long'][row % 4]}`),
  ),
  timeColumn(
    'at',
    'timestamp',
    positions.map((row) => new Date(Date.UTC(2023, 11, 28, 7) + row * 5 * 3_600_000).toISOString()),
  ),
  numberColumn(
    'price',
    positions.map((row) => 1 + ((row * 13) % 17)),
  ),
);
const columns: ColumnsSettings = {
  amount: { impute: 'mean', indicator: true, scale: 'robust' },
  zone: { role: 'categorical', minimumCount: 25 },
  size: { order: ['small', 'medium', 'large'] },
  note: { role: 'text', text: { minimumRows: 1 } },
  at: { parts: ['hour', 'elapsed', 'year'] },
};

function prepare(of: Frame, request: Partial<TrainingRequest> = {}) {
  return prepareTraining(of, { target: 'price', split: everyFifth, window: null, keyColumns: [], ...request });
}

/** Fitted on these rows alone, and applied to them: rows x width. */
function fitAndApply(name: string, settings: ColumnSettings) {
  const column = frame.columns.find((each) => each.name === name) as FrameColumn;
  const feature = fitFeature(column, settings);
  if (feature === undefined) throw new Error('Nothing was fitted.');
  const matrix = applyFeatures([feature], frame, 'scaled');
  return { feature, matrix, values: expandOneHot(matrix) };
}

test('everything is fitted on the training part: other holdout rows change no fitted feature', () => {
  const interactions: TrainingRequest['interactions'] = [
    ['amount', 'size'],
    ['zone', 'zone2'],
  ];
  const zone = frame.columns[1] as FrameColumn;
  const whole = { ...frame, columns: [...frame.columns, { ...zone, name: 'zone2' } as FrameColumn] };
  const settings = { ...columns, zone2: { role: 'categorical' as const } };
  const before = prepare(whole, { columns: settings, interactions });
  const spoilt = {
    ...whole,
    columns: whole.columns.map((column): FrameColumn => {
      if (column.name === 'price') return column;
      if (column.kind === 'text') {
        const values = column.values.map((value, row) => (row % 5 === 0 ? `elsewhere ${row}` : value));
        return { ...column, values };
      }
      return { ...column, values: column.values.map((value, row) => (row % 5 === 0 ? row * 1e7 : value)) };
    }),
  };
  const after = prepare(spoilt, { columns: settings, interactions });
  expect(before.features.length).toBe(8);
  expect(after.features).toEqual(before.features);
  expect(after.warnings).toEqual(before.warnings);
});

test('imputation and scaling, each as numpy has it', () => {
  const values = [...((frame.columns[0] as FrameColumn).values as Float64Array)];
  const present = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const mean = present.reduce((sum, value) => sum + value, 0) / present.length;
  const minMax = fitAndApply('amount', { impute: 'mean', scale: 'min-max' });
  expect(minMax.values[0]).toBeCloseTo(
    (mean - (present[0] as number)) / ((present.at(-1) as number) - (present[0] as number)),
    7,
  );
  expect(Math.min(...minMax.values)).toBe(0);
  expect(Math.max(...minMax.values)).toBe(1);
  expect(fitAndApply('amount', { impute: -5, scale: 'none' }).values[0]).toBe(-5);
  expect(fitAndApply('amount', { impute: -5, scale: 'none' }).values[1]).toBe(37);
  const robust = fitAndApply('amount', { scale: 'robust' });
  const sorted = robust.values.toSorted();
  expect((sorted[59] as number) + (sorted[60] as number)).toBe(0);
});

test('an indicator says what was missing', () => {
  const { matrix, values } = fitAndApply('amount', { indicator: true });
  expect(matrix.width).toBe(2);
  expect(positions.map((row) => values[row * 2 + 1])).toEqual(positions.map((row) => Number(row % 7 === 0)));
});

test('a number as a category; its rare values are taken together, as unseen ones are', () => {
  const { feature, matrix } = fitAndApply('zone', { role: 'categorical', minimumCount: 25 });
  expect(feature).toMatchObject({ levels: [1, 2], rareLevels: 2, other: true });
  expect(matrix.width).toBe(3);
  expect([...(matrix.blocks[0]?.codes.slice(0, 6) ?? [])]).toEqual([0, 1, 2, 0, 1, 2]);
});

test('an order makes numbers; what is not in it counts as missing, with a warning', () => {
  const { features, warnings } = prepare(frame, { columns: { size: { order: ['small', 'large'] } } });
  expect(features.find(({ name }) => name === 'size')).toMatchObject({ kind: 'ordinal', median: 0.5, unknown: 32 });
  expect(warnings).toContainEqual(expect.objectContaining({ code: 'train.not_in_order', column: 'size' }));
});

test('a text becomes its terms, without regard to case and punctuation', () => {
  const { feature, values, matrix } = fitAndApply('note', { role: 'text', text: { columns: 8 } });
  expect(feature).toMatchObject({ kind: 'text', tokens: 'words', width: 8 });
  const lengths = positions.map((row) => Math.hypot(...values.slice(row * matrix.width, (row + 1) * matrix.width)));
  for (const length of lengths) expect(length).toBeCloseTo(1, 12);
  const column = feature.kind === 'text' ? feature : undefined;
  const good = column?.numbers[column.writings.indexOf('Good')];
  expect(good).toBe(column?.numbers[column.writings.indexOf('good')]);
});

test('parts of dates stand in the recipe; a timestamp with times of day has its hour', () => {
  expect(prepare(frame).features.flatMap(featureReferences)).toContain('at:hour');
  const asked = prepare(frame, { features: ['at', 'amount'] });
  expect(asked.features.flatMap(featureReferences)).toEqual(['amount', 'at']);
  const parts = prepare(frame, { columns: { at: { parts: ['year', 'elapsed'] } } });
  expect(parts.features.flatMap(featureReferences)).toContain('at:elapsed');
});

test('roles id and ignore leave a column out, a role takes one that would be left out', () => {
  const names = (settings: ColumnsSettings) => prepare(frame, { columns: settings }).features.map(({ name }) => name);
  expect(names({})).not.toContain('note');
  expect(names({ note: { role: 'text' } })).toContain('note');
  expect(names({ amount: { role: 'ignore' }, zone: { role: 'id' } })).toEqual(['size', 'at']);
});

test('interactions: the product of two numbers, the combination of two categories', () => {
  const { features, training } = prepare(frame, {
    columns: { zone: { role: 'categorical' } },
    interactions: [
      ['amount', 'amount'],
      ['zone', 'size'],
    ],
  });
  expect(features.slice(-2)).toMatchObject([
    { kind: 'product', name: 'amount × amount' },
    { kind: 'cross', name: 'zone × size' },
  ]);
  const matrix = training.layouts.scaled;
  const squares = positions.slice(0, 20).map((row) => matrix?.dense[row * (matrix.denseWidth ?? 0) + 1] as number);
  expect(new Set(squares).size).toBeGreaterThan(10);
});

const refused: [what: string, settings: ColumnsSettings, message: RegExp, interactions?: [string, string][]][] = [
  ['a role that the type cannot have', { size: { role: 'numeric' } }, /is text and cannot be numeric/],
  ['a setting that the role has not', { size: { scale: 'robust' } }, /has no setting "scale"/],
  ['an order without its values', { size: { role: 'ordinal' } }, /needs the order/],
  ['a value twice in an order', { size: { order: ['a', 'b', 'a'] } }, /names a value twice/],
  ['terms the wrong way round', { note: { text: { terms: { shortest: 3, longest: 2 } } } }, /at least 3 tokens/],
  ['a column that is not there', { sise: { role: 'ordinal' } }, /Did you mean "size"/],
  ['an interaction of unlike columns', {}, /two numbers or two categories/, [['amount', 'size']]],
  ['an interaction with a column left out', {}, /"note" is left out: it only tells rows apart/, [['amount', 'note']]],
  ['an interaction with a column not learnt from', {}, /"price" is not among the columns/, [['amount', 'price']]],
  ['an interaction with no column', {}, /no column "amuont". Did you mean "amount"/, [['amuont', 'size']]],
];

for (const [what, settings, message, interactions] of refused) {
  test(`refused: ${what}`, () => {
    expect(() => prepare(frame, { columns: settings, interactions })).toThrow(message);
  });
}

for (const transform of ['log', 'log1p'] as TargetTransform[]) {
  test(`${transform}: the learner learns the logarithm, answers are numbers of the target`, async () => {
    const growing = frameOf(
      numberColumn('x', positions),
      numberColumn(
        'price',
        positions.map((row) => Math.exp(row / 10) - (transform === 'log' ? 0 : 1) + 1e-9),
      ),
    );
    const request = { target: 'price', targetTransform: transform } as const;
    const { metrics, model } = await trainOn(growing, request, 'linear', { alpha: 0 });
    expect(metrics.r2).toBeGreaterThan(0.999999);
    expect(model.targetTransform).toBe(transform);
    expect((await trainOn(growing, { target: 'price' }, 'linear', { alpha: 0 })).metrics.r2).toBeLessThan(0.9);
  });
}

test('a transform refuses classes and numbers without a logarithm, saying the row', () => {
  const low = {
    ...frame,
    columns: frame.columns.map((column) => (column.name === 'price' ? numberColumn('price', positions) : column)),
  };
  expect(() => prepare(low, { targetTransform: 'log', split: { kind: 'every-nth', every: 7 } })).not.toThrow();
  const shifted = selectRows(low, positions.toReversed());
  expect(() => prepare(shifted, { targetTransform: 'log' })).toThrow(
    /Row 120 has 0 in "price"; log needs numbers above 0/,
  );
  expect(() => prepare(frame, { target: 'size', targetTransform: 'log' })).toThrow(/is a class/);
});
