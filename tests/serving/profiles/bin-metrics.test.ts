import { expect, test } from 'vitest';
import { LoadedModel } from '../../../engine/serving/model.ts';
import { binLabels } from '../../../engine/serving/profiles/bin-labels.ts';
import { binMetrics } from '../../../engine/serving/profiles/bin-metrics.ts';
import { ModelProfiles } from '../../../engine/serving/profiles/model-profiles.ts';
import { referenceBins } from '../../../engine/statistics/profile/reference-bins.ts';
import { ridersReference } from './riders-reference.ts';

function profiles(): ModelProfiles {
  const reference = ridersReference();
  const signature = { task: 'regression' as const, target: 'riders', inputs: [] };
  const runner = { runRows: () => Promise.reject(new Error('never')), release: async () => {} };
  const model = new LoadedModel(1, signature, runner, null as never, reference);
  const ofModel = new ModelProfiles('riders', { now: () => 1_700_000_000_500 });
  const profile = ofModel.of(model, 'answered');
  profile?.profile.add(0, [5, 0, 'true', 'red', 'Monday', 120]);
  profile?.profile.add(0, [null, 3, 'false', 'a new line', 'Monday', 120]);
  return ofModel;
}

test('every bin has a series, also one without rows, and the shares of the reference add up to 1', () => {
  const text = binMetrics([profiles()], 1000, new Set()).join('');
  expect(text).toContain('galley_feature_bin_rows_total{model="riders",version="1",feature="line",bin="=red"} 1\n');
  expect(text).toContain('galley_feature_bin_rows_total{model="riders",version="1",feature="line",bin="unseen"} 1\n');
  expect(text).toContain('galley_feature_bin_rows_total{model="riders",version="1",feature="line",bin="=blue"} 0\n');
  expect(text).toContain('feature="temperature",bin="missing"} 1\n');
  expect(text).toContain('galley_feature_reference_rows{model="riders",version="1",feature="rain"} 2000\n');
  for (const feature of ['temperature', 'rain', 'holiday', 'line', 'day']) {
    const shares = [...text.matchAll(new RegExp(`reference_ratio\\{[^}]*feature="${feature}".*\\} (\\S+)`, 'g'))];
    expect(shares.length).toBeGreaterThan(2);
    expect(
      shares.reduce((sum, [, share]) => sum + Number(share), 0),
      feature,
    ).toBeCloseTo(1, 9);
  }
  expect(text).toContain('galley_profile_start_time_seconds{model="riders",version="1"} 1700000000.5\n');
  expect(text.match(/galley_prediction_bin_rows_total\{.*\} 2$/m)).not.toBeNull();
});

test('columns beyond the bound are left out and counted, masked ones are left out', () => {
  const text = binMetrics([profiles()], 15, new Set(['temperature'])).join('');
  expect(text).not.toContain('feature="temperature"');
  expect(text).toContain('feature="rain"');
  expect(text).not.toContain('feature="day"');
  const leftOut = /galley_profile_left_out_features\{model="riders",version="1"\} (\d)/.exec(text)?.[1];
  expect(Number(leftOut)).toBeGreaterThan(0);
});

test('bins have names that cannot be taken for others', () => {
  const values = Float64Array.from({ length: 200 }, (_, row) => (row < 100 ? 0 : row));
  const labels = binLabels(referenceBins({ name: 'n', kind: 'number', values }));
  expect(labels[0]).toBe('=0');
  expect(labels[1]).toMatch(/^\[-Inf,[\d.]+\)$/);
  expect(labels.at(-1)).toMatch(/^\[[\d.]+,\+Inf\)$/);
  const texts = referenceBins({ name: 't', kind: 'text', values: ['missing', 'missing', 'other', 'other'] });
  expect(binLabels(texts)).toEqual(['=missing', '=other', 'other', 'unseen']);
  const none = referenceBins({ name: 'e', kind: 'number', values: new Float64Array(0) });
  expect(binLabels(none)).toEqual(['[-Inf,+Inf)']);
});
