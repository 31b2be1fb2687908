import { expect, test } from 'vitest';
import { seededRandom } from '../../engine/base/random.ts';
import { classificationMetrics } from '../../engine/statistics/classification-metrics.ts';
import {
  addSums,
  classificationSums,
  figuresOfSums,
  regressionSums,
} from '../../engine/statistics/performance-sums.ts';
import { regressionMetrics } from '../../engine/statistics/regression-metrics.ts';

const random = seededRandom(4);

function classification(classes: readonly string[], rows: number) {
  const labels = Int32Array.from({ length: rows }, () => Math.floor(random() * classes.length));
  const probabilities = new Float64Array(rows * classes.length);
  for (let row = 0; row < rows; row++) {
    const weights = classes.map((_, index) => random() + (index === labels[row] ? 0.7 : 0));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    probabilities.set(
      weights.map((weight) => weight / sum),
      row * classes.length,
    );
  }
  return { classes, labels, probabilities };
}

test.each([[['no', 'yes']], [['a', 'b', 'c']]])('sums of days give the metrics of all rows: %j', (classes) => {
  const all = classification(classes, 900);
  const parts = [0, 300, 600].map((start) => ({
    classes,
    labels: all.labels.slice(start, start + 300),
    probabilities: all.probabilities.slice(start * classes.length, (start + 300) * classes.length),
  }));
  const figures = figuresOfSums(parts.map(classificationSums).reduce((one, other) => addSums(one, other) as never));
  const exact = classificationMetrics(all);
  for (const [name, value] of Object.entries(exact)) {
    const isArea = name === 'roc_auc' || name === 'average_precision';
    expect(figures[name]?.value, name).toBeCloseTo(value as number, isArea ? 2 : 10);
  }
  expect(Object.keys(figures).sort()).toEqual(Object.keys(exact).sort());
  for (const name of ['accuracy', 'log_loss', 'brier']) {
    expect(figures[name]?.low).toBeLessThan(exact[name as 'brier'] as number);
    expect(figures[name]?.high).toBeGreaterThan(exact[name as 'brier'] as number);
  }
});

test('sums of a regression give its metrics, the median within its bin, however far the targets lie from 0', () => {
  const targets = Float64Array.from({ length: 600 }, (_, row) => 1e6 + row + random());
  const predictions = targets.map((target) => target + 40 * (random() - 0.4));
  const part = (start: number) =>
    regressionSums({ targets: targets.slice(start, start + 200), predictions: predictions.slice(start, start + 200) });
  const figures = figuresOfSums(addSums(addSums(part(400), part(0)), part(200)));
  const exact = regressionMetrics({ targets, predictions });
  for (const name of ['rmse', 'mae', 'r2', 'mape'] as const) {
    expect((figures[name]?.value as number) / (exact[name] as number), name).toBeCloseTo(1, 8);
  }
  const median = exact.median_absolute_error as number;
  expect(Math.abs((figures.median_absolute_error?.value as number) / median - 1)).toBeLessThan(0.03);
  expect(figures.rmse?.low).toBeLessThan(exact.rmse as number);
  expect(figures.rmse?.high).toBeGreaterThan(exact.rmse as number);
});

test('sums of other classes, or another task, are not added', () => {
  const two = classificationSums(classification(['no', 'yes'], 20));
  const other = classificationSums(classification(['yes', 'no'], 20));
  expect(() => addSums(two, other)).toThrow(RangeError);
  const numbers = regressionSums({ targets: Float64Array.of(1), predictions: Float64Array.of(1) });
  expect(() => addSums(two, numbers)).toThrow(RangeError);
  expect(figuresOfSums(numbers)).toMatchObject({ rmse: { value: 0 }, r2: { value: null } });
});
