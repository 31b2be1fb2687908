import fastCheck from 'fast-check';
import { expect, test } from 'vitest';
import {
  type ClassificationInput,
  classificationMetric,
  classificationMetricNames,
  classificationMetrics,
  predictedClasses,
  selectClassificationRows,
} from '../../engine/statistics/classification-metrics.ts';
import { confusionMatrix } from '../../engine/statistics/confusion.ts';
import { calibrationCurve, precisionRecallCurve, rocCurve } from '../../engine/statistics/curves.ts';
import { regressionMetrics } from '../../engine/statistics/regression-metrics.ts';
import { expectClose, readFixture } from './close-to.ts';

interface ClassificationCase {
  name: string;
  classes: string[];
  threshold: number;
  probabilities: number[][];
  labels: number[];
  expected: Record<string, number | null>;
  confusion: number[][];
  roc?: { fpr: number[]; tpr: number[] };
  precision_recall?: { precision: number[]; recall: number[] };
  calibration?: { observed: number[]; predicted: number[] };
}

interface RegressionCase {
  name: string;
  targets: number[];
  predictions: number[];
  expected: Record<string, number | null>;
}

const cases = readFixture<{ classification: ClassificationCase[]; regression: RegressionCase[] }>('metrics.json');
const tolerance = { relative: 1e-12, absolute: 1e-14 };

function inputOf({ classes, probabilities, labels, threshold }: ClassificationCase): ClassificationInput {
  return { classes, labels, threshold, probabilities: Float64Array.from(probabilities.flat()) };
}

function binaryInput(positive: number[], labels: number[]): ClassificationInput {
  const probabilities = Float64Array.from(positive.flatMap((probability) => [1 - probability, probability]));
  return { classes: ['no', 'yes'], probabilities, labels };
}

test.each(cases.classification)('classification metrics of $name equal scikit-learn', (example) => {
  const input = inputOf(example);
  const metrics: Record<string, number | null> = classificationMetrics(input);
  expect(Object.keys(metrics).sort()).toEqual(Object.keys(example.expected).sort());
  for (const [name, expected] of Object.entries(example.expected))
    expectClose(metrics[name], expected, name, tolerance);
  for (const name of classificationMetricNames) expect(classificationMetric(input, name)).toBe(metrics[name]);
  expect(confusionMatrix(example.labels, predictedClasses(input), example.classes.length)).toEqual(example.confusion);
});

test.each(cases.classification.filter(({ roc }) => roc))('curves of $name equal scikit-learn', (example) => {
  const input = inputOf(example);
  const roc = rocCurve(input, 1, 10_000);
  expect(roc.length).toBe(example.roc?.fpr.length);
  roc.forEach((point, index) => {
    expectClose(point.falsePositiveRate, example.roc?.fpr[index] as number, 'fpr', tolerance);
    expectClose(point.truePositiveRate, example.roc?.tpr[index] as number, 'tpr', tolerance);
  });
  const precisionRecall = precisionRecallCurve(input, 1, 10_000);
  expect(precisionRecall.map(({ recall }) => recall)).toEqual(example.precision_recall?.recall);
  expect(precisionRecall.map(({ precision }) => precision)).toEqual(example.precision_recall?.precision);
  const calibration = calibrationCurve(input);
  expect(calibration.length).toBe(example.calibration?.observed.length);
  calibration.forEach((point, index) => {
    expectClose(point.shareOfPositives, example.calibration?.observed[index] as number, 'observed', tolerance);
    expectClose(point.meanPredicted, example.calibration?.predicted[index] as number, 'predicted', tolerance);
  });
  expect(calibration.reduce((rows, point) => rows + point.rows, 0)).toBe(example.labels.length);
});

test.each(cases.regression)('regression metrics of $name equal scikit-learn', ({ targets, predictions, expected }) => {
  const input = { targets: Float64Array.from(targets), predictions: Float64Array.from(predictions) };
  const metrics: Record<string, number | null> = regressionMetrics(input);
  expect(Object.keys(metrics).sort()).toEqual(Object.keys(expected).sort());
  for (const [name, value] of Object.entries(expected)) expectClose(metrics[name], value, name, tolerance);
});

