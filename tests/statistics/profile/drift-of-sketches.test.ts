import { describe, expect, test } from 'vitest';
import { driftOfColumn } from '../../../engine/statistics/drift.ts';
import {
  emptySketch,
  mergeSketch,
  sketchOfBins,
  sketchOfColumn,
  sketchOfReference,
} from '../../../engine/statistics/profile/column-sketch.ts';
import { driftOfSketches, judgeSketches } from '../../../engine/statistics/profile/drift-of-sketches.ts';
import type { NumberSketch } from '../../../engine/statistics/profile/number-sketch.ts';
import { rebinned } from '../../../engine/statistics/profile/rebin.ts';
import type { TextSketch } from '../../../engine/statistics/profile/text-sketch.ts';
import { fixtureSamples } from '../drift-columns.ts';
import { normals, numbers, preparedOf, texts } from './samples.ts';

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0);

test.each([
  ['chicago_ridership', '2002_vs_2015'],
  ['seattle_weather', '2012_vs_2015'],
  ['flights_monthly', '2001_02_vs_2001_05'],
])('on %s sketches find the drift that the rows have', (folder, pair) => {
  const { reference, current } = fixtureSamples(folder, pair);
  const verdicts = reference.map((column, index) => {
    const prepared = preparedOf(column);
    const now = current[index] as typeof column;
    const options = { columnCount: reference.length };
    const sketched = driftOfSketches(sketchOfReference(prepared, column), sketchOfColumn(prepared, now), options);
    return { sketched, exact: driftOfColumn(column, now, options) };
  });
  for (const { sketched, exact } of verdicts) {
    // Close calls may differ: the bins are not the same.
    if (Math.abs((exact.score ?? 0) - 0.2) > 0.06)
      expect([exact.name, sketched.drifted]).toEqual([exact.name, exact.drifted]);
    const { ks_statistic: ks, wasserstein } = exact.statistics;
    const { ks_statistic: found, ks_error, wasserstein: distance, wasserstein_error } = sketched.statistics;
    if (typeof ks !== 'number') continue;
    expect(Math.abs(ks - (found as number))).toBeLessThanOrEqual((ks_error as number) + 1e-12);
    expect(Math.abs((wasserstein as number) - (distance as number))).toBeLessThanOrEqual(
      (wasserstein_error as number) + 1e-9,
    );
  }
});

test('few rows are judged in fewer slots, and too few not at all', () => {
  const reference = numbers('x', [...new Array(100).fill(0), ...normals(900, 1, 5)]);
  const prepared = preparedOf(reference);
  const sketch = sketchOfReference(prepared, reference);
  const slots = (rows: number) =>
    driftOfSketches(sketch, sketchOfColumn(prepared, numbers('x', normals(rows, 2, 5)))).bins.length;
  expect(slots(1000)).toBe(10);
  expect(slots(60)).toBeLessThanOrEqual(7);
  expect(slots(31)).toBeLessThanOrEqual(4);
  const few = driftOfSketches(sketch, sketchOfColumn(prepared, numbers('x', normals(29, 2, 50))));
  expect(few).toMatchObject({ verdict: 'too_few_rows', score: null, drifted: false });
  expect(judgeSketches(sketch, sketchOfColumn(prepared, numbers('x', normals(40, 2, 50)))).drifted).toBe(true);
});

test('counts alone are judged as well, without estimates', () => {
  const prepared = preparedOf(numbers('x', normals(1000, 1)));
  const found = driftOfSketches(sketchOfBins(prepared), sketchOfColumn(prepared, numbers('x', normals(500, 2, 2))));
  expect(found).toMatchObject({ drifted: true, statistics: { ks_statistic: null, wasserstein: null } });
});

