import { readFileSync } from 'node:fs';
import type { AnsweredRows } from '../../../engine/monitor/performance/answered-rows.ts';
import type { JudgingRule } from '../../../engine/monitor/performance/judging.ts';
import { calendarWindows } from '../../../engine/monitor/windows.ts';

interface FixtureWindow {
  metrics: Record<string, number>;
  by_group: Record<string, Record<string, number>>;
  differences: Record<string, number>;
}

interface Fixture {
  times: string[];
  binary: { threshold: number; score: number[]; label: number[]; group: string[]; windows: FixtureWindow[] };
  regression: { target: number[]; prediction: number[]; windows: FixtureWindow[] };
}

/** Answers of January to March 2024 with labels, and what scikit-learn and Fairlearn say of each month. */
export const fixture: Fixture = JSON.parse(
  readFileSync(new URL('../../fixtures/monitor/performance.json', import.meta.url), 'utf8'),
);

const eventTimes = Float64Array.from(fixture.times, (time) => Date.parse(time));

export const months = calendarWindows(
  { first: Math.min(...eventTimes), last: Math.max(...eventTimes), rows: eventTimes.length },
  30,
  'month',
);

export const binary: { rule: JudgingRule; rows: AnsweredRows } = {
  rule: { task: 'binary', classes: ['no', 'yes'], threshold: fixture.binary.threshold },
  rows: {
    eventTimes,
    answers: Float64Array.from(fixture.binary.score.flatMap((score) => [1 - score, score])),
    targets: Float64Array.from(fixture.binary.label),
  },
};

export const regression: { rule: JudgingRule; rows: AnsweredRows } = {
  rule: { task: 'regression', classes: [], threshold: 0.5 },
  rows: {
    eventTimes,
    answers: Float64Array.from(fixture.regression.prediction),
    targets: Float64Array.from(fixture.regression.target),
  },
};
