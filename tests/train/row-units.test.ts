import { expect, test } from 'vitest';
import { type Frame, selectRows } from '../../engine/base/frame.ts';
import type { RowIdentity, Split } from '../../engine/contract/train.ts';
import { drawRows } from '../../engine/train/draw-rows.ts';
import { drawFolds } from '../../engine/train/folds.ts';
import { hasFewContents, type RowsToldApart, rowIdentityOf, rowUnits } from '../../engine/train/row-units.ts';
import { divisionKeys, drawHoldout } from '../../engine/train/split.ts';
import { frameOf, numberColumn, textColumn } from '../support/train-sample.ts';

const random: Split = { kind: 'random', holdout: 0.2, seed: 3 };
const stratified: Split = { kind: 'stratified', by: 'answer', holdout: 0.2, seed: 3 };

/** As many rows of so many contents; the answer differs between rows of one content. */
function copies(rows: number, contents: number): Frame {
  const positions = Array.from({ length: rows }, (_, row) => row);
  return frameOf(
    numberColumn(
      'x',
      positions.map((row) => (row * 7919) % contents),
    ),
    textColumn(
      'answer',
      positions.map((row) => ((row * 31) % 7 < 3 ? 'yes' : 'no')),
    ),
  );
}

const frame = copies(2000, 400);
const told: RowsToldApart = { keyColumns: [], rowIdentity: identityOf(frame) };

function identityOf({ columns }: Frame, keyColumns: string[] = []): RowIdentity {
  return rowIdentityOf(random, columns, keyColumns, 'answer') as RowIdentity;
}

function sides(of: Frame, split: Split, by: RowsToldApart): boolean[] {
  const isHeldOut = drawHoldout(
    of,
    Int32Array.from({ length: of.rows }).map((_, row) => row),
    split,
    by,
  );
  return Array.from({ length: of.rows }, (_, row) => isHeldOut(row));
}

const share = (held: boolean[]) => held.filter(Boolean).length / held.length;

/** How many different things are said of the rows of one content. */
function mostPerContent(of: Frame, said: readonly unknown[]): number {
  const byContent = new Map<number, Set<unknown>>();
  const { values } = of.columns[0] as { values: Float64Array };
  for (const [row, value] of values.entries()) {
    byContent.set(value, (byContent.get(value) ?? new Set()).add(said[row]));
  }
  return Math.max(...[...byContent.values()].map(({ size }) => size));
}

test('what tells rows apart is the key, else all columns but the target, where a hash of rows divides', () => {
  const columns = [{ name: 'id' }, { name: 'x' }, { name: 'answer' }];
  expect(rowIdentityOf(random, columns, [], 'answer')).toEqual({ by: 'content', columns: ['id', 'x'] });
  expect(rowIdentityOf(stratified, columns, ['id'], 'answer')).toEqual({ by: 'key', columns: ['id'] });
  expect(rowIdentityOf(random, columns, ['answer'], 'answer')).toEqual({ by: 'content', columns: ['id', 'x'] });
  expect(rowIdentityOf({ kind: 'column', by: 'id', values: ['1'] }, columns, [], 'x')?.columns).toEqual([
    'id',
    'answer',
  ]);
  expect(rowIdentityOf({ kind: 'every-nth', every: 5 }, columns, ['id'], 'answer')).toBeUndefined();
  expect(rowIdentityOf({ kind: 'time', by: 'x', holdout: 0.2 }, columns, ['id'], 'answer')).toBeUndefined();
  expect(rowIdentityOf({ kind: 'group', by: 'x', holdout: 0.2, seed: 0 }, columns, [], 'answer')).toBeUndefined();
});

for (const split of [random, stratified]) {
  test(`${split.kind}: rows that differ in the target alone stand on one side, and near the share that was asked for`, () => {
    const held = sides(frame, split, told);
    expect(mostPerContent(frame, held)).toBe(1);
    expect(share(held)).toBeGreaterThan(0.15);
    expect(share(held)).toBeLessThan(0.25);
    expect(mostPerContent(frame, sides(frame, split, { keyColumns: [] }))).toBe(2);
  });
}

