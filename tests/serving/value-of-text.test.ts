import { expect, test } from 'vitest';
import { valueOfText } from '../../engine/serving/value-of-text.ts';

test('numbers, booleans and times of a file are what a caller would send', () => {
  expect([' 12 ', '-1.5e3', '.5', '+7'].map((text) => valueOfText('float64', text))).toEqual([12, -1500, 0.5, 7]);
  expect(['true', 'FALSE', '1', '0'].map((text) => valueOfText('boolean', text))).toEqual([true, false, true, false]);
  expect(['2004-02-29', '2004-02-29 00:00:00'].map((text) => valueOfText('date', text))).toEqual([
    '2004-02-29',
    '2004-02-29',
  ]);
  expect(
    ['2004-02-29', '2004-02-29 13:45:00', '2004-02-29 13:45:00.5+02', '2004-02-29T13:45Z'].map((text) =>
      valueOfText('timestamp', text),
    ),
  ).toEqual(['2004-02-29T00:00:00', '2004-02-29T13:45:00', '2004-02-29T13:45:00.5+02:00', '2004-02-29T13:45Z']);
});

test('the empty cell is missing, but an empty text stays one', () => {
  expect([null, '', ' ', 'NaN'].map((text) => valueOfText('float64', text))).toEqual([null, null, null, null]);
  expect([null, '', ' nan'].map((text) => valueOfText('text', text))).toEqual([null, '', ' nan']);
});

test('what is no such value stays a text, for the check of the row to refuse', () => {
  expect(['0x10', '1,5', 'Infinity', '1e'].map((text) => valueOfText('int64', text))).toEqual([
    '0x10',
    '1,5',
    'Infinity',
    '1e',
  ]);
  expect(valueOfText('boolean', 'yes')).toBe('yes');
  expect(valueOfText('date', '29.2.2004')).toBe('29.2.2004');
});
