import { expect, test } from 'vitest';
import type { Rehearsal, RehearsalPolicy, RehearsedPolicy } from '../../engine/contract/retrain-rehearsal.ts';
import { rehearsalLegend } from '../../renderer/retrain/rehearsal/rehearsal-chart.ts';

const day = (number: number) => `2024-01-0${number}T00:00:00.000Z`;

function policy(name: RehearsalPolicy, values: readonly number[]): RehearsedPolicy {
  const still = {
    rows: 100,
    refused: 0,
    interval: null,
    drift: null,
    version: 1,
    limit: 0.8,
    alerts: [],
    retrainings: [],
  };
  const counts = { retrainings: 0, promotions: 0, alerts: 0, falseAlerts: 0, trainingSeconds: 0 };
  return {
    policy: name,
    periods: values.map((value, index) => ({ ...still, from: day(index + 1), to: day(index + 2), value })),
    quality: null,
    kept: null,
    ...counts,
    belowBaselineAt: null,
    belowLimitAt: null,
  };
}

function rehearsal(baseline: number): Rehearsal {
  return {
    id: 'rh_1',
    createdAt: day(1),
    model: 'ridership',
    dataset: 'days@1',
    best: 'on-drift',
    says: [],
    adopted: null,
    target: 'rides',
    metric: { name: 'r2', lowerIsBetter: false },
    from: day(1),
    to: day(3),
    period: 'day',
    labelDelay: 0,
    windowDays: null,
    margin: 0,
    limits: { bound: null, driftShare: 0.5, minimumRows: 50 },
    first: { kind: 'version', description: 'version 1', quality: 0.9 },
    baseline: { kind: 'constant', values: [baseline, baseline] },
    policies: [policy('never', [0.9, 0.6]), policy('on-drift', [0.9, 0.85])],
    because: '',
    trainings: 0,
    server: null,
    warnings: [],
  };
}

test('the legend has the dashed baseline where it is drawn', () => {
  expect(rehearsalLegend(rehearsal(0.5)).map(({ name, dashed = false }) => [name, dashed])).toEqual([
    ['Untouched', false],
    ['On drift', false],
    ['Baseline', true],
  ]);
  expect(rehearsalLegend(rehearsal(-0.8)).map(({ name }) => name)).not.toContain('Baseline');
});
