import { expect, test } from 'vitest';
import type { RehearsedPeriod, RehearsedPolicy } from '../../../engine/contract/retrain-rehearsal.ts';
import { calendarWindows } from '../../../engine/monitor/for-jobs.ts';
import { addsToIt, bestPolicy } from '../../../engine/retrain/rehearsal/best-policy.ts';
import { endsIn, sensibleSchedules } from '../../../engine/retrain/rehearsal/policies.ts';
import { rehearsalWords, spanInWords } from '../../../engine/retrain/rehearsal/rehearsal-words.ts';
import { sumUp } from '../../../engine/retrain/rehearsal/sum-up.ts';

const day = 86_400_000;
const months = calendarWindows({ first: Date.UTC(2020, 0, 1), last: Date.UTC(2021, 11, 31), rows: 1 }, 0, 'month');

test('a schedule comes at the end of the period in which its unit ends', () => {
  const quarters = months.filter((window) => endsIn('quarter', window));
  expect(quarters.map(({ to }) => new Date(to).toISOString().slice(0, 7))).toEqual([
    ...['2020-04', '2020-07', '2020-10', '2021-01', '2021-04', '2021-07', '2021-10', '2022-01'],
  ]);
  const weeks = calendarWindows({ first: Date.UTC(2020, 0, 6), last: Date.UTC(2020, 2, 8), rows: 1 }, 0, 'week');
  const monthly = weeks.filter((window) => endsIn('month', window)).map(({ to }) => new Date(to).getUTCDate());
  expect(monthly).toEqual([3, 2]);
  expect(months.every((window) => endsIn('month', window))).toBe(true);
});

test('sensible schedules are as long as a period or longer, and come at least twice', () => {
  expect(sensibleSchedules('month', months)).toEqual(['every-month', 'every-quarter']);
  expect(sensibleSchedules('month', months.slice(0, 5))).toEqual(['every-month']);
  const days = calendarWindows({ first: Date.UTC(2020, 0, 1), last: Date.UTC(2020, 11, 1), rows: 1 }, 0, 'day');
  expect(sensibleSchedules('day', days)).toEqual(['every-day', 'every-week', 'every-month']);
});

const metric = { name: 'r2', lowerIsBetter: false };
const rule = { metric, firstQuality: 0.9, seed: 0 };

function policy(name: RehearsedPolicy['policy'], values: (number | null)[], retrainings = 0): RehearsedPolicy {
  const periods = values.map((value, index): RehearsedPeriod => {
    const { from, to } = months[index] as (typeof months)[number];
    return {
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      rows: 100,
      refused: 0,
      value,
      interval: null,
      drift: 0,
      version: 1,
      limit: 0.7,
      alerts: [],
      retrainings: [],
    };
  });
  const run = { periods, trained: new Set<never>(), champions: [] };
  const yardsticks = { metric, firstQuality: 0.9, baseline: values.map(() => 0.2) };
  return { ...sumUp(name, run, yardsticks), retrainings };
}

test('a policy is summed up over the periods that have a value', () => {
  expect(policy('never', [0.9, 0.6, null, 0.1])).toMatchObject({
    quality: (0.9 + 0.6 + 0.1) / 3,
    kept: (0.9 + 0.6 + 0.1) / 3 / 0.9,
    belowLimitAt: '2020-03-01T00:00:00.000Z',
    belowBaselineAt: '2020-05-01T00:00:00.000Z',
  });
  expect(policy('never', [-1, 0]).kept).toBeNull();
  const lower = { metric: { name: 'rmse', lowerIsBetter: true }, firstQuality: 2, baseline: [5, 5] };
  const { periods } = policy('never', [3, 6]);
  const errors = sumUp('never', { periods, trained: new Set(), champions: [] }, lower);
  expect(errors).toMatchObject({ quality: 4.5, kept: 2 / 4.5, belowBaselineAt: '2020-03-01T00:00:00.000Z' });
});

test('a gain counts where it is more than chance and more than a trifle', () => {
  const base = [0.8, 0.7, 0.75, 0.72, 0.78, 0.74];
  const never = policy('never', base);
  const trifle = policy(
    'every-month',
    base.map((value) => value + 0.004),
    6,
  );
  const chance = policy('every-month', [0.95, 0.5, 0.98, 0.5, 0.98, 0.7], 6);
  const better = policy(
    'every-month',
    base.map((value) => value + 0.05),
    6,
  );
  expect(addsToIt(trifle, never, rule)).toBe(false);
  expect(addsToIt(chance, never, rule)).toBe(false);
  expect(addsToIt(better, never, rule)).toBe(true);
  expect(addsToIt(never, better, rule)).toBe(false);
  expect(bestPolicy([never, trifle], rule).best).toBe(never);
  expect(bestPolicy([never, better], rule).best).toBe(better);
  const rarer = policy(
    'every-quarter',
    base.map((value) => value + 0.049),
    2,
  );
  expect(bestPolicy([never, better, rarer], rule)).toEqual({ best: rarer, highest: better });
});

test('the answer in words', () => {
  const never = policy('never', [0.85, 0.8, 0.6, 0.1, 0.1, 0.1]);
  const quarterly = { ...policy('every-quarter', [0.85, 0.86, 0.84, 0.85, 0.84, 0.84], 2), alerts: 3, falseAlerts: 1 };
  const monthly = policy('every-month', [0.85, 0.86, 0.84, 0.85, 0.84, 0.85], 6);
  const facts = { metric, from: months[0]?.from as number, firstQuality: 0.9, policies: [never, quarterly, monthly] };
  expect(rehearsalWords({ ...facts, best: quarterly, highest: monthly, addNothing: [monthly] })).toEqual([
    'Untouched it would have fallen below the baseline in 4 months (R² 0.425 on average).',
    'Retraining each quarter keeps 94 % of the first quality (R² 0.847 on average, 0.9 at first).',
    '3 alerts, 1 of them false.',
    'Retraining each month would add nothing.',
  ]);
  const steady = policy('never', [0.85, 0.86]);
  expect(rehearsalWords({ ...facts, policies: [steady], best: steady, highest: steady, addNothing: [] })).toEqual([
    'Untouched it would have kept its limit all the time (R² 0.855 on average).',
    'No alert.',
  ]);
});

test('spans in words', () => {
  expect([12 * day, 212 * day, 365 * day, 1096 * day].map(spanInWords)).toEqual([
    '12 days',
    '7 months',
    '12 months',
    '3 years',
  ]);
});
