import { expect, test } from 'vitest';
import { systemClock } from '../../engine/base/clock.ts';
import type { PredictionRecord } from '../../engine/contract/serving.ts';
import type { Traffic, VersionStatus } from '../../engine/contract/traffic.ts';
import { openSegment } from '../../engine/serving/log-reader.ts';
import type { PredictionServer } from '../../engine/serving/prediction-server.ts';
import type { Breach } from '../../engine/serving/served-model.ts';
import { meetsCanary } from '../../engine/serving/traffic-split.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { modelFolder, predict, ridersConfig, ridersRow, runningServer, send } from './running-server.ts';

const canary = (percent: number, bounds: Traffic['bounds'] = null): Traffic => ({
  canary: { version: 2, percent },
  shadow: null,
  bounds,
});
const shadow: Traffic = { canary: null, shadow: 2, bounds: null };

function versionOf(server: PredictionServer, version: number): VersionStatus {
  return server.status().models[0]?.versions.find((one) => one.version === version) as VersionStatus;
}

async function answeredBy(url: string, key: string): Promise<number> {
  const answer = await send(url, {
    body: JSON.stringify({ row: ridersRow }),
    headers: { 'content-type': 'application/json', 'galley-routing-key': key },
  });
  return answer.body.version;
}

const keys = Array.from({ length: 200 }, (_, index) => `caller-${index}`);

test('the place of a key is fixed, keys spread evenly, and raising the percentage moves them one way only', () => {
  const many = Array.from({ length: 20_000 }, (_, index) => `caller-${index}`);
  let before = new Set<string>();
  for (const percent of [0, 1, 10, 50, 99, 100]) {
    const met = new Set(many.filter((key) => meetsCanary(key, 'riders@2', percent)));
    expect([...before].every((key) => met.has(key))).toBe(true);
    // Five standard deviations of a binomial draw.
    const share = percent / 100;
    expect(Math.abs(met.size / many.length - share)).toBeLessThanOrEqual(
      5 * Math.sqrt((share * (1 - share)) / many.length),
    );
    before = met;
  }
  const other = many.filter((key) => meetsCanary(key, 'riders@3', 10));
  expect(other.filter((key) => meetsCanary(key, 'riders@2', 10)).length).toBeLessThan(other.length / 2);
});

test('a canary answers its share of the callers, each always by the same version, over every protocol', async () => {
  const server = await runningServer(ridersConfig({ traffic: canary(30), label: 'champion' }));
  const { url } = server;
  const first = await Promise.all(keys.map((key) => answeredBy(url, key)));
  expect(await Promise.all(keys.map((key) => answeredBy(url, key)))).toEqual(first);
  expect(new Set(first)).toEqual(new Set([1, 2]));
  for (const [index, key] of keys.slice(0, 20).entries()) {
    const expected = first[index] === 2 ? 177 : 137;
    const headers = { 'content-type': 'application/json', 'galley-routing-key': key };
    const instances = JSON.stringify({ instances: [ridersRow] });
    for (const path of ['/v1/models/riders:predict', '/invocations']) {
      expect((await send(url, { path, body: instances, headers })).body.predictions).toEqual([expected]);
    }
    const { body } = await predict(url, { row: ridersRow, id: key });
    expect(body.version).toBe(first[index]);
  }
  await server.activate({ version: 1, traffic: canary(60) });
  const raised = await Promise.all(keys.map((key) => answeredBy(url, key)));
  expect(first.every((version, index) => version === 1 || raised[index] === 2)).toBe(true);
  expect(raised.filter((version) => version === 2).length).toBeGreaterThan(
    first.filter((version) => version === 2).length,
  );
  await server.activate({ version: 1, traffic: canary(0) });
  expect(new Set(await Promise.all(keys.map((key) => answeredBy(url, key))))).toEqual(new Set([1]));
});