test('a stratified split holds out about the share of each class although it divides no content', () => {
  const held = sides(frame, stratified, told);
  const answers = frame.columns[1]?.values as string[];
  for (const answer of ['yes', 'no']) {
    const part = share(held.filter((_, row) => answers[row] === answer));
    expect(part).toBeGreaterThan(0.17);
    expect(part).toBeLessThan(0.23);
  }
});

test('folds and rows for early stopping keep them together, too', () => {
  const drawn = drawRows(frame, { target: 'answer', split: random, window: null, ...told });
  const folds = drawFolds(frame, drawn.training, { kind: 'k-fold', folds: 5 }, 0, told, drawn.target);
  const foldOf = Array.from({ length: frame.rows }, (_, row) => {
    return folds.findIndex(({ validation }) => validation.includes(row));
  });
  expect(mostPerContent(frame, foldOf)).toBe(1);
  const all = Int32Array.from({ length: frame.rows }, (_, row) => row);
  expect(mostPerContent(frame, [...divisionKeys(frame, all, random, told).keys])).toBe(1);
});

test('a row keeps its side when rows are added and a column comes later', () => {
  const before = sides(frame, random, told);
  const grown = copies(3000, 400);
  expect(sides(grown, random, told).slice(0, 2000)).toEqual(before);
  const late = numberColumn('late', Array.from({ length: 2000 }, Math.sqrt));
  expect(sides({ ...frame, columns: [late, ...frame.columns] }, random, told)).toEqual(before);
});

test('by a key, rows of one content are divided one by one, and a row keeps its side when it is mended', () => {
  const keyed = { ...frame, columns: [...frame.columns, numberColumn('id', [...Array(2000).keys()])] };
  const byKey = { keyColumns: [], rowIdentity: identityOf(keyed, ['id']) };
  const held = sides(keyed, random, byKey);
  expect(mostPerContent(keyed, held)).toBe(2);
  expect(
    sides({ ...copies(2000, 17), columns: [...copies(2000, 17).columns, keyed.columns[2] as never] }, random, byKey),
  ).toEqual(held);
});

test('where there are too few contents, copies are told apart, and a row keeps its side all the same', () => {
  const few = copies(2000, 10);
  const by: RowsToldApart = { keyColumns: [], rowIdentity: identityOf(few) };
  expect(hasFewContents(few, by)).toBe(true);
  expect(new Set(rowUnits(few, by)).size).toBe(2000);
  const held = sides(few, random, by);
  expect(share(held)).toBeGreaterThan(0.17);
  expect(share(held)).toBeLessThan(0.23);
  expect(sides(copies(2500, 10), random, by).slice(0, 2000)).toEqual(held);
  const first = [...Array(10).keys()];
  expect(rowUnits(few, by).subarray(0, 10)).toEqual(rowUnits(selectRows(few, first), by));
});

test('one content that most rows have counts as few; few rows that are all different, and a key, do not', () => {
  const lopsided = copies(2000, 1000);
  (lopsided.columns[0] as { values: Float64Array }).values.fill(5, 0, 1000);
  expect(hasFewContents(lopsided, told)).toBe(true);
  expect(hasFewContents(copies(30, 30), told)).toBe(false);
  expect(hasFewContents(copies(2000, 100), told)).toBe(false);
  expect(hasFewContents(copies(2000, 99), told)).toBe(true);
  expect(hasFewContents(copies(2000, 10), { keyColumns: [], rowIdentity: { by: 'key', columns: ['x'] } })).toBe(false);
  expect(hasFewContents(copies(2000, 10), { keyColumns: [] })).toBe(false);
});

test('recipes that say nothing of it divide rows as they were divided before: golden', () => {
  const of = copies(40, 4);
  const held = (split: Split, keyColumns: string[]) =>
    sides(of, split, { keyColumns }).flatMap((isHeld, row) => (isHeld ? [row] : []));
  expect(held(random, [])).toEqual([3, 4, 7, 8, 11, 15, 16, 19, 20, 23, 27, 31, 32, 35, 36, 39]);
  expect(held(random, ['x'])).toEqual([0, 4, 8, 12, 16, 20, 24, 28, 32, 36]);
  expect(held(stratified, [])).toEqual([11, 15, 23, 27, 39]);
  const whole: RowIdentity = { by: 'key', columns: ['x', 'answer'] };
  expect(sides(of, random, { keyColumns: [], rowIdentity: whole })).toEqual(sides(of, random, { keyColumns: [] }));
});
