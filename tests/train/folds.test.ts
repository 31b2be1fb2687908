import { expect, test } from 'vitest';
import { type FrameColumn, selectRows } from '../../engine/base/frame.ts';
import type { Folds } from '../../engine/contract/train-features.ts';
import { drawRows, type TrainingRequest } from '../../engine/train/draw-rows.ts';
import { matrixOf } from '../../engine/train/features/feature-matrix.ts';
import { drawFolds, type Fold, foldsLike } from '../../engine/train/folds.ts';
import { prepareFold } from '../../engine/train/prepare.ts';
import { everyFifth, frameOf, numberColumn, textColumn, timeColumn } from '../support/train-sample.ts';

const positions = Array.from({ length: 250 }, (_, row) => row);
const isRare = (row: number) => row % 10 === 3;
const frame = frameOf(
  numberColumn('id', positions, 'int64'),
  numberColumn(
    'x',
    positions.map((row) => (row * 37) % 101),
  ),
  textColumn(
    'shop',
    positions.map((row) => `s${row % 17}`),
  ),
  timeColumn(
    'day',
    'date',
    positions.map((row) => (row === 11 ? null : new Date(Date.UTC(2024, 0, 1 + ((row * 7) % 90))).toISOString())),
  ),
  textColumn(
    'answer',
    positions.map((row) => (isRare(row) ? 'rare' : 'usual')),
  ),
);
const request: TrainingRequest = { target: 'answer', split: everyFifth, window: null, keyColumns: [] };
const drawn = drawRows(frame, request);

function draw(folds: Folds, seed = 0, keyColumns: string[] = []): Fold[] {
  return drawFolds(frame, drawn.training, folds, seed, { keyColumns }, drawn.target);
}

/** Every training row is validated `times` times, and never in the fold that trains on it. */
function expectPartition(folds: Fold[], times = 1): void {
  const validated = folds.flatMap(({ validation }) => [...validation]).sort((a, b) => a - b);
  expect(validated).toEqual([...drawn.training].flatMap((row) => new Array<number>(times).fill(row)));
  for (const { training, validation } of folds) {
    expect([...training, ...validation].sort((a, b) => a - b)).toEqual([...drawn.training]);
  }
}

test('k-fold: each row once, each class spread evenly, the same for the same seed', () => {
  const folds = draw({ kind: 'k-fold', folds: 5 });
  expectPartition(folds);
  const rare = folds.map(({ validation }) => validation.filter(isRare).length);
  expect(rare).toEqual([5, 5, 5, 5, 5]);
  expect(folds.map(({ validation }) => validation.length)).toEqual([40, 40, 40, 40, 40]);
  expect(draw({ kind: 'k-fold', folds: 5 })).toEqual(folds);
  expect(draw({ kind: 'k-fold', folds: 5 }, 1)).not.toEqual(folds);
});

test('k-fold: a row has its fold by its key, wherever it stands', () => {
  const folds = draw({ kind: 'k-fold', folds: 4 }, 0, ['id']);
  const order = positions.toReversed();
  const turned = selectRows(frame, order);
  const rows = drawn.training.map((row) => order.indexOf(row)).sort();
  const values = Float64Array.from(order, (row) => drawn.target.values[row] as number);
  const again = drawFolds(
    turned,
    rows,
    { kind: 'k-fold', folds: 4 },
    0,
    { keyColumns: ['id'] },
    { ...drawn.target, values },
  );
  const ids = again.map(({ validation }) => [...validation].map((place) => order[place] as number).sort());
  expect(ids).toEqual(folds.map(({ validation }) => [...validation].sort()));
});

test('equal rows stand in one fold', () => {
  const twice = selectRows(frame, [...positions, ...positions]);
  const rows = Int32Array.from({ length: 500 }, (_, row) => row);
  const values = Float64Array.from(rows, (row) => Number(isRare(row % 250)));
  const folds = drawFolds(twice, rows, { kind: 'k-fold', folds: 5 }, 0, request, { ...drawn.target, values });
  for (const { validation } of folds) {
    const held = new Set(validation);
    expect(validation.every((row) => held.has((row + 250) % 500))).toBe(true);
  }
});

