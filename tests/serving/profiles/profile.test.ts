import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { canonicalJson, type Json } from '../../../engine/base/canonical-json.ts';
import { publicPem, verifySignature } from '../../../engine/base/model-signature.ts';
import type { ServingConfig } from '../../../engine/contract/serving.ts';
import type { Signature } from '../../../engine/contract/values.ts';
import { largeBytes } from '../../../engine/serving/http-body.ts';
import { readDocument } from '../../../engine/statistics/profile/document.ts';
import { encodeProfile } from '../../../engine/statistics/profile/encode.ts';
import { Profile } from '../../../engine/statistics/profile/profile.ts';
import { rowReader } from '../../../engine/statistics/profile/profile-row.ts';
import { fixedClock } from '../../support/fixed.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { modelFolder, predict, ridersConfig, runningServer, send } from '../running-server.ts';
import { countedRiders, ridersReference, ridersRows } from './riders-reference.ts';

const hour = 3_600_000;
const first = Date.parse('2004-02-29T10:00:00Z');

const get = (url: string, path: string, headers: Record<string, string> = {}) =>
  send(url, { method: 'GET', path, headers });

async function profilesOf(url: string, path = '/profile') {
  const { status, body } = await get(url, path);
  expect(status, JSON.stringify(body)).toBe(200);
  return readDocument(body, (_, version) => ridersReference(version));
}

/** The sums over all windows of a version, which must be there. */
async function sumsOf(url: string, path?: string, version = 1) {
  const profile = (await profilesOf(url, path)).profiles.find(({ reference }) => reference.profile.version === version);
  if (!profile) throw new Error(`there is no profile of version ${version}`);
  const columns = profile.reference.profile.columns.map(({ bins: { name } }, index) => {
    const own = profile.windows.map(({ columns }) => columns[index]);
    const sum = (of: (column: NonNullable<(typeof own)[number]>) => number) =>
      own.reduce((total, column) => total + (column ? of(column) : 0), 0);
    const bins = profile.reference.profile.columns[index]?.bins.counts.length ?? 0;
    return [
      name,
      {
        missing: sum(({ missing }) => missing),
        masked: sum(({ masked }) => masked),
        counts: Array.from({ length: bins }, (_, bin) => sum(({ counts }) => counts[bin] as number)),
      },
    ] as const;
  });
  return { rows: profile.rows, windows: profile.windows, columns: Object.fromEntries(columns) };
}

const timesOf = (count: number) =>
  Array.from({ length: count }, (_, row) => new Date(first + (row % 3) * hour).toISOString());

test('rows are summed up by hour of event time as the pure code sums them up, without one of them', async () => {
  const { url } = await runningServer(countedRiders());
  const rows = ridersRows(300, 7);
  const { body } = await predict(url, { rows, event_times: timesOf(300) });
  const answer = await get(url, '/profile');
  expect(answer.status).toBe(200);

  const reference = ridersReference();
  const expected = new Profile(reference);
  const text = readFileSync(join(modelFolder('riders-1'), 'signature.json'), 'utf8');
  const signature = JSON.parse(text) as Signature;
  const read = rowReader(reference.profile, signature);
  for (const [index, { temperature, rain, holiday, line, day }] of rows.entries()) {
    const { prediction, flags = [] } = body.predictions[index];
    const at = first + (index % 3) * hour;
    expected.add(
      at,
      read([temperature, rain, holiday, line, day], { label: null, scores: [prediction] }),
      flags.length > 0,
    );
  }
  const strip = (windows: { latency?: string }[]) => windows.map(({ latency: _, ...window }) => window);
  const [profile] = answer.body.profiles;
  expect(strip(profile.windows)).toEqual(strip(encodeProfile(expected).windows));
  expect(profile.windows.map(({ rows: count }: { rows: number }) => count)).toEqual([100, 100, 100]);
  expect(profile.windows[0].latency).toEqual(expect.any(String));
  expect(JSON.stringify(answer.body).length).toBeLessThan(20_000);
});

test('since and until choose windows, and what they do not fit is refused', async () => {
  const { url } = await runningServer(countedRiders());
  await predict(url, { rows: ridersRows(30, 7), event_times: timesOf(30) });
  const startsOf = async (query: string) => (await sumsOf(url, `/profile?${query}`)).windows.map(({ start }) => start);
  expect(await startsOf('since=2004-02-29T11:30:00Z')).toEqual([first + hour, first + 2 * hour]);
  expect(await startsOf('until=2004-02-29T11:00:00Z')).toEqual([first]);
  expect(await startsOf('since=2005-01-01')).toEqual([]);
  for (const query of ['since=yesterday', 'from=2004-01-01', 'shadow=1']) {
    expect(await get(url, `/profile?${query}`), query).toMatchObject({
      status: 422,
      body: { error: { code: 'serving.invalid_request' } },
    });
  }
  expect(await get(url, '/profile/nobody')).toMatchObject({ status: 404 });
  expect((await sumsOf(url, '/profile/riders')).rows).toBe(30);
});

