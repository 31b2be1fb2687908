import { expect, test } from 'vitest';
import { countInBins } from '../../../engine/statistics/bins.ts';
import { type ColumnSketch, emptySketch, sketchOfColumn } from '../../../engine/statistics/profile/column-sketch.ts';
import type { NumberSketch } from '../../../engine/statistics/profile/number-sketch.ts';
import { rowReader } from '../../../engine/statistics/profile/profile-row.ts';
import { type NumberBins, referenceBins, type TextBins } from '../../../engine/statistics/profile/reference-bins.ts';
import { textHash } from '../../../engine/statistics/profile/text-hash.ts';
import type { TextSketch } from '../../../engine/statistics/profile/text-sketch.ts';
import { sampleSize, UnseenSample } from '../../../engine/statistics/profile/unseen-sample.ts';
import { sortedPresentValues } from '../../../engine/statistics/summary.ts';
import { normals, numbers, preparedOf, sampleReference, signature, texts } from './samples.ts';

test('numbers have a bin for each value that many rows have, and ten of equal share', () => {
  const values = [...new Array(600).fill(0), ...normals(400, 1, 5)];
  const bins = referenceBins(numbers('spam', values)) as NumberBins;
  expect(bins.massPoints).toEqual([0]);
  expect(bins.edges).toHaveLength(3);
  expect(bins.counts.slice(1)).toEqual([100, 100, 100, 100]);
  expect(bins.counts[0]).toBe(600);
  expect(bins.centre).toBe(0);
});

test('infinite and missing values are in no way of the bins', () => {
  const bins = referenceBins(numbers('x', [Number.NaN, 1, 2, 3, Number.POSITIVE_INFINITY])) as NumberBins;
  expect(bins).toMatchObject({ rows: 5, missing: 1, minimum: 1, maximum: 3, centre: 2 });
  expect(bins.counts.reduce((sum, rows) => sum + rows, 0)).toBe(4);
  expect(bins.edges.every(Number.isFinite)).toBe(true);
});

test('a column without values has bins all the same', () => {
  const empty = referenceBins(numbers('x', [Number.NaN])) as NumberBins;
  expect(empty).toMatchObject({ centre: 0, scale: 1, minimum: null, counts: [0] });
  const column = sketchOfColumn(preparedOf(numbers('x', [])), numbers('x', [5])) as NumberSketch;
  expect(column).toMatchObject({ rows: 1, below: 0, above: 0 });
});

test('a sketch counts in bins as the exact report does', () => {
  const reference = numbers('x', [...new Array(300).fill(2), ...normals(700, 1)]);
  const prepared = preparedOf(reference);
  const values = [2, ...normals(500, 3), Number.NaN, Number.POSITIVE_INFINITY];
  const sketch = sketchOfColumn(prepared, numbers('x', values)) as NumberSketch;
  const exact = countInBins(sortedPresentValues(Float64Array.from(values)), prepared.bins as NumberBins);
  expect([...sketch.counts]).toEqual(exact);
  expect(sketch.missing).toBe(1);
});

test('levels down to half a percent have bins of their own; single ones stand for what is unseen', () => {
  const values = [...new Array(500).fill('a'), ...new Array(497).fill('b'), 'rare', 'rare', 'once', null];
  const bins = referenceBins(texts('t', values)) as TextBins;
  expect(bins).toMatchObject({ levels: ['a', 'b'], counts: [500, 497, 2, 1], missing: 1, rows: 1001 });
  const sketch = sketchOfColumn(
    preparedOf(texts('t', values)),
    texts('t', ['a', 'rare', 'once', 'new', null]),
  ) as TextSketch;
  expect([...sketch.counts]).toEqual([1, 0, 2, 1]);
  expect(sketch.sample.texts).toEqual([{ hash: textHash('new'), text: 'new', rows: 1 }]);
});

test('a column of ids has one bin for all that is no level', () => {
  const ids = Array.from({ length: 12_000 }, (_, row) => `id ${row}`);
  const bins = referenceBins(texts('id', ids)) as TextBins;
  expect(bins).toMatchObject({ levels: [], rare: null, counts: [12_000, 0] });
});

test('names of objects are levels as others are', () => {
  const names = ['__proto__', 'constructor', 'toString', '__proto__', 'constructor', 'toString'];
  const prepared = preparedOf(texts('t', names));
  const sketch = sketchOfColumn(prepared, texts('t', ['__proto__', 'hasOwnProperty'])) as TextSketch;
  expect(sketch.unseen).toBe(1);
  expect([...sketch.counts].reduce((sum, rows) => sum + rows, 0)).toBe(2);
});

test('a value of the wrong kind is missing, a masked one no value', () => {
  const [age, town] = sampleReference().columns.map(emptySketch) as [ColumnSketch, ColumnSketch];
  age.add(undefined as never);
  town.add(undefined as never);
  expect(age).toMatchObject({ rows: 1, masked: 1, missing: 0 });
  expect(town).toMatchObject({ rows: 1, masked: 1, missing: 0 });
});

test('the sample of unseen values has exact counts and tells how many there were', () => {
  const sample = new UnseenSample();
  for (let round = 0; round < 3; round++) for (let value = 0; value < 2000; value++) sample.add(`value ${value}`);
  expect(sample.texts).toHaveLength(sampleSize);
  expect(sample.texts.every(({ rows }) => rows === 3)).toBe(true);
  expect(Math.abs(sample.distinct - 2000) / 2000).toBeLessThan(0.5);
  const long = new UnseenSample();
  long.add('😀'.repeat(100));
  expect(long.texts[0]?.text).toHaveLength(64);
});

test('hashes are spread evenly and stay what they are', () => {
  const buckets = new Array(16).fill(0);
  for (let value = 0; value < 16_000; value++) buckets[Math.floor((textHash(`v${value}`) / 2 ** 53) * 16)]++;
  expect(Math.min(...buckets)).toBeGreaterThan(850);
  expect(Math.max(...buckets)).toBeLessThan(1150);
  expect([textHash(''), textHash('town 1'), textHash('Zürich')]).toMatchInlineSnapshot(`
    [
      5321809267857509,
      8957560516308274,
      4678350673920039,
    ]
  `);
});

test('a row is read by its columns: times by weekday, masked inputs not at all', () => {
  const { profile } = sampleReference();
  const answer = { label: 'yes', scores: Float32Array.of(0.25, 0.75) };
  const row = [31, 'town 1', true, '2024-02-29'];
  expect(rowReader(profile, signature)(row, answer)).toEqual([31, 'town 1', 'true', 'Thursday', 0.75, 'yes']);
  const masked = rowReader(profile, signature, new Set(['town', 'age']));
  expect(masked([null, 'town 1', null, '2024-02-29T10:00:00Z'], answer)).toEqual([
    ...[null, undefined, null, 'Thursday', 0.75, 'yes'],
  ]);
  const changed = { ...signature, inputs: signature.inputs.slice(1) };
  expect(rowReader(profile, changed)(['town 1', true, null], answer)[0]).toBeUndefined();
});
