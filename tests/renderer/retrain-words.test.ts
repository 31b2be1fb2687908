import { expect, test } from 'vitest';
import type { Decision, Pipeline, PipelineStep } from '../../engine/contract/retrain.ts';
import { crumbsOf } from '../../renderer/app/crumbs.ts';
import { axisEnds, discNumber, discUnit } from '../../renderer/app/home/circle-words.ts';
import {
  comparisonOf,
  describeDecision,
  describePipeline,
  undecided,
  weigh,
} from '../../renderer/retrain/retrain-words.ts';

const decision: Decision = {
  promoted: true,
  reason: 'Version 4 is better.',
  metric: { name: 'r2', lowerIsBetter: false },
  champion: { version: 3, value: 0.36 },
  challenger: { version: 4, value: 0.82 },
  gain: 0.46,
  interval: [0.39, 0.53],
  rows: 365,
  holdout: 'the newest 365 rows',
};

test('evidence stands on the side that it speaks for', () => {
  const clear = weigh(decision, 0.02);
  expect(clear.opposing).toEqual([]);
  expect(clear.supporting.map((one) => one.title)).toEqual([
    'Better on the same rows',
    'Not by chance',
    'More than the margin',
    'Enough rows',
  ]);
  const weak = weigh({ ...decision, promoted: false, gain: 0.01, interval: [-0.03, 0.05], rows: 40 }, 0.02);
  expect(weak.opposing.map((one) => one.title)).toEqual(['It may be chance', 'Less than the margin', 'Few rows']);
  const held = weigh({ ...decision, promoted: false, reason: 'It needs the new column b.' }, 0.02);
  expect(held.opposing).toEqual([{ title: 'It was held back', detail: 'It needs the new column b.' }]);
  const unknown = weigh({ ...decision, gain: null, interval: null }, 0);
  expect(unknown.supporting).toEqual([]);
  expect(unknown.opposing[0]?.detail).toBe('Version 4 is better.');
});

test('a run is held to the margin that it was compared with, whatever the pipeline asks for by now', () => {
  const { metric, champion, challenger, gain, interval, rows, holdout } = decision;
  const measured = { metric, champion, challenger, gain, interval, rows, holdout, confidence: 1, margin: 5 };
  const comparison = { type: 'comparison', model: 'ridership', against: 'champion', ...measured } as const;
  const step: PipelineStep = {
    name: 'contest',
    kind: 'compare',
    needs: [],
    status: 'succeeded',
    cached: false,
    because: '',
    attempts: 1,
    startedAt: null,
    seconds: 1,
    summary: '',
    output: comparison,
    facts: {},
  };
  const gate = { type: 'decision', passed: false, reason: '', comparison, checks: [] } as const;
  expect(comparisonOf({ steps: [step] })).toBe(comparison);
  expect(comparisonOf({ steps: [step, { ...step, kind: 'gate', output: { ...gate, checks: [] } }] })).toBe(comparison);
  expect(comparisonOf({ steps: [] })).toBeUndefined();
  expect(undecided({ status: 'running', steps: [step] })).toMatch(/^The decision shows here once/);
  expect(undecided({ status: 'succeeded', steps: [step] })).toBe('It ended without a decision.');
  expect(undecided({ status: 'succeeded', steps: [{ ...step, kind: 'fetch' }] })).toMatch(/nothing to decide/);
});

test('decisions and pipelines in words', () => {
  expect(describeDecision(decision)).toBe('Version 4 took the place of version 3');
  expect(describeDecision({ ...decision, promoted: false })).toBe('Version 3 stays');
  const pipeline: Pipeline = {
    id: 'pl_1',
    name: 'p',
    renewal: { model: 'ridership', dataset: 'days', deployment: null, windowDays: 365, margin: 0.02, onAlert: true },
    summary: 'Renews ridership.',
    tasks: [],
    models: ['ridership'],
    fault: null,
    schedule: null,
    nextRunAt: null,
    triggers: { list: [], debounce: null, quiet: null, concurrent: false },
    waiting: null,
    lastRun: null,
    createdAt: '',
  };
  expect(describePipeline(pipeline)).toBe(
    'On an alert and by hand: trains ridership on the newest 365 days of days. Releases only what is better by 0.02.',
  );
  const trigger = { on: 'schedule', cron: '0 6 * * 1', timezone: 'Europe/Berlin', missed: 'skip' } as const;
  const triggers = { ...pipeline.triggers, list: [{ trigger, says: '', nextAt: null, problem: null }] };
  expect(describePipeline({ ...pipeline, triggers })).toMatch(/^At its times, on an alert and by hand: trains/);
  const renewal = pipeline.renewal && { ...pipeline.renewal, onAlert: false };
  expect(describePipeline({ ...pipeline, triggers, renewal })).toMatch(/^At its times and by hand: trains/);
  expect(describePipeline({ ...pipeline, renewal: null })).toBe('By hand: Renews ridership.');
});

test('discs hold at most five figures', () => {
  const show = (value: number | null) => discNumber({ value });
  expect([0, 5457, 99_999, 1_000_000, 2_345_678, 0.361, null].map(show)).toEqual([
    '0',
    '5,457',
    '99,999',
    '1 M',
    '2.3 M',
    '0.36',
    null,
  ]);
  expect(discUnit('r2 2015')).toBe('R² 2015');
  expect(axisEnds('2004-07-01', '2015-07-01')).toEqual(['2004', '2015']);
  expect(axisEnds('2015-01-05', '2015-07-01')).toEqual(['01-05', '07-01']);
});

test('the breadcrumb leads from the project to the object', () => {
  const crumbs = crumbsOf({ page: 'dataset', name: 'days', version: 3, tab: 'rows' }, 'chicago', 'days');
  expect(crumbs.map((crumb) => crumb.text)).toEqual(['chicago', 'Data', 'days', 'version 3']);
  expect(crumbs[2]?.address).toBe('#/data/days');
});
