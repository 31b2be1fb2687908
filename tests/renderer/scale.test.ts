import { expect, test } from 'vitest';
import { fileName as chartFileName, toCsv } from '../../renderer/charts/chart-data.ts';
import { linear, linePath, niceAxis, spreadLabels, tickFormat } from '../../renderer/charts/scale.ts';

test('an axis has round ticks and covers its values', () => {
  expect(niceAxis([0.36, 0.88], 2, [0, 1]).ticks).toEqual([0, 0.5, 1]);
  expect(niceAxis([0.6, 26.06]).ticks).toEqual([0, 10, 20, 30]);
  expect(niceAxis([-0.098, 1], 2).minimum).toBe(-1);
  expect(niceAxis([1e-16, 3e-16], 1).ticks).toEqual([0, 2e-16, 4e-16]);
  expect(niceAxis([]).ticks).toEqual([0, 0.5, 1]);
  const one = niceAxis([5]);
  expect(one.minimum).toBeLessThan(5);
  expect(one.maximum).toBeGreaterThan(5);
});

test('a scale without length does not divide by zero', () => {
  expect(linear(3, 3, 0, 100)(3)).toBe(50);
  expect(linear(0, 10, 0, 100)(2.5)).toBe(25);
});

test('a missing value breaks the line', () => {
  expect(linePath([{ x: 0, y: 1 }, null, { x: 2, y: 3 }, { x: 4, y: 5 }])).toBe('M0.0 1.0M2.0 3.0L4.0 5.0');
});

test('labels move apart, keep their order and stay inside', () => {
  const spread = spreadLabels([50, 51, 49], 12, 0, 100);
  const sorted = spread.toSorted((a, b) => a - b);
  expect(spread[2]).toBeLessThan(spread[0] as number);
  expect(spread[0]).toBeLessThan(spread[1] as number);
  expect((sorted[1] as number) - (sorted[0] as number)).toBeGreaterThanOrEqual(12);
  expect(Math.max(...spreadLabels([98, 99, 100], 12, 0, 100))).toBeLessThanOrEqual(100);
});

test("a chart's data is a CSV file that a spreadsheet reads", () => {
  const text = toCsv({
    columns: ['day, UTC', 'rows'],
    rows: [
      ['a "b"', 1.5],
      ['c\nd', null],
    ],
  });
  expect(text).toBe('"day, UTC",rows\r\n"a ""b""",1.5\r\n"c\nd",');
  expect(chartFileName('Clark_Lake, then and now', 'csv')).toBe('clark-lake-then-and-now.csv');
  expect(chartFileName('…', 'png')).toBe('chart.png');
});

test('no two ticks of an axis read the same', () => {
  const words = (ticks: readonly number[]) => ticks.map(tickFormat(ticks));
  expect(words([0, 0.5, 1])).toEqual(['0', '0.5', '1']);
  expect(words([0.782, 0.7825, 0.783])).toEqual(['0.7820', '0.7825', '0.7830']);
  expect(words([0, 5000, 10_000])).toEqual(['0', '5 k', '10 k']);
  expect(words([1996, 1998, 2000])).toEqual(['1996', '1998', '2000']);
});
