import { describe, expect, test } from 'vitest';
import type { ColumnProfile } from '../../engine/contract/data.ts';
import { cellShares, commonDecimals, headerCounts, headerEnds, showCell } from '../../renderer/data/column-words.ts';
import { nameProblem } from '../../renderer/data/imports/intake-words.ts';
import { looksLikeTable, readPastedTable } from '../../renderer/data/imports/pasted-table.ts';
import { sortedRows } from '../../renderer/ui/table/sorted-rows.ts';

describe('pasted text', () => {
  test.each([
    ['a\tb\n1\t2', true],
    ['a;b\r\n1;2\r\n', true],
    ['a sentence, with a comma', false],
    ['two lines\nof prose', false],
    ['', false],
  ])('%j is a table: %s', (text, expected) => {
    expect(looksLikeTable(text)).toBe(expected);
  });

  test('becomes comma-separated, whatever it was', async () => {
    const table = await readPastedTable('stop\triders\n"Clark, Lake"\t15.7\n\nAustin\t1.5\n');
    expect(table.columns).toEqual(['stop', 'riders']);
    expect(table.rows).toHaveLength(2);
    expect(table.csv).toBe('stop,riders\r\n"Clark, Lake",15.7\r\nAustin,1.5');
    expect(table.warnings).toEqual([]);
  });

  test('says which lines are uneven', async () => {
    const table = await readPastedTable('a,b\n1,2\n3\n4,5,6');
    expect(table.warnings[0]).toBe('The header has 2 columns, but lines 3, 4 not.');
  });
});

test('names are checked as the engine will', () => {
  expect(nameProblem('flights_2', ['x'])).toBeUndefined();
  expect(nameProblem('', [])).toBeDefined();
  expect(nameProblem('Flights', [])).toBeDefined();
  expect(nameProblem('x', ['x'])).toContain('There is a dataset x');
});

describe('columns', () => {
  const profile: ColumnProfile = {
    name: 'rain',
    type: 'float64',
    rows: 100,
    missing: 10,
    zeros: 30,
    distinct: 40,
    approximate: false,
    minimum: 0,
    maximum: 0.9,
    mean: 0.1,
    standardDeviation: 0.2,
    quantiles: null,
    histogram: Array.from({ length: 48 }, (_, index) => ({ from: index, to: index + 1, count: 1 })),
    lengths: null,
    top: [],
  };

  test('have at most 24 bars that keep the sum', () => {
    const counts = headerCounts(profile);
    expect(counts).toHaveLength(24);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(48);
  });

  test('show shares that add up to one', () => {
    const { values, zeros, missing } = cellShares(profile);
    expect(values + zeros + missing).toBeCloseTo(1);
    expect(headerEnds(profile)).toEqual(['0', '0.90']);
    expect(headerEnds({ ...profile, type: 'date', minimum: '2001-01-22', maximum: '2015-12-31' })).toEqual([
      '2001',
      '2015',
    ]);
    const ends = (minimum: string, maximum: string) => headerEnds({ ...profile, type: 'date', minimum, maximum });
    expect(ends('2023-01-10', '2023-09-27')).toEqual(['10 Jan', '27 Sep']);
    expect(ends('2023-01-10', '2023-01-10')).toEqual(['10 Jan', '10 Jan']);
    expect(ends('2023-01-10 08:15:00', '2023-01-10 21:05:00')).toEqual(['08:15', '21:05']);
  });

  test('keep their decimals under each other', () => {
    expect(commonDecimals([1, 2.5, null, 'x', 3.125])).toBe(3);
    expect(showCell(2.5, 'float64', 3)).toBe('2.500');
    expect(showCell(0, 'float64', 3)).toBe('0');
    expect(showCell('2001-01-22T10:00:00.000Z', 'timestamp')).toBe('2001-01-22 10:00:00');
    expect(showCell(true, 'boolean')).toBe('yes');
  });
});

test('lists are sorted and filtered by what they show, missing values last', () => {
  const rows = [
    { name: 'b', size: 2 },
    { name: 'a', size: null },
    { name: 'c', size: 10 },
  ];
  const columns = [
    { id: 'name', value: (row: (typeof rows)[number]) => row.name },
    { id: 'size', value: (row: (typeof rows)[number]) => row.size },
  ];
  expect(sortedRows(rows, columns, { id: 'size', desc: true }, '').map((row) => row.name)).toEqual(['c', 'b', 'a']);
  expect(sortedRows(rows, columns, { id: 'size', desc: false }, '').map((row) => row.name)).toEqual(['b', 'c', 'a']);
  expect(sortedRows(rows, columns, undefined, 'C').map((row) => row.name)).toEqual(['c']);
});
