/*
 * What jobs of later phases take of this one: its measures and limits, without its calls.
 */
export { breaks } from './alerts/rule-state.ts';
export { driftRule, performanceRule } from './alerts/rule-store.ts';
export { comparedRows, driftedShare, importantColumns } from './drift.ts';
export { effectiveLimits } from './limits.ts';
export { figuresOf, windowEffort } from './performance/figures.ts';
export type { StoredLimits } from './store.ts';
export { calendarWindows, readableUnit, type TimeWindow } from './windows.ts';
