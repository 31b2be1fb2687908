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

/** Standard deviations of metrics over resamples of the rows (Efron 1979). */
function spreads(rows: number, metricsOf: (drawn: Int32Array) => object): Record<string, number> {
  const draw = seededRandom(11);
  const repeats = 300;
  const values = Array.from({ length: repeats }, () => {
    const drawn = Int32Array.from({ length: rows }, () => Math.floor(draw() * rows));
    return metricsOf(drawn) as Record<string, number>;
  });
  return Object.fromEntries(
    Object.keys(values[0] as object).map((name) => {
      const mean = values.reduce((sum, each) => sum + (each[name] as number), 0) / repeats;
      const squares = values.reduce((sum, each) => sum + ((each[name] as number) - mean) ** 2, 0);
      return [name, Math.sqrt(squares / (repeats - 1))];
    }),
  );
}

const halfOf = (figure: { low: number | null; high: number | null } | undefined) =>
  ((figure?.high as number) - (figure?.low as number)) / 2 / 1.96;

test.each([[['no', 'yes']], [['a', 'b', 'c']]])(
  'intervals of sums are as wide as those of resampled rows: %j',
  (classes) => {
    const rows = 800;
    const all = classification(classes, rows);
    const figures = figuresOfSums(classificationSums(all));
    const expected = spreads(rows, (drawn) =>
      classificationMetrics({
        classes,
        labels: drawn.map((row) => all.labels[row] as number),
        probabilities: Float64Array.from({ length: rows * classes.length }, (_, at) => {
          const row = drawn[Math.floor(at / classes.length)] as number;
          return all.probabilities[row * classes.length + (at % classes.length)] as number;
        }),
      }),
    );
    const names = ['accuracy', 'balanced_accuracy', 'precision', 'recall', 'f1', 'matthews', 'log_loss', 'brier'];
    const areas = ['roc_auc', 'average_precision'];
    for (const name of classes.length === 2 ? [...names, ...areas] : names) {
      const ratio = halfOf(figures[name]) / (expected[name] as number);
      expect(ratio, `${name} ${ratio}`).toBeGreaterThan(0.85);
      expect(ratio, `${name} ${ratio}`).toBeLessThan(1.15);
    }
    // How the probabilities of one class go with those of another is not kept.
    if (classes.length > 2) for (const name of areas) expect(figures[name]).toMatchObject({ low: null, high: null });
  },
);

test('intervals of a regression are as wide as those of resampled rows, of R² from sums that were added as well', () => {
  const rows = 800;
  const targets = Float64Array.from({ length: rows }, (_, row) => 1000 + 50 * Math.exp(2 * random()) + row / 40);
  const predictions = targets.map((target) => target + (random() - 0.45) * (target - 990) * 0.4);
  const parts = [500, 0, 200].map((start, index) => {
    const end = [800, 200, 500][index];
    return regressionSums({ targets: targets.slice(start, end), predictions: predictions.slice(start, end) });
  });
  const figures = figuresOfSums(parts.reduce((one, other) => addSums(one, other) as never));
  const expected = spreads(rows, (drawn) =>
    regressionMetrics({
      targets: Float64Array.from(drawn, (row) => targets[row] as number),
      predictions: Float64Array.from(drawn, (row) => predictions[row] as number),
    }),
  );
  for (const name of ['rmse', 'mae', 'r2', 'mape', 'median_absolute_error']) {
    const ratio = halfOf(figures[name]) / (expected[name] as number);
    const tolerance = name === 'median_absolute_error' ? 0.35 : 0.15;
    expect(Math.abs(ratio - 1), `${name} ${ratio}`).toBeLessThan(tolerance);
  }
  const whole = figuresOfSums(regressionSums({ targets, predictions }));
  expect(figures.r2?.low as number).toBeCloseTo(whole.r2?.low as number, 9);
  // Sums of before have no moments of both.
  const [first, ...others] = parts.map((part) => part as Extract<typeof part, { task: 'regression' }>);
  const { joint: _, ...old } = first as never as { joint: unknown };
  const mixed = figuresOfSums(others.reduce((one, other) => addSums(one, other) as never, old as never));
  expect(mixed.r2).toEqual({ value: expect.closeTo(whole.r2?.value as number, 9), low: null, high: null });
});

test('an interval ends where a metric does, and a score of nothing but hits has no width', () => {
  const perfect = classificationSums({
    classes: ['no', 'yes'],
    labels: Int32Array.from([0, 1, 0, 1]),
    probabilities: Float64Array.from([1, 0, 0, 1, 0.9, 0.1, 0.2, 0.8]),
  });
  const figures = figuresOfSums(perfect);
  for (const name of ['f1', 'roc_auc', 'average_precision', 'matthews']) {
    const one = expect.closeTo(1, 9);
    expect(figures[name], name).toEqual({ value: one, low: one, high: 1 });
  }
});
