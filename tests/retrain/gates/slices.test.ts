import { expect, test } from 'vitest';
import type { Frame } from '../../../engine/base/frame.ts';
import { seededRandom } from '../../../engine/base/random.ts';
import { judgeSlices, slicesCheck } from '../../../engine/retrain/gates/slices.ts';
import type { Judgement } from '../../../engine/retrain/judge.ts';

/** Rows of regions whose answers are off by so much: of the champion, of the challenger. */
function contest(rows: number, seed: number, off: (region: string) => [number, number]) {
  const random = seededRandom(seed);
  const regions = Array.from(
    { length: rows },
    () => ['north', 'south', 'east', 'west'][Math.floor(4 * random())] as string,
  );
  const noise = () => random() + random() + random() - 1.5;
  const targets = Float64Array.from(regions, () => 10 * random());
  const answers = (which: 0 | 1) =>
    targets.map((target, row) => target + (off(regions[row] as string)[which] as number) * noise());
  const frame: Frame = {
    rows,
    columns: [
      { name: 'region', type: 'text', kind: 'text', values: regions },
      { name: 'size', type: 'float64', kind: 'number', values: targets.map((value) => 3 * value) },
      { name: 'day', type: 'date', kind: 'time', values: targets.map((_, row) => row * 86_400_000) },
    ],
  };
  const judgement: Judgement = {
    task: 'regression',
    metric: { name: 'rmse', lowerIsBetter: true },
    margin: 0,
    truth: { kind: 'numbers', values: targets },
    champion: { classes: [], values: answers(0) },
    challenger: { classes: [], values: answers(1) },
    seed,
  };
  return { judgement, rows: { frame, rows: Int32Array.from(targets.keys()) } };
}

test('a challenger that is better as a whole and worse in the south is found worse there, and only there', () => {
  const { judgement, rows } = contest(400, 1, (region) => (region === 'south' ? [0.5, 1.5] : [2, 0.5]));
  const slices = judgeSlices(judgement, rows, ['region']);
  expect(slices.map(({ value }) => value).sort()).toEqual(['east', 'north', 'south', 'west']);
  expect(slices.filter(({ worse }) => worse)).toMatchObject([{ column: 'region', value: 'south' }]);
  expect(slices.reduce((sum, slice) => sum + slice.rows, 0)).toBe(400);
  const check = slicesCheck(slices, ['region'], 'rmse');
  expect(check.passed).toBe(false);
  expect(check.detail).toMatch(
    /^it is worse on 1 of 4 slices of region: region south \(RMSE 0\.7\d+ against 0\.2\d+ on \d+ rows\)$/,
  );
});

test('numbers are cut into five ranges, dates into ranges, weekdays and months', () => {
  const { judgement, rows } = contest(400, 2, () => [1, 1]);
  const columns = (name: string) => judgeSlices(judgement, rows, [name]).map(({ column }) => column);
  expect(columns('size')).toEqual(Array(5).fill('size'));
  expect(new Set(columns('day'))).toEqual(new Set(['day', 'day:weekday', 'day:month']));
  expect(() => judgeSlices(judgement, rows, ['regoin'])).toThrow(
    expect.objectContaining({ code: 'train.unknown_column', details: expect.objectContaining({ nearest: 'region' }) }),
  );
});

test('of slices with fewer than 30 rows nothing is said', () => {
  const { judgement, rows } = contest(60, 3, () => [0.1, 5]);
  const slices = judgeSlices(judgement, rows, ['region']);
  expect(slices).toEqual([]);
  expect(slicesCheck(slices, ['region'], 'rmse')).toMatchObject({
    passed: true,
    detail: 'no value of region has 30 of the common rows, so nothing is said of slices',
  });
});

test('one that is as good everywhere is refused for a slice in at most 5 of 100 cases, however many slices there are', () => {
  const contests = 40;
  let refused = 0;
  for (let seed = 0; seed < contests; seed++) {
    const { judgement, rows } = contest(200, 100 + seed, () => [1, 1]);
    if (!slicesCheck(judgeSlices(judgement, rows, ['region', 'size']), ['region', 'size'], 'rmse').passed) refused++;
  }
  // Of 40 fair ones 2 are expected at most; more than 6 come by chance less than once in 100 times.
  expect(refused).toBeLessThanOrEqual(6);
}, 60_000);