test('every loaded version answers by its number and its label, and is listed with its state', async () => {
  const traffic: Traffic = { canary: { version: 2, percent: 0 }, shadow: 3, bounds: null };
  const config = ridersConfig({ traffic, label: 'champion' });
  config.versions.push({ version: 3, folder: modelFolder('riders-2') });
  const server = await runningServer(config);
  const { url } = server;
  const instances = JSON.stringify({ instances: [ridersRow] });
  for (const [where, prediction] of [
    ['/versions/1', 137],
    ['/versions/2', 177],
    ['/labels/champion', 137],
    ['/labels/canary', 177],
    ['/labels/shadow', 177],
  ] as const) {
    const { body } = await send(url, { path: `/v1/models/riders${where}:predict`, body: instances });
    expect(body).toEqual({ predictions: [prediction] });
  }
  const { body } = await predict(url, { row: ridersRow, options: { version: 2 } });
  expect(body).toMatchObject({ version: 2, prediction: 177 });
  const get = async (path: string) => (await send(url, { method: 'GET', path })).body;
  const { model_version_status } = await get('/v1/models/riders');
  expect(model_version_status.map(({ version, state }: Record<string, string>) => [version, state])).toEqual([
    ['1', 'AVAILABLE'],
    ['2', 'AVAILABLE'],
    ['3', 'AVAILABLE'],
  ]);
  expect((await get('/v2/models/riders')).versions).toEqual(['1', '2', '3']);
  expect((await get('/v2/models/riders/versions/2')).name).toBe('riders');
  expect((await send(url, { path: '/v2/repository/index', body: '{}' })).body).toHaveLength(3);
  expect(versionOf(server, 3)).toMatchObject({ state: 'ready', roles: ['shadow'], percent: 0 });
  const metrics = await get('/metrics');
  expect(metrics).toContain('galley_version_traffic_ratio{model="riders",version="1"} 1');

  await server.activate({ version: 2, traffic: { canary: null, shadow: null, bounds: null } });
  await expect.poll(() => server.status().models[0]?.versions.map(({ version }) => version)).toEqual([2]);
  expect((await send(url, { path: '/v1/models/riders/versions/1:predict', body: instances })).status).toBe(404);
});

async function logged(server: PredictionServer): Promise<PredictionRecord[]> {
  const records: PredictionRecord[] = [];
  for (const path of await server.rotate()) {
    for (const record of (await openSegment(path))?.records() ?? []) records.push(record);
  }
  return records;
}

test('a shadow is compared and logged as such, and callers never see it', async () => {
  const logFolder = temporaryFolder();
  const server = await runningServer(ridersConfig({ traffic: shadow, logFolder }));
  const rows = new Array(100).fill(ridersRow);
  const { body, headers } = await predict(server.url, { rows, event_times: rows.map(() => '2004-02-29') });
  expect(new Set(body.predictions.map(({ prediction }: { prediction: number }) => prediction))).toEqual(new Set([137]));
  await expect.poll(() => versionOf(server, 2).compared).toMatchObject({ rows: 100, disagreement: 40, failed: 0 });
  expect(versionOf(server, 2)).toMatchObject({ requests: 0, rows: 0, percent: 0 });
  expect(versionOf(server, 1)).toMatchObject({ requests: 1, rows: 100, percent: 100 });
  expect(server.status()).toMatchObject({ requests: 1, rows: 100 });
  const records = await logged(server);
  const shadows = records.filter(({ shadow }) => shadow);
  expect(records).toHaveLength(200);
  expect(shadows).toHaveLength(100);
  expect(shadows[0]).toMatchObject({
    version: 2,
    outputs: { prediction: 177 },
    row_id: body.predictions[0].row_id,
    request_id: headers.get('x-request-id'),
    event_time: Date.UTC(2004, 1, 29),
  });
});

test('rows of a large request are not compared, and counted', async () => {
  const server = await runningServer(ridersConfig({ traffic: shadow }));
  const { status } = await predict(server.url, { rows: new Array(12_000).fill(ridersRow) });
  expect(status).toBe(200);
  await expect.poll(() => versionOf(server, 2).compared).toMatchObject({ rows: 0, dropped: 12_000 });
});

test('a shadow that cannot answer what the active version answered harms nobody', async () => {
  const config = ridersConfig({ traffic: { canary: null, shadow: 9, bounds: null } });
  config.versions.push({ version: 9, folder: modelFolder('spam') });
  const server = await runningServer(config);
  expect((await predict(server.url, { row: ridersRow })).body.prediction).toBe(137);
  await expect.poll(() => versionOf(server, 9).compared).toMatchObject({ rows: 0, disagreement: null, failed: 1 });
});

