import { expect, test } from 'vitest';
import { dayMilliseconds } from '../../../engine/base/clock.ts';
import { GalleyError } from '../../../engine/base/errors.ts';
import { Overview, type OverviewSources } from '../../../engine/monitor/overview/overview.ts';
import { MonitorStore } from '../../../engine/monitor/store.ts';
import { noSample } from '../../../engine/monitor/system/sample.ts';
import { SampleStore } from '../../../engine/monitor/system/sample-store.ts';
import { latencyBin } from '../../../engine/statistics/latency-histogram.ts';
import { openEngine } from '../../deploy/open-engine.ts';
import { fixedClock } from '../../support/fixed.ts';

const now = Date.UTC(2026, 5, 15, 12);
const rowsEach = 4_000_000;
const deployments = 25;

/** Many deployments with a hundred million rows, of which nothing can be read: only what was kept is there. */
function openOverview(changes: Partial<OverviewSources> = {}) {
  const { database } = openEngine();
  const samples = new SampleStore(database);
  const specs = Array.from({ length: deployments }, (_, index) => ({
    ...{ id: `dep_${index}`, name: `live-${index}`, model: 'model', follows: null, version: 2, port: null },
    ...{ wanted: 'running' as const, logMask: null, settings: {}, createdAt: 0 },
  }));
  for (const { id, name } of specs) {
    database.run(
      `INSERT INTO deployments (id, name, model, version, wanted, settings, created_at) VALUES (?, ?, 'model', 2, 'running', '{}', 0)`,
      id,
      name,
    );
  }
  const part = {
    ...{ version: 2, path: '', rows: rowsEach, bytes: 0, isShadow: false },
    ...{ firstEventTime: 0, lastEventTime: now, lastReceivedAt: now },
  };
  const told: string[] = [];
  const read: string[] = [];
  const unread = async (spec: { name: string }) => {
    read.push(spec.name);
    throw new GalleyError('data.purged_version', 'The rows that it was trained on are gone.');
  };
  const sources = {
    database,
    samples,
    clock: fixedClock(now),
    deploy: {
      list: () => specs,
      collect: async () => {},
      logParts: () => [part],
      serverState: () => ({ status: 'running' as const, error: null }),
    },
    reports: { of: unread },
    qualities: {},
    store: new MonitorStore(database),
    labels: { revision: 0 },
    profiles: { documents: () => [] },
    references: { of: async () => ({ version: { metrics: {} } }) },
    found: (deployment: string) => told.push(deployment),
    ...changes,
  } as unknown as OverviewSources;
  return { overview: new Overview(sources), samples, specs, told, read, database };
}

test('with a hundred million rows the overview opens within half a second', async () => {
  const { overview, samples, specs, read, database } = openOverview();
  const minute = { ...noSample, requests: 60, upSeconds: 60, readySeconds: 60, wantedSeconds: 60 };
  const latencies = Array.from({ length: 30 }, (_, index) => [latencyBin(0.5 * 1.2 ** index), 2]).flat();
  for (const { id } of specs.slice(0, 5)) {
    const minutes = Array.from({ length: 2 * 24 * 60 }, (_, index) => ({
      at: now - (index + 1) * 60_000,
      sample: { ...minute, latencies },
    }));
    samples.addMinutes(id, minutes);
  }
  await overview.refresh();
  const findings = database.all<{ deployment_id: string; findings: string }>('SELECT * FROM overviews');
  for (const { deployment_id, findings: text } of findings) {
    const days = Array.from({ length: 84 }, (_, index) => ({
      day: now - (84 - index) * dayMilliseconds,
      rows: 50_000,
    }));
    const recent = days.slice(-24).map(({ day, rows }) => ({ from: new Date(day).toISOString(), rows }));
    const known = { ...JSON.parse(text), rows: rowsEach, days, recent };
    database.run('UPDATE overviews SET findings = ? WHERE deployment_id = ?', JSON.stringify(known), deployment_id);
  }
  read.length = 0;
  const began = process.cpuUsage();
  const list = overview.list();
  const { user, system } = process.cpuUsage(began);
  expect(list.reduce((sum, { rows }) => sum + rows, 0)).toBe(100_000_000);
  expect((user + system) / 1000).toBeLessThan(500);
  await overview.stop();
  expect(read).toEqual([]);
});

test('what cannot be found out is said, and is not tried again before something changes', async () => {
  const { overview, read, told } = openOverview();
  await overview.refresh();
  expect(new Set(told).size).toBe(deployments);
  const [first] = overview.list();
  expect(first?.reasons.at(-1)).toEqual({
    light: 'unknown',
    about: 'quality',
    says: 'The rows that it was trained on are gone.',
  });
  await overview.refresh();
  expect(read).toHaveLength(deployments);
});

test('after the end nothing is found out any more', async () => {
  const { overview, read } = openOverview();
  await overview.stop();
  await overview.refresh();
  expect(overview.list()).toHaveLength(deployments);
  await overview.stop();
  expect(read).toEqual([]);
});

test('servers elsewhere stand beside, with the drift that their profiles tell', async () => {
  const window = { versions: [2], drift: {}, predictionDrift: null };
  const timeline = ['2026-04', '2026-05', '2026-06'].map((month, index) => ({
    ...{ from: `${month}-01T00:00:00.000Z`, to: `${month}-28T00:00:00.000Z`, rows: 100 * (index + 1) },
    ...{ ...window, drifted: index === 1 ? ['age', 'income'] : [] },
  }));
  const column = { type: 'float64', importance: null };
  const columns = ['age', 'income', 'town'].map((name) => ({ ...column, name }));
  const elsewhere = [{ name: 'berlin', rows: 600, until: '2026-06-14T10:00:00.000Z', timeline, columns }];
  const report = {
    ...{ timeline: [], metric: { name: 'r2', lowerIsBetter: false }, limits: { minimumRows: 30, driftShare: 0.5 } },
    ...{ version: 2, traffic: { rows: 0 }, until: null, drift: { columns: [] }, elsewhere },
  };
  const { overview } = openOverview({
    reports: { of: async () => report },
    qualities: { arrivals: async () => ({ days: [], minutes: [] }) },
  } as unknown as Partial<OverviewSources>);
  await overview.refresh();
  const [berlin] = overview.list();
  expect(berlin).toMatchObject({ deployment: 'live-0', server: 'berlin', light: 'warning', rows: 600, version: 2 });
  expect(berlin?.recent.map(({ rows }) => rows)).toEqual([100, 200, 300]);
  expect(berlin?.reasons.map(({ says }) => says)).toEqual([
    '2 of 3 important columns drifted: age, income.',
    'It is known until 2026-06-14, by its profile.',
  ]);
});
