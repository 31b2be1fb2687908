import type { EvaluationPart, EvaluationReport } from '../../contract/train-evaluation.ts';
import type { Problem } from '../../contract/values.ts';
import { dependenceOn, drawnClass } from '../explain/dependence.ts';
import { shapSummary } from '../explain/shap-summary.ts';
import { runModelTests } from '../model-tests/run-tests.ts';
import type { ModelTestFile } from '../model-tests/test-file.ts';
import { classificationReport } from './classification-report.ts';
import { fairnessReport } from './fairness-report.ts';
import { headline } from './headline.ts';
import { columnImportance } from './importance.ts';
import { withParts } from './merge-parts.ts';
import { estimateMetrics } from './metric-estimates.ts';
import { regressionReport } from './regression-report.ts';
import { rowLosses, worstRows } from './row-losses.ts';
import { sensitiveGroups, withIntersections } from './sensitive-groups.ts';
import { sliceReport } from './slice-report.ts';
import { type EvaluationControl, type EvaluationSubject, inputColumns, judgedOf } from './subject.ts';

/** What an evaluation is to hold. */
export interface EvaluationWish {
  parts: readonly EvaluationPart[];
  /** Columns by which fairness is judged; `A+B` for both at once. */
  sensitive?: readonly string[];
  /** The class that is good to get. */
  favourable?: string;
  /** Null where the project has none for the target. */
  tests?: ModelTestFile | null;
  /** Of what came before, such as tests that could not be read. */
  warnings?: readonly Problem[];
}

/** Columns whose dependence every run has. */
const dependenceColumns = 6;

/**
 * Judges a model by its holdout. The same subject and wish give the same report.
 * @param before an evaluation of the same run, whose other parts are kept.
 */
export async function evaluateRun(
  subject: EvaluationSubject,
  wish: EvaluationWish,
  control: EvaluationControl,
  before?: EvaluationReport,
): Promise<EvaluationReport> {
  let report: EvaluationReport = before ?? metricsPart(subject, control);
  report = { ...report, warnings: [...(wish.warnings ?? [])] };
  const parts = wish.parts.filter((part) => part !== 'metrics' || before !== undefined);
  for (const [index, part] of parts.entries()) {
    control.progress?.(index, parts.length);
    control.throwIfCanceled();
    await control.breathe?.();
    report = { ...report, ...(await makePart(part, subject, wish, control, report)) };
  }
  return report;
}

async function makePart(
  part: EvaluationPart,
  subject: EvaluationSubject,
  wish: EvaluationWish,
  control: EvaluationControl,
  report: EvaluationReport,
): Promise<Partial<EvaluationReport>> {
  switch (part) {
    case 'metrics':
      return withParts(report, metricsPart(subject, control), [part]);
    case 'importance':
      return { importance: await columnImportance(subject, control) };
    case 'shap':
      return { shap: shapSummary(subject, control) };
    case 'dependence':
      return { dependence: dependencePart(subject, control, report) };
    case 'slices':
      return { slices: sliceReport(subject, singleColumns(wish.sensitive), control) };
    case 'fairness':
      return { fairness: fairnessPart(subject, wish, control) };
    case 'tests':
      return { tests: wish.tests ? runModelTests(subject, wish.tests, control) : null };
    case 'intervals':
    case 'learning_curve':
      // They need fits of their own: evaluate-job.ts makes them.
      return {};
  }
}

/** What is known after judging the answers alone. */
function metricsPart(subject: EvaluationSubject, control: EvaluationControl): EvaluationReport {
  const { model, holdout, training } = subject;
  const judged = judgedOf(subject);
  const { metrics, gain } = estimateMetrics(subject, control);
  const isRegression = model.task === 'regression';
  return {
    format: 1,
    task: model.task,
    target: model.target,
    learner: model.learner,
    rows: { training: training.rows, holdout: holdout.target.length },
    headline: headline(model.learner, judged, gain),
    metrics,
    classification: isRegression ? null : classificationReport(judged, subject.seed),
    regression: isRegression ? { ...regressionReport(judged, holdout.positions), intervals: null } : null,
    worst: worstRows(judged, rowLosses(judged).losses, holdout.positions),
    importance: null,
    shap: null,
    dependence: [],
    slices: null,
    fairness: [],
    tests: null,
    learningCurve: null,
    warnings: [],
  };
}

/** Of the columns that matter most: by permutation where that is known, else in their order. */
function dependencePart(
  { model, holdout }: EvaluationSubject,
  control: EvaluationControl,
  { importance }: EvaluationReport,
): EvaluationReport['dependence'] {
  const names = importance?.columns.map(({ name }) => name) ?? inputColumns(model);
  const scored = drawnClass(model.classes, holdout.target);
  return names.slice(0, dependenceColumns).map((column) => {
    control.throwIfCanceled();
    return dependenceOn(model, holdout.frame, holdout.positions, column, scored);
  });
}

function fairnessPart(
  subject: EvaluationSubject,
  { sensitive = [], favourable }: EvaluationWish,
  control: EvaluationControl,
): EvaluationReport['fairness'] {
  const judged = judgedOf(subject);
  return withIntersections(sensitive).map((by) => {
    control.throwIfCanceled();
    return fairnessReport(judged, favourable, sensitiveGroups(subject.holdout.frame, by), subject.seed);
  });
}

function singleColumns(sensitive: readonly string[] = []): string[] {
  return sensitive.flatMap((by) => by.split('+'));
}
