import { expect, test } from 'vitest';
import { globTest } from '../../../engine/data/sources/glob-pattern.ts';

test.for([
  ['*.csv', ['a.csv', '.csv', '*.csv'], ['a/b.csv', 'a.csv.gz', 'acsv']],
  ['**/*.csv', ['a.csv', 'a/b.csv', 'a/b/c.csv'], ['a.txt', 'a.csv/b']],
  ['a/**', ['a/b', 'a/b/c'], ['b/a', 'ab/c']],
  ['a/**/z?.csv', ['a/z1.csv', 'a/b/c/z😀.csv'], ['a/z.csv', 'a/z12.csv', 'z1.csv']],
  ['{a,b{1,2}}.{csv,json}', ['a.csv', 'b1.json', 'b2.csv'], ['b.csv', 'c.csv', '{a.csv']],
  ['[a-c]x[!0-9].csv', ['axy.csv', 'cx-.csv'], ['dxy.csv', 'ax1.csv']],
  ['[]a].csv', ['].csv', 'a.csv'], ['b.csv']],
  ['a[.csv', ['a[.csv'], ['a.csv']],
  ['a{.csv', ['a{.csv'], ['a.csv']],
  ['a.b+(c)$^|.csv', ['a.b+(c)$^|.csv'], ['aab.csv']],
] as const)('%s', ([pattern, fits, doesNot]) => {
  const test = globTest(pattern);
  expect(fits.filter((path) => !test(path))).toEqual([]);
  expect(doesNot.filter((path) => test(path))).toEqual([]);
});

test('no pattern takes long', () => {
  expect(globTest(`${'*a'.repeat(100)}b`)('a'.repeat(250))).toBe(false);
  expect(globTest(`${'**/a/'.repeat(100)}b`)('a/'.repeat(250))).toBe(false);
  expect(() => globTest('{a,b}'.repeat(20))).toThrow(/too many patterns/);
  expect(() => globTest('x'.repeat(1001))).toThrow(/longer/);
  expect(globTest('{1..1000000}.csv')('1.csv')).toBe(false);
});
