import { expect, test } from 'vitest';
import { seededRandom } from '../../../engine/base/random.ts';
import { measureSlices, type SlicesInput } from '../../../engine/monitor/performance/measure-slices.ts';
import { cutColumn } from '../../../engine/monitor/performance/slice-cuts.ts';

test('numbers are cut at the quartiles of the reference, few values and texts by level', () => {
  const numbers = { name: 'age', kind: 'number' as const, values: Float64Array.from({ length: 101 }, (_, age) => age) };
  const ages = cutColumn(numbers);
  expect(ages.slices).toEqual(['below 25', '25 to 50', '50 to 75', 'from 75', 'missing']);
  const current = { ...numbers, values: Float64Array.of(-5, 25, 49.9, 1000, Number.NaN, Number.POSITIVE_INFINITY) };
  expect([...ages.codes(current)]).toEqual([0, 1, 1, 3, 4, 3]);
  const few = cutColumn({ ...numbers, values: Float64Array.of(2, 1, 2, Number.NaN) });
  expect(few.slices).toEqual(['2', '1', 'other', 'missing']);
  expect([...few.codes({ ...numbers, values: Float64Array.of(1, 3, Number.NaN) })]).toEqual([1, 2, 3]);
  const texts = cutColumn({ name: 'city', kind: 'text', values: ['b', 'a', 'b', null, ''] });
  expect(texts.slices).toEqual(['b', 'a', 'other', 'missing']);
  expect([...texts.codes({ name: 'city', kind: 'text', values: ['a', 'c', '', null] })]).toEqual([1, 2, 3, 3]);
});

test('a constant column and one without a value are one slice', () => {
  const cut = cutColumn({ name: 'x', kind: 'number', values: new Float64Array(50).fill(7) });
  expect([...cut.codes({ name: 'x', kind: 'number', values: Float64Array.of(7, 8) })]).toEqual([0, 1]);
  const empty = cutColumn({ name: 'x', kind: 'number', values: new Float64Array(50).fill(Number.NaN) });
  expect([...empty.codes({ name: 'x', kind: 'number', values: Float64Array.of(7, Number.NaN) })]).toEqual([0, 1]);
});

const columns = (current: number[], reference: number[]): SlicesInput['columns'] => [
  {
    column: 'side',
    slices: ['left', 'right', 'nowhere'],
    current: Int32Array.from(current),
    reference: Int32Array.from(reference),
  },
];

test('what a slice lost is the mean error that its rows brought, and the losses of a mean add up', () => {
  const rows = 200;
  const side = Array.from({ length: rows }, (_, row) => (row % 4 === 0 ? 1 : 0));
  const targets = new Float64Array(rows);
  const errors = (left: number, right: number) => Float64Array.from(side, (each) => (each === 0 ? left : right));
  const slices = measureSlices({
    rule: { task: 'regression', classes: [], threshold: 0.5 },
    metric: { name: 'mae', lowerIsBetter: true },
    current: { answers: errors(1, 9), targets },
    reference: { answers: errors(1, 3), targets },
    columns: columns(side, side),
  });
  expect(slices.map(({ slice }) => slice)).toEqual(['right', 'left']);
  const [right, left] = slices;
  expect(right).toMatchObject({ rows: 50, labelled: 50, reference: 3 });
  expect(right?.value.value).toBe(9);
  expect(right?.lost).toBeCloseTo((9 - 3) / 4, 12);
  expect(left?.lost).toBeCloseTo(0, 12);
  expect((right?.lost as number) + (left?.lost as number)).toBeCloseTo(3 - 1.5, 12);
});

test('a metric that is no mean over rows is lost where the answers became worse', () => {
  const random = seededRandom(1);
  const rows = 2000;
  const side = Array.from({ length: rows }, () => Number(random() < 0.5));
  const answered = (blind: number) => {
    const targets = Float64Array.from(side, () => Number(random() < 0.5));
    const answers = new Float64Array(2 * rows);
    for (const [row, each] of side.entries()) {
      const score =
        each === blind ? random() : Math.min(1, Math.max(0, (targets[row] as number) * 0.4 + random() * 0.6));
      answers.set([1 - score, score], 2 * row);
    }
    return { answers, targets };
  };
  const slices = measureSlices({
    rule: { task: 'binary', classes: ['no', 'yes'], threshold: 0.5 },
    metric: { name: 'roc_auc', lowerIsBetter: false },
    current: answered(1),
    reference: answered(2),
    columns: columns(side, side),
  });
  expect(slices[0]).toMatchObject({ slice: 'right', reference: expect.any(Number) });
  expect(slices[0]?.value.value).toBeCloseTo(0.5, 1);
  expect(slices[0]?.reference).toBeGreaterThan(0.9);
  expect(slices[0]?.lost).toBeGreaterThan(0.15);
  expect(Math.abs(slices[1]?.lost as number)).toBeLessThan(0.02);
});

test('slices without labels, or without rows on the other side, are shown without a verdict', () => {
  const targets = Float64Array.from({ length: 40 }, (_, row) => (row < 20 ? 0 : Number.NaN));
  const slices = measureSlices({
    rule: { task: 'regression', classes: [], threshold: 0.5 },
    metric: { name: 'rmse', lowerIsBetter: true },
    current: { answers: new Float64Array(40).fill(1), targets },
    reference: { answers: new Float64Array(5).fill(1), targets: new Float64Array(5) },
    columns: columns(
      Array.from({ length: 40 }, (_, row) => Number(row >= 20)),
      [0, 0, 0, 0, 0],
    ),
  });
  expect(slices).toEqual([
    {
      column: 'side',
      slice: 'left',
      rows: 20,
      labelled: 20,
      value: { value: 1, low: 1, high: 1 },
      reference: null,
      lost: null,
    },
    {
      column: 'side',
      slice: 'right',
      rows: 20,
      labelled: 0,
      value: { value: null, low: null, high: null },
      reference: null,
      lost: null,
    },
  ]);
});
