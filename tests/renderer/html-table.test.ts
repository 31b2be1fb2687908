import { expect, test } from 'vitest';
import { type HtmlCell, spreadCells } from '../../renderer/data/imports/html-table.ts';

const cell = (text: string, columns = 1, rows = 1): HtmlCell => ({ text, columns, rows });

test('merged cells keep the others in their columns', () => {
  expect(
    spreadCells([
      [cell('name'), cell('sizes', 2)],
      [cell('a', 1, 2), cell('1'), cell('2')],
      [cell('3'), cell('4')],
    ]),
  ).toEqual([
    ['name', 'sizes', ''],
    ['a', '1', '2'],
    ['', '3', '4'],
  ]);
});

test('short rows are filled up', () => {
  expect(spreadCells([[cell('a'), cell('b')], [cell('1')]])).toEqual([
    ['a', 'b'],
    ['1', ''],
  ]);
});