test('by position equal rows are drawn one by one, as they are by a split that goes by position', () => {
  const twice = selectRows(frame, [...positions, ...positions]);
  const rows = Int32Array.from({ length: 500 }, (_, row) => row);
  const values = Float64Array.from(rows, (row) => Number(isRare(row % 250)));
  const target = { ...drawn.target, values };
  const folds = drawFolds(twice, rows, { kind: 'k-fold', folds: 5, byPosition: true }, 0, request, target);
  expect(folds.flatMap(({ validation }) => [...validation]).sort((a, b) => a - b)).toEqual([...rows]);
  for (const { validation } of folds) {
    expect(validation.filter((row) => isRare(row % 250)).length).toBe(10);
    const held = new Set(validation);
    const together = validation.filter((row) => held.has((row + 250) % 500)).length;
    expect(together / validation.length).toBeLessThan(0.5);
  }
});

test('repeated k-fold draws anew', () => {
  const folds = draw({ kind: 'k-fold', folds: 3, repeats: 2 });
  expect(folds.length).toBe(6);
  expectPartition(folds, 2);
  expect(folds.slice(3)).not.toEqual(folds.slice(0, 3));
});

test('group: groups stay whole, folds about equally large', () => {
  const folds = draw({ kind: 'group', by: 'shop', folds: 4 });
  expectPartition(folds);
  const sizes = folds.map(({ validation }) => validation.length);
  expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThan(15);
  for (const { training, validation } of folds) {
    const shops = new Set([...validation].map((row) => row % 17));
    expect([...training].some((row) => shops.has(row % 17))).toBe(false);
  }
});

test('time: each fold is validated on what came right after its training rows', () => {
  const folds = draw({ kind: 'time', by: 'day', folds: 4 });
  const day = (row: number) => (row * 7) % 90;
  let before = 0;
  for (const { training, validation } of folds) {
    const dated = [...training].filter((row) => row !== 11);
    expect(training).toContain(11);
    expect(Math.max(...dated.map(day))).toBeLessThan(Math.min(...[...validation].map(day)));
    expect(training.length).toBeGreaterThan(before);
    before = training.length;
  }
  const last = folds.at(-1) as Fold;
  expect(last.training.length + last.validation.length).toBe(drawn.training.length);
});

test('folds are like the split: what it keeps apart, they keep apart', () => {
  expect(foldsLike({ kind: 'time', by: 'day', holdout: 0.2 })).toEqual({ kind: 'time', by: 'day', folds: 5 });
  expect(foldsLike({ kind: 'group', by: 'shop', holdout: 0.2, seed: 0 }, 3)).toEqual({
    kind: 'group',
    by: 'shop',
    folds: 3,
    repeats: 1,
  });
  const random = { kind: 'random', holdout: 0.2, seed: 0 } as const;
  expect(foldsLike(random)).toEqual({ kind: 'k-fold', folds: 5, repeats: 1, byPosition: false });
  expect(foldsLike(everyFifth, undefined, 4)).toEqual({ kind: 'k-fold', folds: 5, repeats: 4, byPosition: true });
});

test('folds in time are not drawn, so they are not repeated', () => {
  const refusal = expect.objectContaining({ code: 'train.invalid_folds', hint: expect.stringContaining('repeats') });
  expect(() => foldsLike({ kind: 'time', by: 'day', holdout: 0.2 }, 5, 2)).toThrow(refusal);
});

test('more folds than groups are refused', () => {
  expect(() => draw({ kind: 'group', by: 'shop', folds: 18 })).toThrow(/fewer different rows/);
  expect(() => draw({ kind: 'group', by: 'shp', folds: 3 })).toThrow('Did you mean "shop"?');
  expect(() => draw({ kind: 'time', by: 'shop', folds: 3 })).toThrow(/text or boolean/);
});

test('a fold is fitted on its own training rows: what its validation rows hold changes no feature', () => {
  const [fold] = draw({ kind: 'k-fold', folds: 5 }) as [Fold];
  const prepared = prepareFold(frame, request, drawn, fold, ['scaled', 'raw']);
  expect(prepared.training.positions).toBe(fold.training);
  expect(prepared.holdout.positions).toBe(fold.validation);
  expect(matrixOf(prepared.holdout.layouts, 'raw').rows).toBe(fold.validation.length);
  const spoilt = {
    ...frame,
    columns: frame.columns.map((column): FrameColumn => {
      if (column.name === 'answer') return column;
      const kept = new Set(fold.training);
      if (column.kind === 'text')
        return { ...column, values: column.values.map((value, row) => (kept.has(row) ? value : 'elsewhere')) };
      return { ...column, values: column.values.map((value, row) => (kept.has(row) ? value : 1e6 + row)) };
    }),
  };
  expect(prepareFold(spoilt, request, drawn, fold, ['scaled']).features).toEqual(prepared.features);
});
