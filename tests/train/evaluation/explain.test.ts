import { expect, test } from 'vitest';
import { type Frame, type FrameColumn, selectRows, selectValues } from '../../../engine/base/frame.ts';
import { seededRandom } from '../../../engine/base/random.ts';
import { evenly } from '../../../engine/train/evenly.ts';
import { explainRows, hasExactContributions } from '../../../engine/train/explain/contributions.ts';
import { dependenceOn } from '../../../engine/train/explain/dependence.ts';
import { columnGrid } from '../../../engine/train/explain/grid.ts';
import { sampledContributions } from '../../../engine/train/explain/sampled-shap.ts';
import { answerRows, type Model } from '../../../engine/train/model.ts';
import { subjectOf } from '../../support/evaluation-sample.ts';
import { frameOf, numberColumn, textColumn } from '../../support/train-sample.ts';

const random = seededRandom(11);
const rows = 400;
const numbers = (scale = 1) => Array.from({ length: rows }, () => scale * (random() - 0.5));
const [a, b] = [numbers(4), numbers(2)];
const kinds = Array.from({ length: rows }, () => 'xyz'[Math.floor(random() * 3)] as string);
const effect = { x: -1, y: 0, z: 1.5 } as Record<string, number>;
const score = a.map((value, row) => value + 2 * (b[row] as number) ** 2 + (effect[kinds[row] as string] as number));
const yes = score.map((value) => (value + random() - 0.5 > 0.5 ? 'yes' : 'no'));
const frame = frameOf(
  numberColumn('a', a),
  numberColumn('b', b),
  textColumn('kind', kinds),
  numberColumn('unused', numbers()),
  textColumn('answer', yes),
  numberColumn('number', score),
);
const features = ['a', 'b', 'kind', 'unused'];

const logOdds = (probability: number) => Math.log(probability / (1 - probability));

test.each(['linear', 'trees'])('%s: base and contributions add up to the log odds of the answer', async (learner) => {
  const { model, holdout, training } = await subjectOf(frame, { target: 'answer', features }, learner);
  expect(hasExactContributions(model)).toBe(true);
  const { values, base, columns, unit } = explainRows(model, holdout.frame, training.background, 0);
  expect([unit, columns]).toEqual(['log_odds', features]);
  for (let row = 0; row < holdout.frame.rows; row++) {
    const total = values.slice(row * 4, row * 4 + 4).reduce((sum, value) => sum + value, base[0] as number);
    const probability = Math.min(Math.max(holdout.answers.values[row * 2 + 1] as number, 1e-6), 1 - 1e-6);
    if (probability > 1e-5 && probability < 1 - 1e-5) expect(total).toBeCloseTo(logOdds(probability), 1);
  }
});

/** Shapley values from their definition: all subsets of four columns, over the same background rows. */
function exactValues(model: Model, own: Frame, background: Frame): number[] {
  const answer = (subset: number) => {
    const columns = own.columns.map((column, index): FrameColumn => {
      const from = subset & (1 << index) ? column : (background.columns[index] as FrameColumn);
      const positions =
        subset & (1 << index) ? new Array<number>(background.rows).fill(0) : evenly(background.rows, 1e9);
      return selectValues(from, positions);
    });
    const { values } = answerRows(model, { rows: background.rows, columns });
    return values.filter((_, place) => place % 2 === 1).reduce((sum, value) => sum + value, 0) / background.rows;
  };
  const worth = Array.from({ length: 16 }, (_, subset) => answer(subset));
  const weight = [1 / 4, 1 / 12, 1 / 12, 1 / 4];
  return [0, 1, 2, 3].map((column) =>
    worth.reduce((sum, value, subset) => {
      if (subset & (1 << column)) return sum;
      const size = [0, 1, 2, 3].filter((bit) => subset & (1 << bit)).length;
      return sum + (weight[size] as number) * ((worth[subset | (1 << column)] as number) - value);
    }, 0),
  );
}

test('sampled contributions are the exact ones within their error, and add up to the answer', async () => {
  const { model, holdout, training } = await subjectOf(frame, { target: 'answer', features }, 'trees');
  const onlyFeatures = (whole: Frame): Frame => ({ ...whole, columns: whole.columns.slice(0, 4) });
  const shown = onlyFeatures(selectRows(holdout.frame, [0, 1, 2, 3, 4]));
  const background = onlyFeatures(selectRows(training.background, evenly(training.background.rows, 24)));
  const sampled = sampledContributions(model, shown, background, 3, () => {});
  expect(sampled).toEqual(sampledContributions(model, shown, background, 3, () => {}));
  const answers = answerRows(model, shown).values;
  let inside = 0;
  for (let row = 0; row < 5; row++) {
    const exact = exactValues(model, onlyFeatures(selectRows(shown, [row])), background);
    const own = sampled.values.slice(row * 4, row * 4 + 4);
    const total = own.reduce((sum, value) => sum + value, sampled.base[0] as number);
    expect(total).toBeCloseTo(answers[row * 2 + 1] as number, 6);
    own.forEach((value, column) => {
      const error = sampled.errors?.[row * 4 + column] as number;
      if (Math.abs(value - (exact[column] as number)) <= 3 * error + 1e-6) inside++;
    });
  }
  expect(inside).toBe(20);
});

test('dependence on a column of a linear regression is a line with its slope, in every single row too', async () => {
  const { model, holdout } = await subjectOf(frame, { target: 'number', features });
  const { values, mean, curves, density, kind } = dependenceOn(model, holdout.frame, holdout.positions, 'a', 0);
  expect(kind).toBe('number');
  expect(density.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  const slope = (answers: readonly number[], index: number) =>
    ((answers[index + 1] as number) - (answers[index] as number)) /
    ((values[index + 1] as number) - (values[index] as number));
  const first = slope(mean, 0);
  expect(first).toBeGreaterThan(0.8);
  for (let index = 0; index < values.length - 1; index++) {
    expect(slope(mean, index)).toBeCloseTo(first, 3);
    for (const { answers } of curves) expect(slope(answers, index)).toBeCloseTo(first, 3);
  }
  const ofKinds = dependenceOn(model, holdout.frame, holdout.positions, 'kind', 0);
  const byKind = new Map(ofKinds.values.map((value, index) => [value, ofKinds.mean[index] as number]));
  expect((byKind.get('z') as number) - (byKind.get('x') as number)).toBeCloseTo(2.5, 0);
});

test('the values that a date is set to are days', () => {
  const days = Array.from({ length: 50 }, (_, index) => Date.UTC(2024, 0, 1 + 3 * index));
  const { values, kind } = columnGrid({ name: 'day', type: 'date', kind: 'time', values: Float64Array.from(days) });
  expect([kind, values.length]).toEqual(['time', 20]);
  expect(values.filter((value) => Number(value) % 86_400_000 !== 0)).toEqual([]);
});

test('dependence on a boolean column is told of false and true, not of the numbers between them', async () => {
  const flags = yes.map((_, row) => (row % 3 === 0 ? 1 : 0));
  const flag = numberColumn('flag', flags, 'boolean');
  const shifted = numberColumn(
    'shifted',
    score.map((value, row) => value + 4 * (flags[row] as number)),
  );
  const wish = { target: 'shifted', features: [...features, 'flag'] };
  const { model, holdout } = await subjectOf(frameOf(...frame.columns, flag, shifted), wish);
  const { kind, values, mean } = dependenceOn(model, holdout.frame, holdout.positions, 'flag', 0);
  expect([kind, values]).toEqual(['category', ['false', 'true']]);
  expect((mean[1] as number) - (mean[0] as number)).toBeCloseTo(4, 0);
});