test('requests to the thread for large ones count, too, and a row counts whether the log has it or not', async () => {
  const server = await runningServer(countedRiders({ log: { sampling: 0.1 }, logFolder: temporaryFolder() }));
  const rows = ridersRows(6000, 3);
  expect(JSON.stringify({ rows }).length).toBeGreaterThan(largeBytes);
  await predict(server.url, { rows });
  for (const row of rows.slice(0, 50)) await predict(server.url, { row });
  const { rows: count, columns } = await sumsOf(server.url);
  expect(count).toBe(6050);
  const withoutTemperature = [...rows, ...rows.slice(0, 50)].filter(({ temperature }) => temperature === null).length;
  expect(columns.temperature?.missing).toBe(withoutTemperature);
  expect(server.status().log.writtenRows + server.status().log.pendingRows).toBeLessThan(1000);
});

test('a canary has sums of its own, and a shadow has them apart', async () => {
  const clock = fixedClock(first);
  const traffic = { canary: { version: 2, percent: 50 }, shadow: null, bounds: null };
  const { url } = await runningServer(countedRiders({ traffic }), clock);
  const rows = ridersRows(200, 5);
  for (const row of rows) await predict(url, { row });
  const [one, two] = [await sumsOf(url, '/profile', 1), await sumsOf(url, '/profile', 2)];
  expect(one.rows + two.rows).toBe(200);
  expect(Math.min(one.rows, two.rows)).toBeGreaterThan(50);
  expect((await profilesOf(url, '/profile?shadow=true')).profiles.map((profile) => profile.rows)).toEqual([0, 0]);

  const shadowed = await runningServer(countedRiders({ traffic: { canary: null, shadow: 2, bounds: null } }), clock);
  await predict(shadowed.url, { rows });
  expect((await sumsOf(shadowed.url, '/profile', 1)).rows).toBe(200);
  expect((await sumsOf(shadowed.url, '/profile', 2)).rows).toBe(0);
  await expect.poll(async () => (await sumsOf(shadowed.url, '/profile?shadow=true', 2)).rows).toBe(200);
});

test('what the log may not have is counted as masked, here and in the metrics', async () => {
  const { url } = await runningServer(countedRiders({ logMask: { inputs: ['line', 'temperature'] } }));
  const rows = [...ridersRows(99, 2), { ...ridersRows(1, 1)[0], line: 'a secret line' }];
  await predict(url, { rows });
  const { body } = await get(url, '/profile');
  expect(JSON.stringify(body)).not.toContain('secret');
  const { columns } = await sumsOf(url);
  expect(columns.line).toMatchObject({ masked: 100, counts: [0, 0, 0, 0, 0] });
  expect((columns.temperature?.masked ?? 0) + (columns.temperature?.missing ?? 0)).toBe(100);
  const metrics = (await get(url, '/metrics')).body as string;
  expect(metrics).not.toContain('feature="line"');
  expect(metrics).toContain('feature="rain"');
});

test.each([
  ['a column that is marked', false],
  ['a marked column that was missing in all rows of the reference', true],
])('of %s no value leaves, though the log has it', async (_, emptied) => {
  const { url } = await runningServer(countedRiders({}, ['temperature'], emptied));
  const rows = ridersRows(100, 2).map((row) => ({ ...row, temperature: 17.125 }));
  await predict(url, { rows });
  const { body } = await get(url, '/profile');
  const [columns] = body.profiles[0].windows.map((window: { columns: unknown[] }) => window.columns);
  expect(columns[0]).toEqual({ masked: 100, counts: [0] });
  expect(JSON.stringify(body)).not.toContain('17.125');
  const metrics = (await get(url, '/metrics')).body as string;
  expect(metrics).not.toContain('feature="temperature"');
  expect(metrics).toContain('feature="rain"');
});

test('a column that was missing in all rows of the reference, but is not marked, is counted', async () => {
  const { url } = await runningServer(countedRiders({}, [], true));
  await predict(url, { rows: ridersRows(10, 2).map((row) => ({ ...row, temperature: 17.125 })) });
  const { body } = await get(url, '/profile');
  expect(body.profiles[0].windows[0].columns[0]).toMatchObject({ counts: [10], minimum: 17.125 });
  expect((await get(url, '/metrics')).body).toContain('feature="temperature"');
});

