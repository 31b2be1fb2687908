import { expect, test } from 'vitest';
import type { Frame, FrameColumn } from '../../engine/base/frame.ts';
import { seededRandom } from '../../engine/base/random.ts';
import { type DirectLoss, fitDirectLoss } from '../../engine/statistics/direct-loss.ts';
import { regressionMetrics } from '../../engine/statistics/regression-metrics.ts';
import type { FeatureMatrix } from '../../engine/train/features/feature-matrix.ts';
import { sideRegression } from '../../engine/train/side-regression.ts';
import { readEstimates } from '../statistics/estimate-fixture.ts';

type Columns = Record<string, (number | string | null)[]>;

const fixture = readEstimates<{
  holdout: Columns;
  rows: Columns;
  window: number;
  windows: {
    values: Record<string, number>;
    sampling_errors: Record<string, number>;
    realised: Record<string, number>;
  }[];
}>('direct-loss.json');

const inputs = ['area', 'age', 'town', 'prediction'];

function frameOf(columns: Columns, first = 0, end?: number): Frame {
  const taken = inputs.map((name): FrameColumn => {
    const values = (columns[name] as (number | string | null)[]).slice(first, end);
    if (name === 'town') return { name, type: 'text', kind: 'text', values: values as (string | null)[] };
    const numbers = Float64Array.from(values, (value) => (value === null ? Number.NaN : Number(value)));
    return { name, type: 'float64', kind: 'number', values: numbers };
  });
  return { rows: taken[0]?.values.length ?? 0, columns: taken };
}

const numbers = (columns: Columns, name: string, first = 0, end?: number) =>
  Float64Array.from((columns[name] as number[]).slice(first, end));

function fitted(): { loss: DirectLoss<FeatureMatrix>; rowsOf: (frame: Frame) => FeatureMatrix } {
  const side = sideRegression(frameOf(fixture.holdout));
  const holdout = { targets: numbers(fixture.holdout, 'price'), predictions: numbers(fixture.holdout, 'prediction') };
  return { loss: fitDirectLoss(holdout, side.fit, seededRandom(1)), rowsOf: side.rowsOf };
}

test('the estimated errors of a regression are within 5 % of NannyML’s, and so are those that came true', () => {
  const { loss, rowsOf } = fitted();
  for (const [index, { values, sampling_errors, realised }] of fixture.windows.entries()) {
    const [first, end] = [index * fixture.window, (index + 1) * fixture.window];
    const figures = loss.estimate(
      rowsOf(frameOf(fixture.rows, first, end)),
      numbers(fixture.rows, 'prediction', first, end),
    );
    for (const name of ['mae', 'rmse', 'mape'] as const) {
      expect(Math.abs((figures[name]?.value ?? 0) / (values[name] as number) - 1), `${name} ${index}`).toBeLessThan(
        0.05,
      );
      const error = ((figures[name]?.high ?? 0) - (figures[name]?.value ?? 0)) / 1.959963984540054;
      const ofWindow = error / Math.sqrt(1 + fixture.window / 3000);
      expect(ofWindow / (sampling_errors[name] as number), `sampling error of ${name}`).toBeGreaterThan(0.75);
      expect(ofWindow / (sampling_errors[name] as number), `sampling error of ${name}`).toBeLessThan(1.3);
    }
    expect((figures.rmse?.value ?? 0) ** 2 / (values.mse as number)).toBeGreaterThan(0.9);
    expect(Math.abs((figures.mae?.value ?? 0) / (realised.mae as number) - 1)).toBeLessThan(0.1);
  }
});

test('the estimate of the explained share is near what comes true where errors are unrelated to predictions', () => {
  const { loss, rowsOf } = fitted();
  const figures = loss.estimate(rowsOf(frameOf(fixture.holdout)), numbers(fixture.holdout, 'prediction'));
  const { r2 } = regressionMetrics({
    targets: numbers(fixture.holdout, 'price'),
    predictions: numbers(fixture.holdout, 'prediction'),
  });
  expect(Math.abs((figures.r2?.value ?? 0) - (r2 ?? 1))).toBeLessThan(0.02);
});

test('without rows nothing is estimated', () => {
  const { loss, rowsOf } = fitted();
  const figures = loss.estimate(rowsOf(frameOf(fixture.rows, 0, 0)), new Float64Array(0));
  expect(figures).toEqual({ mae: null, rmse: null, mape: null, r2: null });
});
