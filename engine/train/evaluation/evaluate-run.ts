import type { EvaluationPart, EvaluationReport } from '../../contract/train-evaluation.ts';
import { classificationReport } from './classification-report.ts';
import { headline } from './headline.ts';
import { columnImportance } from './importance.ts';
import { estimateMetrics } from './metric-estimates.ts';
import { regressionReport } from './regression-report.ts';
import { rowLosses, worstRows } from './row-losses.ts';
import { type EvaluationControl, type EvaluationSubject, judgedOf } from './subject.ts';

/** What an evaluation is to hold. */
export interface EvaluationWish {
  parts: readonly EvaluationPart[];
}

/** The parts that every run gets, in the order in which they are made. */
export const usualParts: readonly EvaluationPart[] = ['metrics', 'importance'];

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
  let report = before ?? metricsPart(subject, control);
  const parts = wish.parts.filter((part) => part !== 'metrics' || before !== undefined);
  for (const [index, part] of parts.entries()) {
    control.progress?.(index, parts.length);
    control.throwIfCanceled();
    await control.breathe?.();
    report = { ...report, ...(await makePart(part, subject, control, report)) };
  }
  return report;
}

async function makePart(
  part: EvaluationPart,
  subject: EvaluationSubject,
  control: EvaluationControl,
  report: EvaluationReport,
): Promise<Partial<EvaluationReport>> {
  switch (part) {
    case 'metrics':
      return keptIntervals(metricsPart(subject, control), report);
    case 'importance':
      return { importance: await columnImportance(subject, control) };
    default:
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

/** Prediction intervals come from fits of their own: judging the answers again does not make them again. */
function keptIntervals(made: EvaluationReport, { regression }: EvaluationReport): Partial<EvaluationReport> {
  const { headline, metrics, classification, worst } = made;
  const intervals = regression?.intervals ?? null;
  return { headline, metrics, classification, worst, regression: made.regression && { ...made.regression, intervals } };
}
