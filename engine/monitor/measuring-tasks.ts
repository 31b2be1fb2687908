import { measurePerformance } from './performance/measure-performance.ts';
import { measureSlices } from './performance/measure-slices.ts';

/** What takes long on many rows and is done in a thread: pure functions of what can be sent to one. */
export const measuringTasks = {
  performance: measurePerformance,
  slices: measureSlices,
} as const;

export type MeasuringTask = keyof typeof measuringTasks;
