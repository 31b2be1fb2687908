import type { Objective } from '../../contract/monitor-system.ts';

/** Requests a minute in the cases of the alert: so many that every share of them is whole. */
const casesRequests = 1e9;

/**
 * What the templates of the alert on availability say of an objective. A pace is how often the allowed failures of the whole time would
 * be used up at it: 2 of 100 of them in an hour, or 5 in six hours (Beyer et al., The Site Reliability Workbook, 2018, chapter 5). It is
 * at least 1, and never asks for more failures than halfway from the allowed ones to all.
 */
export function objectiveValues({ availability, days }: Objective): Record<string, string> {
  const budget = rounded(1 - availability);
  const fast = boundOf(0.02 * 24 * days, budget);
  const slow = boundOf((0.05 * 24 * days) / 6, budget);
  const failing = Number(Math.min(1.1 * fast.share, (1 + fast.share) / 2).toPrecision(3));
  const failed = Math.round(failing * casesRequests);
  const allowed = Math.round(0.9 * slow.share * casesRequests);
  return {
    OBJECTIVE: String(rounded(100 * availability)),
    BUDGET: String(budget),
    DAYS: `${days} ${days === 1 ? 'day' : 'days'}`,
    FASTBOUND: fast.text,
    SLOWBOUND: slow.text,
    FASTEND: endOf(days, fast.share / budget),
    SLOWEND: endOf(days, slow.share / budget),
    FAILED: String(failed),
    ANSWERED: String(casesRequests - failed),
    FAILEDSHARE: String(rounded(100 * failing)),
    ALLOWED: String(allowed),
    ALLOWEDANSWERED: String(casesRequests - allowed),
  };
}

/** The share of failures above which a pace is passed, and the same as a text that shows its arithmetic. */
function boundOf(givenPace: number, budget: number): { share: number; text: string } {
  const pace = Math.max(1, rounded(givenPace));
  const most = rounded((1 + budget) / 2);
  return pace * budget > most
    ? { share: most, text: String(most) }
    : { share: pace * budget, text: `${pace} * ${budget}` };
}

/** In how many days the failures of the whole time are used up. */
function endOf(days: number, pace: number): string {
  const left = Number((days / pace).toPrecision(2));
  return left < 2 ? `${Number((24 * (days / pace)).toPrecision(2))} hours` : `${left} days`;
}

/** Without what floating point adds behind the tenth digit. */
function rounded(value: number): number {
  return Number(value.toPrecision(10));
}
