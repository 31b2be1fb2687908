import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { seededRandom } from '../../engine/base/random.ts';
import { calibration } from '../../engine/statistics/calibration.ts';
import { classificationMetrics } from '../../engine/statistics/classification-metrics.ts';
import { conformalHalfWidth } from '../../engine/statistics/conformal.ts';
import { classificationOfCounts, regressionOfCounts } from '../../engine/statistics/counted-metrics.ts';
import { fairnessDifferences, groupCounts, groupRates } from '../../engine/statistics/fairness.ts';
import { gainCurve } from '../../engine/statistics/gains.ts';
import { deLongTest, mcNemarTest } from '../../engine/statistics/paired-tests.ts';
import { wilsonInterval } from '../../engine/statistics/proportions.ts';
import { rankingSteps } from '../../engine/statistics/ranking.ts';
import { regressionMetrics } from '../../engine/statistics/regression-metrics.ts';
import { searchSlices } from '../../engine/statistics/slice-search.ts';
import { chooseThreshold, thresholdPoints, thresholdScores } from '../../engine/statistics/thresholds.ts';
import { adjustedPValues, type Moments, welchLargerP } from '../../engine/statistics/welch.ts';
import { linearContributions } from '../../engine/train/explain/linear-shap.ts';
import type { FeatureMatrix } from '../../engine/train/features/feature-matrix.ts';
import { expectClose } from './close-to.ts';

interface Reference {
  fairness: {
    sex: string[];
    area: string[];
    actual: number[];
    selected: number[];
    expected: Record<string, Record<string, number> & { by_group: Record<string, Record<string, number>> }>;
  };
  linear_shap: {
    background: number[][];
    rows: number[][];
    cases: { name: string; coefficients: number[][]; base: number[]; values: number[][][] }[];
  };
  calibration: { scores: number[]; labels: number[]; expected_error: number; largest_error: number };
  delong: { first: number[]; second: number[]; labels: number[]; areas: number[]; z: number; p: number };
  wilson: { hits: number; rows: number; interval: [number, number] }[];
  mcnemar: { only_first: number; only_second: number; p: number }[];
  welch: { samples: number[][]; p: number };
  benjamini_hochberg: { p: number[]; adjusted: number[] };
  conformal: { residuals: number[]; widths: { level: number; width: number }[] };
}

const reference = JSON.parse(
  readFileSync(new URL('../fixtures/evaluation/evaluation.json', import.meta.url), 'utf8'),
) as Reference;
const tolerance = { relative: 1e-9, absolute: 1e-12 };

test.each(Object.keys(reference.fairness.expected))('fairness by %s equals Fairlearn', (by) => {
  const { sex, area, actual, selected, expected } = reference.fairness;
  const names: Record<string, string[]> = { sex, area, 'sex+area': sex.map((value, row) => `${value}|${area[row]}`) };
  const values = names[by] as string[];
  const groups = [...new Set(values)].sort();
  const decisions = {
    groups: Int32Array.from(values, (value) => groups.indexOf(value)),
    groupCount: groups.length,
    actual: Uint8Array.from(actual),
    selected: Uint8Array.from(selected),
  };
  const counts = groupCounts(decisions);
  const { by_group: byGroup, ...differences } = expected[by] as (typeof expected)[string];
  groups.forEach((group, index) => {
    const rates: Record<string, number | null> = { ...groupRates(counts[index] as (typeof counts)[number]) };
    for (const [name, value] of Object.entries(byGroup[group] ?? {})) expectClose(rates[name], value, name, tolerance);
  });
  const found: Record<string, number | null> = { ...fairnessDifferences(counts) };
  expect(Object.keys(found).sort()).toEqual(Object.keys(differences).sort());
  for (const [name, value] of Object.entries(differences)) expectClose(found[name], value as number, name, tolerance);
});

