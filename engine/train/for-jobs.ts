/*
 * What jobs and threads of later phases take of this one. Its calls, and all that they stand on, stay out of them: a thread
 * would load hundreds of modules that it does not run.
 */
export { requireClass } from './classes.ts';
export { drawRows, type TrainingRequest } from './draw-rows.ts';
export { fairnessReport, fewestGroupRows } from './evaluation/fairness-report.ts';
export {
  type Judged,
  metricOf,
  metricsOf,
  metricsOfCounts,
  predictedLabels,
  selectJudged,
} from './evaluation/judged.ts';
export { type SensitiveGroups, sensitiveGroups } from './evaluation/sensitive-groups.ts';
export { baselineAnswer } from './evaluation/subject.ts';
export type { FitOrder } from './fit.ts';
export { fitRows } from './fit-rows.ts';
export { lowerIsBetter } from './metrics.ts';
export { outOfFoldAnswers } from './out-of-fold.ts';
export { sideRegression } from './side-regression.ts';
