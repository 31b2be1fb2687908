import { expect, test } from 'vitest';
import { noSample } from '../../../engine/monitor/system/sample.ts';
import { SampleStore } from '../../../engine/monitor/system/sample-store.ts';
import { systemMetrics } from '../../../engine/monitor/system/system-metrics.ts';
import { openEngine } from '../../deploy/open-engine.ts';
import { fixedClock } from '../../support/fixed.ts';

const hour = 3_600_000;
const now = Date.UTC(2026, 5, 15, 12);
const spec = {
  ...{ id: 'dep_1', name: 'live', model: 'live', follows: null, version: 1, wanted: 'running' as const },
  ...{ port: null, logMask: null, settings: {}, createdAt: 0 },
};

async function watched() {
  const { database } = openEngine();
  database.run(
    `INSERT INTO deployments (id, name, model, version, wanted, settings, created_at) VALUES ('dep_1', 'live', 'live', 1, 'running', '{}', 0)`,
  );
  const store = new SampleStore(database);
  const metrics = await systemMetrics(store, fixedClock(now))(spec);
  const metric = (name: string) => metrics.find((one) => one.name === name) as (typeof metrics)[number];
  return { store, metric };
}

test('rules see servers by window, and nothing where nobody looked', async () => {
  const { store, metric } = await watched();
  expect(await metric('saturation').range?.(spec)).toBeNull();
  const sample = { ...noSample, requests: 100, upSeconds: 60, memoryBytes: 2e8, saturation: 0.4 };
  const reasons = { 'serving.overloaded': 4, 'serving.model_failed': 1 };
  store.keepMinutes('dep_1', 1, [
    { at: now - 3 * hour, sample },
    { at: now - 3 * hour + 60_000, sample: { ...sample, failed: 5, reasons, saturation: 1, memoryBytes: 3e8 } },
    { at: now - hour, sample: { ...sample, readySeconds: 30, wantedSeconds: 60 } },
  ]);
  const windows = [3, 2, 1].map((ago) => ({ from: now - ago * hour, to: now - (ago - 1) * hour }));
  const values = (name: string) => metric(name).values(spec, windows, 'hour');
  expect(await values('failed_share')).toEqual([0.025, null, 0]);
  expect(await values('saturation')).toEqual([1, null, 0.4]);
  expect(await values('memory_bytes')).toEqual([3e8, null, 2e8]);
  expect(await values('availability')).toEqual([0.975, null, 0.5]);
  expect(await metric('availability').range?.(spec)).toEqual({ first: now - 3 * hour, last: now, rows: 300 });
});

test('an alert names what requests failed by', async () => {
  const { store, metric } = await watched();
  const reasons = { 'serving.model_failed': 1, 'serving.overloaded': 4 };
  const sample = { ...noSample, requests: 100, failed: 5, refused: 2, reasons, readySeconds: 50, wantedSeconds: 60 };
  store.keepMinutes('dep_1', 1, [{ at: now - hour, sample }]);
  const window = { from: now - hour, to: now };
  const told = await metric('failed_share').explain?.(spec, window, 0.05, { comparison: 'above', bound: 0.01 });
  expect(told?.title).toContain('5 %, above 1 %');
  expect(told?.detail).toBe('100 requests, 5 failed, 2 refused; no server for 10 seconds.');
  expect(told?.contributions.map(({ name, share }) => [name, share])).toEqual([
    ['serving.overloaded', 0.8],
    ['serving.model_failed', 0.2],
  ]);
});