test.each(reference.linear_shap.cases)('linear contributions of $name equal shap', ({ coefficients, base, values }) => {
  const matrix = (rows: number[][]): FeatureMatrix => ({
    rows: rows.length,
    width: 4,
    denseWidth: 4,
    dense: Float64Array.from(rows.flat()),
    blocks: [],
  });
  const found = linearContributions(
    matrix(reference.linear_shap.rows),
    matrix(reference.linear_shap.background),
    Float64Array.from(coefficients.flat()),
    coefficients.length,
  );
  expect(found.outputs).toBe(coefficients.length);
  const close = { relative: 1e-6, absolute: 1e-9 };
  base.forEach((value, output) => {
    expectClose(found.base[output], value, 'base', close);
  });
  values.flat(2).forEach((value, place) => {
    expectClose(found.values[place], value, 'contribution', close);
  });
});

function binary(scores: readonly number[], labels: readonly number[]) {
  const probabilities = Float64Array.from(scores.flatMap((score) => [1 - score, score]));
  return { classes: ['no', 'yes'], probabilities, labels: [...labels] };
}

test('expected and largest calibration error equal their definition over scikit-learn bins', () => {
  const { scores, labels, expected_error, largest_error } = reference.calibration;
  const found = calibration(binary(scores, labels));
  expectClose(found.expectedError, expected_error, 'expected error', tolerance);
  expectClose(found.largestError, largest_error, 'largest error', tolerance);
  for (const bin of found.bins) {
    expect(bin.low).toBeLessThanOrEqual(bin.shareOfPositives);
    expect(bin.high).toBeGreaterThanOrEqual(bin.shareOfPositives);
  }
});

test("DeLong's test equals its definition over all pairs", () => {
  const { first, second, labels, areas, z, p } = reference.delong;
  const found = deLongTest(Float64Array.from(first), Float64Array.from(second), (row) => labels[row] === 1);
  expectClose(found?.areas[0], areas[0] as number, 'first area', tolerance);
  expectClose(found?.areas[1], areas[1] as number, 'second area', tolerance);
  expectClose(found?.statistic, z, 'z', tolerance);
  expectClose(found?.p, p, 'p', tolerance);
  expect(deLongTest(Float64Array.from(first), Float64Array.from(first), (row) => labels[row] === 1)).toBeNull();
});

test('Wilson, McNemar, Welch, Benjamini-Hochberg and conformal widths equal statsmodels, scipy and numpy', () => {
  for (const { hits, rows, interval } of reference.wilson) {
    const found = wilsonInterval(hits, rows);
    expectClose(found?.low, interval[0], `low of ${hits} in ${rows}`, tolerance);
    expectClose(found?.high, interval[1], `high of ${hits} in ${rows}`, tolerance);
  }
  for (const { only_first, only_second, p } of reference.mcnemar) {
    expectClose(mcNemarTest(only_first, only_second)?.p, p, `${only_first} against ${only_second}`, tolerance);
  }
  const moments = (values: number[]): Moments => ({
    rows: values.length,
    sum: values.reduce((sum, value) => sum + value, 0),
    squares: values.reduce((sum, value) => sum + value * value, 0),
  });
  const [first = [], second = []] = reference.welch.samples;
  expectClose(welchLargerP(moments(first), moments(second)), reference.welch.p, 'Welch', { relative: 1e-8 });
  adjustedPValues(reference.benjamini_hochberg.p).forEach((value, index) => {
    expectClose(value, reference.benjamini_hochberg.adjusted[index] as number, 'adjusted', tolerance);
  });
  const residuals = Float64Array.from(reference.conformal.residuals);
  for (const { level, width } of reference.conformal.widths) {
    expectClose(conformalHalfWidth(residuals, level), width, `width of ${level}`, tolerance);
  }
  expect(conformalHalfWidth(residuals.subarray(0, 5), 0.9)).toBeNull();
});

const random = seededRandom(5);
const rows = 300;
const scores = Array.from({ length: rows }, () => Math.round(random() * 40) / 40);
const labels = scores.map((score) => Number(random() < score));

