import { expect, test } from 'vitest';
import { type Frame, selectRows } from '../../engine/base/frame.ts';
import type { Split } from '../../engine/contract/train.ts';
import type { RowsToldApart } from '../../engine/train/row-units.ts';
import { drawHoldout } from '../../engine/train/split.ts';
import { rowsInWindow } from '../../engine/train/window.ts';
import { frameOf, numberColumn, textColumn, timeColumn } from '../support/train-sample.ts';

const rows = 300;
const positions = Array.from({ length: rows }, (_, row) => row);
const frame = frameOf(
  numberColumn('id', positions, 'int64'),
  numberColumn(
    'value',
    positions.map((row) => (row * 7919) % 1013),
  ),
  textColumn(
    'shop',
    positions.map((row) => (row % 37 === 0 ? null : `shop ${row % 23}`)),
  ),
  timeColumn(
    'day',
    'date',
    positions.map((row) => new Date(Date.UTC(2020, 0, 1 + Math.floor(row / 3))).toISOString()),
  ),
);

function holdout(of: Frame, split: Split, told: Partial<RowsToldApart> = {}): number[] {
  const all = rowsInWindow(of, null);
  const isHeldOut = drawHoldout(of, all, split, { keyColumns: [], ...told });
  return [...all.filter((row) => isHeldOut(row))];
}

test('every-nth holds out rows 0, n, 2n, …', () => {
  expect(holdout(frame, { kind: 'every-nth', every: 100 })).toEqual([0, 100, 200]);
});

test('random: a row keeps its side when rows come and go around it', () => {
  const split: Split = { kind: 'random', holdout: 0.3, seed: 4 };
  const held = holdout(frame, split);
  expect(held.length).toBeGreaterThan(60);
  expect(held.length).toBeLessThan(120);
  const order = positions.filter((row) => row % 3 !== 0).reverse();
  const shuffled = holdout(selectRows(frame, order), split).map((place) => order[place] as number);
  expect(shuffled.sort((a, b) => a - b)).toEqual(held.filter((row) => row % 3 !== 0));
});

test('random by key: a row keeps its side when its other values change', () => {
  const split: Split = { kind: 'random', holdout: 0.3, seed: 4 };
  const edited = {
    ...frame,
    columns: frame.columns.map((column) => (column.name === 'value' ? numberColumn('value', positions) : column)),
  };
  expect(holdout(edited, split, { keyColumns: ['id'] })).toEqual(holdout(frame, split, { keyColumns: ['id'] }));
  expect(holdout(edited, split)).not.toEqual(holdout(frame, split));
});

test('group: all rows of a group, and all rows without one, stand on one side', () => {
  const held = new Set(holdout(frame, { kind: 'group', by: 'shop', holdout: 0.4, seed: 1 }));
  const shops = frame.columns[2]?.values as (string | null)[];
  const sides = new Map<string | null, Set<boolean>>();
  for (const [row, shop] of shops.entries()) sides.set(shop, (sides.get(shop) ?? new Set()).add(held.has(row)));
  expect([...sides.values()].every((side) => side.size === 1)).toBe(true);
  expect(held.size).toBeGreaterThan(0);
  expect(held.size).toBeLessThan(rows);
});

test('time: the last share is held out, rows of one day together', () => {
  const held = holdout(frame, { kind: 'time', by: 'day', holdout: 0.1 });
  expect(held).toEqual(positions.slice(270));
  expect(holdout(frame, { kind: 'time', by: 'day', holdout: 0.095 })).toEqual(positions.slice(270));
});

test('stratified: the same share of each value, whatever the order of rows', () => {
  const split: Split = { kind: 'stratified', by: 'shop', holdout: 0.25, seed: 2 };
  const held = holdout(frame, split, { keyColumns: ['id'] });
  const counts = new Map<string | null, [number, number]>();
  const shops = frame.columns[2]?.values as (string | null)[];
  for (const [row, shop] of shops.entries()) {
    const [all, out] = counts.get(shop) ?? [0, 0];
    counts.set(shop, [all + 1, out + Number(held.includes(row))]);
  }
  for (const [all, out] of counts.values()) expect(out).toBe(Math.round(all * 0.25));
  const order = positions.toReversed();
  const turned = holdout(selectRows(frame, order), split, { keyColumns: ['id'] }).map(
    (place) => order[place] as number,
  );
  expect(turned.sort((a, b) => a - b)).toEqual(held);
});

test('column: the rows that have one of the values', () => {
  expect(holdout(frame, { kind: 'column', by: 'shop', values: ['shop 4', ''] })).toEqual(
    positions.filter((row) => row % 37 === 0 || row % 23 === 4),
  );
  expect(holdout(frame, { kind: 'column', by: 'day', values: ['2020-01-02'] })).toEqual([3, 4, 5]);
  expect(() => holdout(frame, { kind: 'column', by: 'shop', values: ['nowhere'] })).toThrow('No row has "nowhere"');
});

test('a split needs its column, and an order for time', () => {
  expect(() => holdout(frame, { kind: 'time', by: 'dya', holdout: 0.1 })).toThrow('Did you mean "day"?');
  expect(() => holdout(frame, { kind: 'time', by: 'shop', holdout: 0.1 })).toThrow(/text or boolean/);
});

test('a window takes the rows in [from, to)', () => {
  const window = { column: 'day', from: '2020-01-02T00:00:00.000Z', to: '2020-01-04T00:00:00.000Z' };
  expect([...rowsInWindow(frame, window)]).toEqual([3, 4, 5, 6, 7, 8]);
  expect(() => rowsInWindow(frame, { column: 'shop' })).toThrow(/not a date or time/);
  expect(() => rowsInWindow(frame, { ...window, to: window.from })).toThrow(/begins at/);
});
