import { expect, test, vi } from 'vitest';
import type { Rule } from '../../../engine/contract/monitor-alerts.ts';
import { breachOf } from '../../../engine/monitor/alerts/judge.ts';
import type { RuleMetric } from '../../../engine/monitor/alerts/rule-metric.ts';

const spec = { id: 'dep_1', name: 'shop', model: 'price', version: 2 } as Parameters<typeof breachOf>[0];
const rule = { name: 'gaps', severity: 'warning', comparison: 'above', bound: 0.1 } as Rule;

test('what is broken is told also where it cannot be explained', async () => {
  const errors = vi.spyOn(console, 'error').mockImplementation(() => {});
  const metric: RuleMetric = {
    name: 'missing_share',
    says: 'Share of values that are missing',
    cause: 'quality',
    values: async () => [],
    explain: async () => {
      throw new Error('no such file');
    },
  };
  const window = { from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 0, 2) };
  const breach = await breachOf(spec, metric, rule, { window, since: window.from, value: 0.5, windows: 1 });
  expect(breach).toMatchObject({
    rule: 'gaps',
    title: 'Share of values that are missing: 0.5, above 0.1',
    detail: expect.stringContaining('version 2'),
    lookAt: expect.stringContaining('where the rows come from'),
    contributions: [],
  });
  expect(errors).toHaveBeenCalledOnce();
  errors.mockRestore();
});