/** A server with a canary that meets everyone, and what it reports. */
async function guarded(bounds: Traffic['bounds'], clock = systemClock) {
  const server = await runningServer(ridersConfig({ traffic: canary(100, bounds) }), clock);
  const breaches: Breach[] = [];
  server.onBreach((breach) => breaches.push(breach));
  return { server, breaches };
}

test('a canary that disagrees too much meets no callers any more, and the server says so once', async () => {
  const { server, breaches } = await guarded({ disagreement: 10, requests: 5 });
  for (let request = 0; request < 5; request++) {
    expect((await predict(server.url, { row: ridersRow })).status).toBe(200);
  }
  await expect.poll(() => breaches).toHaveLength(1);
  expect(breaches[0]).toEqual({
    model: 'riders',
    version: 2,
    role: 'canary',
    reason: 'the disagreement with the active version over the last 5 rows is 40, above 10',
  });
  expect((await predict(server.url, { row: ridersRow })).body.version).toBe(1);
  expect(versionOf(server, 2)).toMatchObject({ roles: ['canary'], percent: 0, requests: 5 });
  expect(server.status().models[0]?.traffic.canary).toEqual({ version: 2, percent: 0 });
});

test('a canary within its bounds stays', async () => {
  const { server, breaches } = await guarded({ disagreement: 41, p95Milliseconds: 60_000, errorShare: 0, requests: 5 });
  await predict(server.url, { rows: new Array(20).fill(ridersRow) });
  await expect.poll(() => versionOf(server, 2).compared.rows).toBe(20);
  expect(breaches).toEqual([]);
  expect((await predict(server.url, { row: ridersRow })).body.version).toBe(2);
});

test('a bound that is passed before somebody listens is told to who listens then', async () => {
  const server = await runningServer(
    ridersConfig({ traffic: canary(100, { p95Milliseconds: 0.000_001, requests: 5 }) }),
  );
  for (let request = 0; request < 5; request++) await predict(server.url, { row: ridersRow });
  expect(versionOf(server, 2).percent).toBe(0);
  const breaches: Breach[] = [];
  server.onBreach((breach) => breaches.push(breach));
  expect(breaches).toMatchObject([{ version: 2, role: 'canary' }]);
});

test('bounds that are taken away or changed hold no more for a version that was released with them', async () => {
  const { server, breaches } = await guarded(null);
  const traffic = (bounds: Traffic['bounds']) => ({ canary: null, shadow: null, bounds });
  const sixRequests = async () => {
    for (let request = 0; request < 6; request++) await predict(server.url, { row: ridersRow });
    return breaches.map(({ version }) => version);
  };
  const unreachable = { p95Milliseconds: 0.000_001, requests: 5 };
  await server.activate({ version: 2, traffic: traffic(unreachable) });
  await server.activate({ version: 2, traffic: traffic(null) });
  expect(await sixRequests()).toEqual([]);
  await server.activate({ version: 1, traffic: traffic(unreachable) });
  await server.activate({ version: 1, traffic: traffic({ ...unreachable, p95Milliseconds: 60_000 }) });
  expect(await sixRequests()).toEqual([]);
  await server.activate({ version: 1, traffic: traffic(unreachable) });
  expect(await sixRequests()).toEqual([1]);
});

test('a version that was released to all is watched for a while: it goes on, and the parent is told', async () => {
  const server = await runningServer();
  const breaches: Breach[] = [];
  server.onBreach((breach) => breaches.push(breach));
  const bounds = { p95Milliseconds: 0.000_001, requests: 5 };
  await server.activate({ version: 1, traffic: { canary: null, shadow: null, bounds } });
  for (let request = 0; request < 6; request++) await predict(server.url, { row: ridersRow });
  expect(breaches).toEqual([]);
  await server.activate({ version: 2 });
  for (let request = 0; request < 6; request++) await predict(server.url, { row: ridersRow });
  expect(breaches).toMatchObject([{ version: 2, role: 'active' }]);
  expect((await predict(server.url, { row: ridersRow })).body.version).toBe(2);
});
