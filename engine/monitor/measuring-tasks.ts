import { measureFairness } from './fairness/measure-fairness.ts';
import { multivariateDrift } from './multivariate/multivariate-drift.ts';
import { measureFigures, measurePerformance } from './performance/measure-performance.ts';
import { measureSlices } from './performance/measure-slices.ts';
import { sumUpDays } from './performance/performance-days.ts';

/** What takes long on many rows and is done in a thread: pure functions of what can be sent to one. */
export const measuringTasks = {
  multivariate: multivariateDrift,
  performance: measurePerformance,
  figures: measureFigures,
  slices: measureSlices,
  days: sumUpDays,
  fairness: measureFairness,
} as const;

export type MeasuringTask = keyof typeof measuringTasks;