test('missing values and unseen texts are drift as well', () => {
  const reference = texts(
    't',
    Array.from({ length: 1000 }, (_, row) => `level ${row % 5}`),
  );
  const prepared = preparedOf(reference);
  const drift = (values: (string | null)[]) =>
    driftOfSketches(sketchOfReference(prepared, reference), sketchOfColumn(prepared, texts('t', values)));
  const same = Array.from({ length: 200 }, (_, row) => `level ${row % 5}`);
  expect(drift(same).drifted).toBe(false);
  expect(drift([...same, ...new Array(100).fill(null)]).drifted).toBe(true);
  expect(drift([...same, ...new Array(100).fill('new')]).drifted).toBe(true);
});

test('masked rows are not judged', () => {
  const prepared = preparedOf(numbers('x', normals(1000, 1)));
  const sketch = emptySketch(prepared) as NumberSketch;
  for (let row = 0; row < 100; row++) sketch.add(undefined);
  expect(driftOfSketches(sketchOfBins(prepared), sketch).verdict).toBe('too_few_rows');
});

describe('on the bins of another version', () => {
  test('all rows have a place, and few are uncertain', () => {
    const [older, newer] = [
      preparedOf(numbers('x', normals(2000, 1))),
      preparedOf(numbers('x', normals(2000, 2, 0.4))),
    ];
    const values = numbers('x', [...normals(3000, 3), Number.NaN, Number.POSITIVE_INFINITY]);
    const found = rebinned(sketchOfColumn(older, values), newer);
    const exact = sketchOfColumn(newer, values);
    const sketch = found?.sketch as NumberSketch;
    expect(sum(sketch.counts)).toBe(3001);
    expect(sketch).toMatchObject({ rows: 3002, missing: 1, positiveInfinite: 1 });
    const misplaced = sum(Array.from(sketch.counts, (rows, bin) => Math.abs(rows - (exact.counts[bin] as number)))) / 2;
    expect(misplaced).toBeLessThanOrEqual(found?.uncertainRows as number);
    expect((found?.uncertainRows as number) / 3002).toBeLessThan(0.1);
  });

  test('mass points keep their rows', () => {
    const zeros = [...new Array(500).fill(0), ...normals(500, 1, 5)];
    const [older, newer] = [
      preparedOf(numbers('x', zeros)),
      preparedOf(
        numbers(
          'x',
          zeros.map((value) => value * 1.1),
        ),
      ),
    ];
    const sketch = rebinned(sketchOfColumn(older, numbers('x', zeros)), newer)?.sketch as NumberSketch;
    expect(sketch.counts[0]).toBe(500);
  });

  test('equal bins are taken as they are', () => {
    const values = numbers('x', normals(500, 1));
    const sketch = sketchOfColumn(preparedOf(values), values);
    expect(rebinned(sketch, preparedOf(values))?.uncertainRows).toBe(0);
  });

  test('levels go where the other version has them', () => {
    const older = preparedOf(texts('t', [...new Array(500).fill('a'), ...new Array(500).fill('b'), 'rare', 'rare']));
    const newer = preparedOf(texts('t', [...new Array(100).fill('b'), ...new Array(100).fill('c')]));
    const now = sketchOfColumn(older, texts('t', ['a', 'b', 'c', 'c', 'rare', null]));
    const found = rebinned(now, newer);
    const sketch = found?.sketch as TextSketch;
    expect([...sketch.counts]).toEqual([1, 2, 1, 1]);
    expect(sketch.sample.texts).toEqual([expect.objectContaining({ text: 'a', rows: 1 })]);
    expect(found?.uncertainRows).toBe(1);
    const merged = emptySketch(newer);
    mergeSketch(merged, sketch);
    expect(merged).toMatchObject({ rows: 6, missing: 1 });
  });

  test('a column that is text in one version and a number in the other has none', () => {
    const sketch = sketchOfColumn(preparedOf(texts('t', ['1', '2'])), texts('t', ['1']));
    expect(rebinned(sketch, preparedOf(numbers('t', [1, 2])))).toBeNull();
  });
});
