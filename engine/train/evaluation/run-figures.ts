import type { Run, RunDetail } from '../../contract/train.ts';
import type { EvaluationReport } from '../../contract/train-evaluation.ts';

/** The figures of an evaluation that stand with the run itself, for lists and small pictures. */
export function runFigures(
  report: EvaluationReport,
): Pick<Run, 'intervals'> & Pick<RunDetail, 'headline' | 'importance' | 'curves'> {
  const intervals = report.metrics.flatMap(({ name, low, high }) =>
    low === null || high === null ? [] : [[name, [low, high]] as [string, number[]]],
  );
  return {
    intervals: Object.fromEntries(intervals),
    importance: (report.importance?.columns ?? []).map(({ name, value }) => ({ name, value })),
    headline: report.headline,
    curves: curvesOf(report),
  };
}

function curvesOf({ classification, regression }: EvaluationReport): RunDetail['curves'] {
  if (regression !== null) return { pairs: regression.pairs };
  if (classification === null) return {};
  const confusion = { classes: classification.classes, matrix: classification.confusion };
  const [curves] = classification.curves;
  if (classification.threshold === null || curves === undefined) return { confusion };
  return { confusion, roc: curves.roc, precisionRecall: curves.precisionRecall, calibration: curves.calibration.bins };
}
