import { expect, test } from 'vitest';
import { layOut, leftShowing, shownColumns } from '../../renderer/data/rows/column-layout.ts';
import { conditionWords, valuesOf } from '../../renderer/data/rows/filter-words.ts';
import { cellAfterKey, cellsBetween, tabSeparated } from '../../renderer/data/rows/grid-cursor.ts';
import {
  clampTop,
  isScaled,
  lastTop,
  rowHeight,
  scrolledHeight,
  scrollOfTop,
  topOfScroll,
  topShowing,
} from '../../renderer/data/rows/scroll-map.ts';

const small = { total: 1000, shown: 560 };
const large = { total: 10_000_000, shown: 560 };

test('a short table is scrolled pixel by pixel, a long one in proportion to its very end', () => {
  expect(isScaled(small)).toBe(false);
  expect(topOfScroll(small, 280)).toBe(10);
  expect(isScaled(large)).toBe(true);
  const end = scrolledHeight(large) - large.shown;
  expect(topOfScroll(large, 0)).toBe(0);
  expect(topOfScroll(large, end)).toBe(lastTop(large));
  expect(lastTop(large)).toBe(10_000_000 - 20);
  for (const top of [0, 1, 1234.5, 5_000_000, 9_999_980])
    expect(topOfScroll(large, scrollOfTop(large, top))).toBeCloseTo(top, 6);
});

test('a row is brought into view by the least movement', () => {
  expect(topShowing(large, 100, 50)).toBe(50);
  expect(topShowing(large, 100, 110)).toBe(100);
  expect(topShowing(large, 100, 120)).toBe(101);
  expect(topShowing(large, 0, 9_999_999)).toBe(lastTop(large));
  expect(clampTop({ total: 3, shown: 10 * rowHeight }, 2)).toBe(0);
});

test('only the columns in view are shown, beside the pinned ones', () => {
  const layout = layOut(new Array(5000).fill(100), 900, 2);
  expect(shownColumns(layout, 0, 900)).toEqual([2, 10]);
  expect(shownColumns(layout, 250_000, 900)).toEqual([2502, 2510]);
  expect(leftShowing(layout, 0, 900, 2600)).toBe(2601 * 100 - 900);
  expect(leftShowing(layout, 250_000, 900, 10)).toBe(800);
  expect(leftShowing(layout, 250_000, 900, 1)).toBe(250_000);
  expect(layOut([100, 100], 500, 0).widths).toEqual([250, 250]);
  expect(shownColumns(layOut([100, 100], 500, 0), 0, 500)).toEqual([0, 2]);
});

test('keys lead where the grid pattern says, and never out of the table', () => {
  const size = { rows: 100, columns: 5, page: 20 };
  const from = { row: 10, column: 2 };
  const after = (key: string, isControl = false, cell = from) => cellAfterKey(cell, size, { key, isControl });
  expect(after('ArrowUp')).toEqual({ row: 9, column: 2 });
  expect(after('ArrowUp', false, { row: 0, column: 2 })).toEqual({ row: -1, column: 2 });
  expect(after('ArrowUp', false, { row: -1, column: 2 })).toEqual({ row: -1, column: 2 });
  expect(after('PageUp')).toEqual({ row: 0, column: 2 });
  expect(after('PageDown', false, { row: 95, column: 2 })).toEqual({ row: 99, column: 2 });
  expect(after('Home')).toEqual({ row: 10, column: 0 });
  expect(after('End', true)).toEqual({ row: 99, column: 4 });
  expect(after('x')).toBeUndefined();
});

test('cells are copied as spreadsheets paste them', () => {
  expect(cellsBetween({ row: 5, column: 3 }, { row: -1, column: 1 })).toEqual({
    firstRow: 0,
    lastRow: 5,
    firstColumn: 1,
    lastColumn: 3,
  });
  expect(
    tabSeparated([
      [1, null, 'a\tb'],
      [true, 'say "hi"', ''],
    ]),
  ).toBe('1\t\t"a\tb"\ntrue\t"say ""hi"""\t');
});

test('conditions read like a sentence, and what was typed must fit the column', () => {
  expect(conditionWords({ column: 'price', operator: '>=', values: [10] })).toBe('price ≥ 10');
  expect(conditionWords({ column: 'city', operator: 'one_of', values: ['a', 'b', 'c', 'd'] })).toBe(
    'city is one of a, b and 2 more',
  );
  expect(conditionWords({ column: 'city', operator: '=', values: [''] })).toBe('city = empty');
  expect(valuesOf('int64', 'between', ['1', '5'])).toEqual([1, 5]);
  expect(valuesOf('int64', '=', ['one'])).toBeUndefined();
  expect(valuesOf('int64', '=', ['9007199254740993'])).toEqual(['9007199254740993']);
  expect(valuesOf('text', '=', [''])).toEqual(['']);
  expect(valuesOf('date', 'one_of', ['2024-01-01, 2024-01-02'])).toEqual(['2024-01-01', '2024-01-02']);
  expect(valuesOf('float64', 'between', ['1', ''])).toBeUndefined();
});
