import { expect, test } from 'vitest';
import { seededRandom } from '../../engine/base/random.ts';
import { fitCbpe } from '../../engine/statistics/cbpe.ts';
import { type ClassificationInput, classificationMetrics } from '../../engine/statistics/classification-metrics.ts';
import type { EstimatedFigure } from '../../engine/statistics/estimated-figure.ts';
import { fewestAlarms, mostAlarms } from './binomial.ts';
import { readEstimates } from './estimate-fixture.ts';

interface Case {
  name: string;
  classes: string[];
  threshold: number | null;
  holdout: number;
  window: number;
  /** Of two classes the second's probability, of more all of them. */
  given: number[];
  labels: number[];
  expected: {
    calibrated: boolean[];
    windows: {
      values: Record<string, number>;
      sampling_errors: Record<string, number>;
      extra: Record<string, number>;
    }[];
  };
}

const { cases } = readEstimates<{ cases: Case[] }>('cbpe.json');

function probabilitiesOf({ classes, given }: Case, first: number, rows: number): Float64Array {
  if (classes.length > 2)
    return Float64Array.from(given.slice(first * classes.length, (first + rows) * classes.length));
  return Float64Array.from(given.slice(first, first + rows).flatMap((value) => [1 - value, value]));
}

function holdoutOf(one: Case): ClassificationInput {
  return {
    classes: one.classes,
    threshold: one.threshold ?? undefined,
    probabilities: probabilitiesOf(one, 0, one.holdout),
    labels: Int32Array.from(one.labels),
  };
}

test.each(cases)('the estimated performance of $name answers equals NannyML’s', (one) => {
  const cbpe = fitCbpe(holdoutOf(one), seededRandom(1));
  expect(cbpe.calibrated).toEqual(one.expected.calibrated);
  for (const [index, { values, extra, sampling_errors }] of one.expected.windows.entries()) {
    const estimated = cbpe.estimate(probabilitiesOf(one, one.holdout + index * one.window, one.window));
    // NannyML rounds the steps of its curves to five decimals; `extra` has their areas without that.
    for (const [name, value] of Object.entries(values)) {
      expectNear(estimated, name, value, name === 'roc_auc' || name === 'average_precision' ? 1e-6 : 1e-9);
    }
    for (const [name, value] of Object.entries(extra)) expectNear(estimated, name, value, 1e-9);
    for (const [name, error] of Object.entries(sampling_errors)) {
      const figure = estimated[name as keyof typeof estimated];
      if (!figure || figure.high >= 1) continue;
      const ofWindow = (figure.high - figure.value) / 1.959963984540054 / Math.sqrt(1 + one.window / one.holdout);
      // Theirs is a formula for each metric, one of them from 50 resamples; ours is one bootstrap for all.
      expect(ofWindow / error, `sampling error of ${name}`).toBeGreaterThan(0.6);
      expect(ofWindow / error, `sampling error of ${name}`).toBeLessThan(1.6);
    }
  }
});

function expectNear(estimated: Record<string, EstimatedFigure | null>, name: string, value: number, tolerance: number) {
  expect(Math.abs((estimated[name]?.value ?? Number.NaN) - value), name).toBeLessThan(tolerance);
}

/** Answers of a model, and what comes true: overconfident by the factor `sharpness`. */
function drawn(rows: number, random: () => number, sharpness: number): ClassificationInput {
  const probabilities = new Float64Array(rows * 2);
  const labels = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const logit = 3.2 * (random() + random() - 1);
    const given = 1 / (1 + Math.exp(-sharpness * logit));
    probabilities.set([1 - given, given], row * 2);
    labels[row] = Number(random() < 1 / (1 + Math.exp(-logit)));
  }
  return { classes: ['no', 'yes'], probabilities, labels };
}

// Isotonic calibration of 600 rows is itself a little off, which the log loss of overconfident answers shows most; the error of
// a small holdout, which a large window does not make smaller, is not all in the interval.
test.each([
  { holdout: 600, window: 400, misses: [0.05, 0.07] },
  { holdout: 300, window: 2000, misses: [0.12, 0.14] },
] as const)(
  'the interval of $window rows, by a holdout of $holdout, has the realised metric about as often as is said',
  ({ holdout, window, misses: [least, most] }) => {
    const draws = 200;
    const outside = new Map<string, number>();
    for (let seed = 0; seed < draws; seed++) {
      const random = seededRandom(seed);
      const cbpe = fitCbpe(drawn(holdout, random, 1.8), random);
      const rows = drawn(window, random, 1.8);
      const realised: Record<string, unknown> = classificationMetrics(rows);
      for (const [name, figure] of Object.entries(cbpe.estimate(rows.probabilities))) {
        const value = realised[name];
        const isInside = figure !== null && typeof value === 'number' && figure.low <= value && value <= figure.high;
        outside.set(name, (outside.get(name) ?? 0) + Number(!isInside));
      }
    }
    expect(outside.size).toBe(10);
    for (const [name, count] of outside) {
      expect(count, name).toBeGreaterThanOrEqual(fewestAlarms(draws, least));
      expect(count, name).toBeLessThanOrEqual(mostAlarms(draws, most));
    }
  },
);

test('an estimate without rows, without a second class or of a perfect ranking says what it can', () => {
  const holdout = drawn(200, seededRandom(3), 1);
  expect(fitCbpe(holdout, seededRandom(1)).estimate(new Float64Array(0)).accuracy).toBeNull();
  const one = fitCbpe({ ...holdout, labels: new Int32Array(200) }, seededRandom(1));
  expect(one.calibrated).toEqual([false]);
  expect(one.estimate(holdout.probabilities).roc_auc).toBeNull();
  expect(one.estimate(holdout.probabilities).accuracy).not.toBeNull();
  const certain = Float64Array.from({ length: 400 }, (_, cell) => Number(cell % 2 === Math.floor(cell / 200)));
  const perfect = {
    ...holdout,
    probabilities: certain,
    labels: Int32Array.from({ length: 200 }, (_, row) => Number(row >= 100)),
  };
  const figures = fitCbpe(perfect, seededRandom(1)).estimate(certain);
  expect([figures.accuracy?.value, figures.roc_auc?.value, figures.brier?.value]).toEqual([1, 1, 0]);
});
