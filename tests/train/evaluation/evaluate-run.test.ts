import { expect, test } from 'vitest';
import { compileCheck } from '../../../engine/base/validation.ts';
import { EvaluationReport, usualParts } from '../../../engine/contract/train-evaluation.ts';
import { evaluateRun } from '../../../engine/train/evaluation/evaluate-run.ts';
import { quietEvaluation, subjectOf } from '../../support/evaluation-sample.ts';
import { referenceTypes, sampleFrame, sampleReference } from '../../support/sample-frames.ts';

const isReport = compileCheck(EvaluationReport);

test('a classification: every part keeps the contract, and the same subject gives the same report', async () => {
  const reference = sampleReference('penguins');
  const frame = sampleFrame('penguins', 'penguins.csv', referenceTypes(reference));
  const features = [...reference.numeric, ...reference.categorical];
  const subject = await subjectOf(frame, { target: 'species', features });
  const wish = { parts: usualParts, sensitive: ['sex', 'island'] };
  const report = await evaluateRun(subject, wish, quietEvaluation);
  expect(isReport(report)).toEqual([]);
  expect(report.headline).toMatchObject({ metric: 'brier', verdict: 'better' });
  expect(report.headline.title).toMatch(
    /^linear cuts the error by 9\d(\.\d)? % against always answering the class shares$/,
  );
  expect(report.classification?.curves.map((curve) => curve.class)).toEqual(['Adelie', 'Chinstrap', 'Gentoo']);
  expect(report.classification?.threshold).toBeNull();
  expect(report.importance?.columns).toHaveLength(features.length);
  expect(report.shap).toMatchObject({ method: 'linear', unit: 'score', rows: 69 });
  expect(report.dependence).toHaveLength(6);
  expect(report.fairness.map(({ by }) => by)).toEqual(['sex', 'island', 'sex+island']);
  for (const { groups, leftOut = 0 } of report.fairness) {
    expect(groups.reduce((rows, { n }) => rows + n, leftOut)).toBe(69);
  }
  expect(report.fairness[0]?.leftOut).toBeGreaterThan(0);
  expect(await evaluateRun(subject, wish, quietEvaluation)).toEqual(report);
});

test('a regression: residuals, pairs and importance; the weekday matters most', async () => {
  const reference = sampleReference('chicago_ridership');
  const types = { ...referenceTypes(reference), date: 'date' as const };
  const frame = sampleFrame('chicago_ridership', 'chicago-2014.csv', types);
  const subject = await subjectOf(frame, { target: 'ridership', features: [...reference.numeric, 'date:weekday'] });
  const report = await evaluateRun(subject, { parts: usualParts }, quietEvaluation);
  expect(isReport(report)).toEqual([]);
  expect(report.headline).toMatchObject({ metric: 'rmse', verdict: 'better' });
  const [first] = report.importance?.columns ?? [];
  expect(first).toMatchObject({ name: 'date', withinChance: false });
  expect(report.shap?.columns[0]?.name).toBe('date');
  const { pairs = [], residuals = [] } = report.regression ?? {};
  expect(pairs).toHaveLength(report.rows.holdout);
  expect(residuals.reduce((rows, bin) => rows + bin.rows, 0)).toBe(report.rows.holdout);
  const again = await evaluateRun(subject, { parts: ['metrics', 'slices'] }, quietEvaluation, report);
  expect(again).toEqual(report);
});
