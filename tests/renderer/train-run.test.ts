import { describe, expect, test } from 'vitest';
import type { ThresholdPoint } from '../../engine/contract/train-classification.ts';
import type { Contributions } from '../../engine/contract/train-explanations.ts';
import { parseModelTests } from '../../engine/train/model-tests/test-file.ts';
import { sumFormat, valueWords, waterfall } from '../../renderer/charts/waterfall.ts';
import { confusionView, mistakes } from '../../renderer/train/run/confusion-view.ts';
import { walkOf } from '../../renderer/train/run/pairs.ts';
import {
  errorWords,
  estimateRange,
  estimateWords,
  gainWords,
  whyTitle,
} from '../../renderer/train/run/report-words.ts';
import { starterTests } from '../../renderer/train/run/starter-tests.ts';
import { swarm } from '../../renderer/train/run/swarm.ts';
import { costOf, figuresOf, pointAt } from '../../renderer/train/run/threshold-choice.ts';
import { rangeWords } from '../../renderer/ui/figure-words.ts';
import { formatPercent, formatShort } from '../../renderer/ui/format.ts';

const contributions: Contributions = {
  row: 3,
  class: null,
  unit: 'answer',
  method: 'linear',
  base: 15.27,
  total: 19.7,
  answer: 19.7,
  actual: 3.4,
  columns: [4, 1, -0.5, -0.2, 0.1, 0.05, 0.03, 0.02, -0.03, -0.04].map((contribution, index) => ({
    name: `c${index}`,
    value: index,
    contribution,
    error: 0,
  })),
};

test('a gain is told as what became of the error', () => {
  expect(gainWords({ value: 0.58, low: 0.51, high: 0.64 })).toBe('51 to 64 % lower');
  expect(gainWords({ value: -0.11, low: -0.17, high: -0.047 })).toBe('4.7 to 17 % higher');
});

describe('why a row got its answer', () => {
  test('the steps lead from the average to the answer, the small ones together', () => {
    const steps = waterfall(contributions, 4);
    expect(steps.map(({ name }) => name)).toEqual(['c0', 'c1', 'c2', 'c3', '6 others']);
    expect(steps[0]).toMatchObject({ from: 15.27, to: 19.27 });
    for (const [index, step] of steps.entries()) if (index > 0) expect(step.from).toBe(steps[index - 1]?.to);
    expect(steps.at(-1)?.to).toBeCloseTo(19.7);
    expect(waterfall({ ...contributions, columns: contributions.columns.slice(0, 5) }, 4)).toHaveLength(5);
    expect([1998, 0.12345, null, true].map(valueWords)).toEqual(['1998', '0.123', 'missing', 'true']);
  });

  test('figures of one sum have the same decimals', () => {
    const format = sumFormat(contributions);
    expect([format(15.27), format(4, true), format(-0.5, true), format(19.7)]).toEqual([
      '15.27',
      '+4.00',
      '−0.50',
      '19.70',
    ]);
    expect(sumFormat({ ...contributions, base: 3940.4, total: 4100 })(3940.4)).toBe('3,940');
    expect(sumFormat({ ...contributions, base: 1234567.8, total: 1 })(-1234567.8)).toBe('−1,234,568');
    const huge = sumFormat({ ...contributions, base: 2.5e12, total: 2.4e12 });
    expect([huge(2.5e12), huge(-1e11, true), huge(4, true)]).toEqual(['2.500e12', '−0.100e12', '+0.000e12']);
    const small = sumFormat({ base: 0.0123, total: 0.0125, columns: [] });
    expect([small(0.0123), small(0.0002, true)]).toEqual(['0.0123', '+0.0002']);
    expect(sumFormat({ base: 2e-7, total: 3e-7, columns: [] })(2e-7)).toBe('2.000e−7');
    expect(sumFormat({ base: 0, total: 0, columns: [] })(0)).toBe('0.000');
    expect(whyTitle(contributions)).toBe('Why 19.7');
    expect(whyTitle({ ...contributions, class: 'yes', answer: 0.831 })).toBe('Why 83 % yes');
    expect(errorWords(3.4, 19.7)).toBe('+16.3');
    expect(errorWords('no', 0.8)).toBe('');
  });

  test('a walk goes by falling error: the worst rows, then the drawn ones', () => {
    const report = {
      worst: [{ row: 7 }, { row: 2 }],
      regression: {
        pairs: [
          { row: 2, actual: 1, predicted: 5 },
          { row: 9, actual: 1, predicted: 2 },
          { row: 4, actual: 1, predicted: 4 },
        ],
      },
    } as never;
    expect(walkOf(report, 7)).toEqual({ remark: 'the largest error', larger: undefined, smaller: 2 });
    expect(walkOf(report, 2)).toEqual({ remark: 'the second largest error', larger: 7, smaller: 4 });
    expect(walkOf(report, 9)).toEqual({ remark: '', larger: 4, smaller: undefined });
    expect(walkOf(report, 1000)).toBeUndefined();
  });
});

