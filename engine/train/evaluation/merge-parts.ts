import type { EvaluationPart, EvaluationReport } from '../../contract/train-evaluation.ts';

/** An evaluation with these parts taken from another one of the same run. */
export function withParts(
  evaluation: EvaluationReport,
  made: EvaluationReport,
  parts: readonly EvaluationPart[],
): EvaluationReport {
  const report = { ...evaluation };
  for (const part of parts) Object.assign(report, partOf(part, made, report));
  return report;
}

/** @param report into which the part is put: prediction intervals and the rest of a regression do not replace each other. */
function partOf(
  part: EvaluationPart,
  made: EvaluationReport,
  { regression }: EvaluationReport,
): Partial<EvaluationReport> {
  switch (part) {
    case 'metrics': {
      const { headline, metrics, classification, worst } = made;
      const intervals = regression?.intervals ?? null;
      const judged = made.regression && { ...made.regression, intervals };
      return { headline, metrics, classification, worst, regression: judged };
    }
    case 'intervals':
      return { regression: regression && { ...regression, intervals: made.regression?.intervals ?? null } };
    case 'learning_curve':
      return { learningCurve: made.learningCurve };
    default:
      return { [part]: made[part] };
  }
}
