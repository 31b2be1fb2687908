import { expect, test } from 'vitest';
import { seededRandom } from '../../engine/base/random.ts';
import { fitCbpe } from '../../engine/statistics/cbpe.ts';
import { type ClassificationInput, classificationMetrics } from '../../engine/statistics/classification-metrics.ts';
import type { EstimatedFigure } from '../../engine/statistics/estimated-figure.ts';
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

test('the realised metrics are within the interval about as often as it says', () => {
  const names = ['accuracy', 'f1', 'roc_auc', 'average_precision', 'log_loss', 'brier', 'matthews'] as const;
  const inside: Record<string, number> = {};
  const trials = 80;
  for (let seed = 0; seed < trials; seed++) {
    const random = seededRandom(seed);
    const cbpe = fitCbpe(drawn(600, random, 1.8), random);
    const window = drawn(400, random, 1.8);
    const estimated = cbpe.estimate(window.probabilities);
    const realised = classificationMetrics(window);
    for (const name of names) {
      const figure = estimated[name];
      const isInside =
        figure && realised[name] !== null && figure.low <= realised[name] && realised[name] <= figure.high;
      inside[name] = (inside[name] ?? 0) + (isInside ? 1 : 0);
    }
  }
  // Isotonic calibration of 600 rows is itself a little off, which the log loss of overconfident answers shows most.
  for (const name of names) expect((inside[name] ?? 0) / trials, name).toBeGreaterThan(0.88);
});

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