test('metrics in words, on axes that begin where honesty asks', () => {
  const rmse = { name: 'rmse', value: 2.96, low: 2.48, high: 3.44, baseline: 7.01, lowerIsBetter: true };
  expect(estimateWords(rmse)).toBe('2.48 to 3.44; baseline 7.01');
  expect(estimateRange(rmse)[0]).toBe(0);
  expect(estimateRange(rmse)[1]).toBeGreaterThan(7.01);
  expect(estimateRange({ ...rmse, name: 'r2', value: -0.4 })).toEqual([-0.4, 1]);
  expect(rangeWords({ value: 0.58, low: 0.51, high: 0.64 }, formatPercent)).toBe('51 to 64 %');
  expect(rangeWords({ value: 1, low: null, high: null }, formatPercent)).toBe('');
  expect([19.7, 3940.2, 0.12345, -16.3, 2].map(formatShort)).toEqual(['19.7', '3,940', '0.123', '−16.3', '2']);
});

describe('a confusion matrix', () => {
  test('of few classes is shown as it is', () => {
    expect(
      confusionView(
        ['a', 'b'],
        [
          [3, 1],
          [0, 2],
        ],
      ),
    ).toEqual({
      classes: ['a', 'b'],
      matrix: [
        [3, 1],
        [0, 2],
      ],
    });
  });

  test('of many classes keeps the frequent ones and counts every row', () => {
    const classes = Array.from({ length: 100 }, (_, index) => `c${index}`);
    const matrix = classes.map((_, real) =>
      classes.map((__, said) => (real === said ? real + 1 : real === 99 && said === 0 ? 7 : 0)),
    );
    const view = confusionView(classes, matrix, 10);
    expect(view.classes).toEqual([...classes.slice(90), '90 others']);
    const sum = (of: readonly (readonly number[])[]) => of.flat().reduce((total, count) => total + count, 0);
    expect(sum(view.matrix)).toBe(sum(matrix));
    expect(mistakes(classes, matrix)).toEqual([{ real: 'c99', said: 'c0', rows: 7, share: 7 / 107 }]);
  });
});

describe('a threshold', () => {
  const point = (threshold: number, truePositives: number, falsePositives: number): ThresholdPoint => ({
    threshold,
    truePositives,
    falsePositives,
    trueNegatives: 6 - falsePositives,
    falseNegatives: 4 - truePositives,
  });
  const points = [point(0.9, 1, 0), point(0.6, 3, 1), point(0.2, 4, 4)];

  test('does what the next score above it does', () => {
    expect(pointAt(points, 0.6)?.threshold).toBe(0.6);
    expect(pointAt(points, 0.5)?.threshold).toBe(0.6);
    expect(pointAt(points, 0)?.threshold).toBe(0.2);
    expect(pointAt([], 0.5)).toBeUndefined();
  });

  test('above every score calls no row positive', () => {
    expect(pointAt(points, 0.95)).toEqual({ ...point(0.95, 0, 0), threshold: 0.95 });
    expect(figuresOf(pointAt(points, 1) as ThresholdPoint)).toMatchObject({ recall: 0, precision: null, called: 0 });
  });

  test('is weighed by what its two errors cost', () => {
    const middle = point(0.6, 3, 1);
    expect(figuresOf(middle)).toEqual({ recall: 0.75, precision: 0.75, falseAlarmRate: 1 / 6, f1: 0.75, called: 0.4 });
    expect(costOf(middle, { falsePositive: 1, falseNegative: 5 })).toBe(0.6);
  });
});

test('dots of the same contribution stand apart within their lane', () => {
  const dots = swarm([[1, 1, 1, 0], new Array(500).fill(0.5)], [[0, 1, null, 0.5], []]);
  expect(dots).toHaveLength(504);
  expect(new Set(dots.slice(0, 3).map(({ shift }) => shift)).size).toBe(3);
  expect(dots[2]?.value).toBeNull();
  for (const { shift } of dots) expect(Math.abs(shift)).toBeLessThanOrEqual(0.4);
  expect(swarm([], [])).toEqual([]);
});

test('the first tests of a target can be kept as they are offered', () => {
  const features = [
    { name: 'monthly: "price"', role: 'number', width: 1 },
    { name: 'sex', role: 'category', width: 2 },
  ];
  const text = starterTests('days: late', { name: 'rmse', baseline: 6.0234, lowerIsBetter: true }, features);
  expect(parseModelTests(text, 'days: late')).toEqual([
    { name: 'better than the baseline', kind: 'metric', metric: 'rmse', maximum: 6.02 },
  ]);
  const whole = text.replaceAll(/^#/gm, '');
  expect(parseModelTests(whole, 'days: late').map(({ kind }) => kind)).toEqual([
    'metric',
    'direction',
    'invariance',
    'row',
  ]);
});
