import type { RehearsalPeriod, RehearsalPolicy } from '../../contract/retrain-rehearsal.ts';
import { rehearsalPeriods } from '../../contract/retrain-rehearsal.ts';
import { calendarWindows, type TimeWindow } from '../../monitor/for-jobs.ts';
import type { Cause } from './standing-alerts.ts';

/** The unit of a policy that retrains by the calendar. */
export function scheduleOf(policy: RehearsalPolicy): RehearsalPeriod | null {
  return rehearsalPeriods.find((unit) => policy === `every-${unit}`) ?? null;
}

/** The rules whose alerts start a retraining. */
export function triggersOf(policy: RehearsalPolicy): readonly Cause[] {
  if (policy === 'on-alert') return ['performance', 'drift'];
  if (policy === 'on-performance') return ['performance'];
  return policy === 'on-drift' ? ['drift'] : [];
}

/** Whether a unit of the calendar ends in a period: later than its begin, at the latest with its end. */
export function endsIn(unit: RehearsalPeriod, { from, to }: TimeWindow): boolean {
  return startOf(unit, to) > from;
}

/** Schedules that a look can follow and that come at least twice, the shortest first, three at most. */
export function sensibleSchedules(period: RehearsalPeriod, periods: readonly TimeWindow[]): RehearsalPolicy[] {
  return rehearsalPeriods
    .slice(rehearsalPeriods.indexOf(period))
    .filter((unit) => periods.slice(0, -1).filter((window) => endsIn(unit, window)).length >= 2)
    .slice(0, 3)
    .map((unit): RehearsalPolicy => `every-${unit}`);
}

/** What is done, as the subject of a sentence. */
export function policyInWords(policy: RehearsalPolicy): string {
  const unit = scheduleOf(policy);
  if (unit) return `retraining each ${unit}`;
  const words: Partial<Record<RehearsalPolicy, string>> = {
    'on-drift': 'retraining on drift',
    'on-performance': 'retraining on a fall of performance',
    'on-alert': 'retraining on any alert',
  };
  return words[policy] ?? 'leaving it untouched';
}

/** The begin of the calendar's unit that a time lies in, UTC epoch milliseconds. */
function startOf(unit: RehearsalPeriod, time: number): number {
  return (calendarWindows({ first: time, last: time, rows: 1 }, 0, unit)[0] as TimeWindow).from;
}