test('without rows every metric is null', () => {
  const metrics = classificationMetrics(binaryInput([], []));
  expect(metrics).toEqual(Object.fromEntries(classificationMetricNames.map((name) => [name, null])));
  const empty = new Float64Array();
  expect(Object.values(regressionMetrics({ targets: empty, predictions: empty }))).toEqual(Array(5).fill(null));
  expect(rocCurve(binaryInput([0.2], [0]))).toEqual([]);
  expect(precisionRecallCurve(binaryInput([0.2], [0]))).toEqual([]);
});

test('input that does not fit is refused with the row that is wrong', () => {
  expect(() => classificationMetrics({ ...binaryInput([0.1], [0]), labels: [0, 1] })).toThrow('2 probabilities for 2');
  expect(() => classificationMetrics(binaryInput([0.1, 0.2], [0, 2]))).toThrow('row 1 has label 2');
  expect(() => classificationMetrics(binaryInput([0.1, Number.NaN], [0, 1]))).toThrow('row 1 has probability NaN');
  const targets = Float64Array.of(1, Number.NaN);
  expect(() => regressionMetrics({ targets, predictions: targets })).toThrow('row 1');
});

const ratedRows = fastCheck.array(
  fastCheck.record({ score: fastCheck.integer({ min: 0, max: 20 }), label: fastCheck.integer({ min: 0, max: 1 }) }),
  { minLength: 1, maxLength: 60 },
);

test('ranking metrics stay under a monotone transform; swapping the classes mirrors the area', () => {
  fastCheck.assert(
    fastCheck.property(ratedRows, (rows) => {
      const labels = rows.map(({ label }) => label);
      const plain = classificationMetrics(
        binaryInput(
          rows.map(({ score }) => score / 20),
          labels,
        ),
      );
      const bent = classificationMetrics(
        binaryInput(
          rows.map(({ score }) => (score / 20) ** 3 / 2),
          labels,
        ),
      );
      expect(bent.roc_auc).toBe(plain.roc_auc);
      expect(bent.average_precision).toBe(plain.average_precision);
      const mirrored = classificationMetrics(
        binaryInput(
          rows.map(({ score }) => 1 - score / 20),
          labels.map((label) => 1 - label),
        ),
      );
      expectClose(mirrored.roc_auc, plain.roc_auc, 'mirrored area', tolerance);
    }),
  );
});

test('the order of rows does not matter, and selected rows count as often as they are named', () => {
  const input = inputOf(cases.classification.find(({ name }) => name === 'three_classes') as ClassificationCase);
  const backwards = Array.from(input.labels, (_, row) => input.labels.length - 1 - row);
  const twice = selectClassificationRows(input, [...backwards, ...backwards]);
  const metrics: Record<string, number | null> = classificationMetrics(input);
  const others: Record<string, number | null> = classificationMetrics(twice);
  for (const [name, value] of Object.entries(metrics)) expectClose(others[name], value, name, tolerance);
});

test('a thinned curve keeps its ends and its area', () => {
  const rows = 5000;
  const scores = Array.from({ length: rows }, (_, row) => row / rows);
  const labels = scores.map((score, row) => Number(score + ((row * 7919) % 1000) / 1000 > 1));
  const input = binaryInput(scores, labels);
  const curve = rocCurve(input, 1, 100);
  expect(curve.length).toBeLessThanOrEqual(100);
  expect(curve.length).toBeGreaterThan(50);
  expect(curve[0]).toEqual({ falsePositiveRate: 0, truePositiveRate: 0, threshold: null });
  expect(curve.at(-1)).toMatchObject({ falsePositiveRate: 1, truePositiveRate: 1 });
  const area = curve.slice(1).reduce((sum, point, index) => {
    const last = curve[index] as (typeof curve)[number];
    const width = point.falsePositiveRate - last.falsePositiveRate;
    return sum + (width * (point.truePositiveRate + last.truePositiveRate)) / 2;
  }, 0);
  expect(area).toBeCloseTo(classificationMetrics(input).roc_auc as number, 3);
});