test('callers need the token, and a key signs what they get', async () => {
  const token = 'a-token-of-more-than-sixteen';
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signingKeyFile = join(temporaryFolder(), 'key.pem');
  writeFileSync(signingKeyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const { url } = await runningServer(countedRiders({ token, profile: { signingKeyFile } }));
  expect(await get(url, '/profile')).toMatchObject({ status: 401 });
  const { body } = await get(url, '/profile', { authorization: `Bearer ${token}` });
  const { signature, ...document } = body;
  const { files } = verifySignature(signature, createPublicKey(publicPem(privateKey)));
  const sha256 = createHash('sha256')
    .update(canonicalJson(document as Json))
    .digest('hex');
  expect(files).toEqual([{ name: 'profile.json', sha256 }]);
  readDocument(body, (_, version) => ridersReference(version));

  writeFileSync(signingKeyFile, 'no key');
  const refused = runningServer(countedRiders({ profile: { signingKeyFile } }));
  await expect(refused).rejects.toMatchObject({ code: 'serving.invalid_config' });
});

test('there is no profile where it is turned off, or nobody says what rows are counted against', async () => {
  const configs: ServingConfig[] = [countedRiders({ profile: { enabled: false } }), ridersConfig()];
  for (const config of configs) {
    const { url } = await runningServer(config);
    await predict(url, { rows: ridersRows(3, 1) });
    expect(await get(url, '/profile')).toMatchObject({ status: 501, body: { error: { code: 'serving.no_profile' } } });
    expect((await get(url, '/metrics')).body).not.toContain('galley_feature_bin_rows_total{');
  }
});

test('where the profile is not to be answered, rows by bin are in the metrics still', async () => {
  const { url } = await runningServer(countedRiders({ profile: { answered: false } }));
  await predict(url, { rows: ridersRows(3, 1) });
  const { status, body } = await get(url, '/profile');
  expect([status, body.error.code]).toEqual([501, 'serving.no_profile']);
  expect(body.error.message).toContain('told not to answer');
  expect((await get(url, '/metrics')).body).toContain('galley_feature_bin_rows_total{');
});

test('a file of what rows are counted against that was changed stops the server', async () => {
  const config = countedRiders();
  const [version] = config.versions;
  writeFileSync(version?.profile?.path as string, '{}');
  await expect(runningServer(config)).rejects.toMatchObject({ code: 'serving.model_tampered' });
});

test('a folder keeps the sums over a restart; the counters of the metrics begin anew', async () => {
  const config = countedRiders({ logFolder: temporaryFolder() });
  const before = await runningServer(config);
  await predict(before.url, { rows: ridersRows(120, 4) });
  const { instance } = await profilesOf(before.url);
  await before.stop();
  const { url } = await runningServer(config);
  await predict(url, { rows: ridersRows(30, 5) });
  expect((await sumsOf(url)).rows).toBe(150);
  expect((await profilesOf(url)).instance).toBe(instance);
  const counted = [
    ...((await get(url, '/metrics')).body as string).matchAll(/galley_prediction_bin_rows_total\{.*\} (\d+)/g),
  ];
  expect(counted.reduce((sum, [, rows]) => sum + Number(rows), 0)).toBe(30);

  const forgetful = await runningServer(countedRiders());
  await predict(forgetful.url, { row: ridersRows(1, 1)[0] });
  expect((await profilesOf(forgetful.url)).instance).not.toBe(instance);
});

test('a file of sums that is damaged keeps no server from its start, and what cannot be read is not counted', async () => {
  const folder = temporaryFolder();
  const config = countedRiders({ profile: { folder } });
  const first = await runningServer(config);
  await predict(first.url, { rows: ridersRows(40, 4) });
  await first.stop();
  const path = join(folder, 'riders.json');
  const written = readFileSync(path, 'utf8');
  const wrongCount = written.replace(/"rows":\d+/, '"rows":41');
  for (const text of ['', written.slice(0, 500), '{"format":"galley-profile","profiles":[null]}', wrongCount]) {
    writeFileSync(path, text);
    const server = await runningServer(config);
    await predict(server.url, { rows: ridersRows(2, 1) });
    expect((await get(server.url, '/profile')).body.profiles[0].windows.at(-1).rows, text.slice(0, 60)).toBe(2);
    await server.stop();
  }
});

test('event times of many years are kept by month: they cannot fill the memory', async () => {
  const { url } = await runningServer(countedRiders());
  const day = 24 * hour;
  for (let part = 0; part < 10; part++) {
    const times = Array.from({ length: 500 }, (_, row) => new Date(first + (part * 500 + row) * day).toISOString());
    await predict(url, { rows: ridersRows(500, part), event_times: times });
  }
  const { rows, windows } = await sumsOf(url);
  expect(rows).toBe(5000);
  expect(windows.length).toBeLessThan(1000);
  expect(windows.some(({ unit }) => unit === 'month')).toBe(true);
});

test('event times of many centuries are left out beyond twice the windows', async () => {
  const { url } = await runningServer(countedRiders());
  for (let part = 0; part < 6; part++) {
    const times = Array.from({ length: 500 }, (_, row) => new Date(Date.UTC(2004, part * 500 + row)).toISOString());
    await predict(url, { rows: ridersRows(500, part), event_times: times });
  }
  const { rows, windows } = await sumsOf(url);
  expect(windows.length).toBeLessThanOrEqual(400);
  const { leftOut } = (await get(url, '/profile')).body.profiles[0];
  expect(rows + leftOut).toBe(3000);
});

test('a single request of more hours than there may be windows loses none of its rows', async () => {
  const { url } = await runningServer(countedRiders());
  const times = Array.from({ length: 5000 }, (_, row) => new Date(first + row * hour).toISOString());
  await predict(url, { rows: ridersRows(5000, 1), event_times: times });
  const { rows, windows } = await sumsOf(url);
  expect(rows).toBe(5000);
  expect(windows.length).toBeLessThanOrEqual(200);
});