test('metrics of counts are those of rows that stand there so often', () => {
  const input = binary(scores, labels);
  const counts = Int32Array.from({ length: rows }, () => Math.floor(random() * 4));
  const repeated = Array.from(counts).flatMap((count, row) => new Array<number>(count).fill(row));
  const ofRows = classificationMetrics(
    binary(
      repeated.map((row) => scores[row] as number),
      repeated.map((row) => labels[row] as number),
    ),
  );
  for (const [name, value] of Object.entries(classificationOfCounts(input)(counts))) {
    expectClose(value, ofRows[name as keyof typeof ofRows], name, tolerance);
  }
  const targets = Float64Array.from(scores, (score) => 3 * score + random());
  const predictions = Float64Array.from(scores);
  const pick = (values: Float64Array) => Float64Array.from(repeated, (row) => values[row] as number);
  const ofNumbers = regressionMetrics({ targets: pick(targets), predictions: pick(predictions) });
  for (const [name, value] of Object.entries(regressionOfCounts({ targets, predictions })(counts))) {
    expectClose(value, ofNumbers[name as keyof typeof ofNumbers], name, tolerance);
  }
  expect(classificationOfCounts(input)(new Int32Array(rows)).roc_auc).toBeNull();
});

test('a threshold is the best of all that keep its rule', () => {
  const points = thresholdPoints(rankingSteps(Float64Array.from(scores), (row) => labels[row] === 1));
  const best = (
    keeps: (point: (typeof points)[number]) => boolean,
    worth: (point: (typeof points)[number]) => number,
  ) => Math.max(...points.filter(keeps).map(worth));
  const scoresOf = thresholdScores;
  const byRecall = chooseThreshold(points, { by: 'recall', minimum: 0.9 });
  expect(byRecall && scoresOf(byRecall).precision).toBe(
    best(
      (point) => (scoresOf(point).recall ?? 0) >= 0.9,
      (point) => scoresOf(point).precision ?? 0,
    ),
  );
  const byCost = chooseThreshold(points, { by: 'cost', falsePositive: 1, falseNegative: 10 });
  const cost = (point: (typeof points)[number]) => point.falsePositives + 10 * point.falseNegatives;
  expect(byCost && cost(byCost)).toBe(Math.min(...points.map(cost)));
  expect(chooseThreshold(points, { by: 'precision', minimum: 1.1 })).toBeUndefined();
  for (const { truePositives, falsePositives, trueNegatives, falseNegatives } of points) {
    expect(truePositives + falsePositives + trueNegatives + falseNegatives).toBe(rows);
  }
  const few = thresholdPoints(
    rankingSteps(Float64Array.from(scores), (row) => labels[row] === 1),
    10,
  );
  expect(few.length).toBeLessThanOrEqual(11);
  expect([few[0], few.at(-1)]).toEqual([points[0], points.at(-1)]);
});

test('gain and lift: a perfect order captures all positives with the first rows, equal scores capture by share', () => {
  const perfect = gainCurve(
    rankingSteps(
      Float64Array.from({ length: 100 }, (_, row) => -row),
      (row) => row < 25,
    ),
  );
  expect(perfect[4]).toEqual({ share: 0.25, captured: 1, lift: 4 });
  const flat = gainCurve(rankingSteps(new Float64Array(100), (row) => row % 4 === 0));
  for (const { lift } of flat) expect(lift).toBeCloseTo(1, 12);
});

test('slices: finds the two columns together that are bad, and tells none where there is none', () => {
  const options = { minimumRows: 30, minimumEffect: 0.2, level: 0.05, beam: 20, most: 10 };
  const draw = seededRandom(3);
  const columns = Array.from({ length: 6 }, () => ({
    codes: Int32Array.from({ length: 3000 }, () => Math.floor(draw() * 4)),
    parts: 4,
  }));
  const code = (column: number, row: number) => columns[column]?.codes[row];
  const losses = Float64Array.from(
    { length: 3000 },
    (_, row) => draw() + Number(code(1, row) === 2 && code(4, row) === 0),
  );
  const { slices, looked } = searchSlices(losses, columns, options);
  expect(looked).toBeGreaterThan(200);
  expect(slices[0]?.conditions).toEqual([
    { column: 1, part: 2 },
    { column: 4, part: 0 },
  ]);
  let told = 0;
  for (let trial = 0; trial < 20; trial++) {
    const noise = Float64Array.from({ length: 3000 }, () => draw() ** 3);
    told += Number(searchSlices(noise, columns, { ...options, minimumEffect: 0 }).slices.length > 0);
  }
  expect(told).toBeLessThanOrEqual(4);
});
