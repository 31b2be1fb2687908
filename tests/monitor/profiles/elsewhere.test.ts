import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { calls } from '../../../engine/contract/index.ts';
import type { ProfileDocument } from '../../../engine/statistics/profile/document.ts';
import type { EncodedWindow } from '../../../engine/statistics/profile/encode.ts';
import { predict } from '../../serving/running-server.ts';
import { deploySample, rowOf, type SharedApp, sharedApp } from '../deployed-sample.ts';
import { daysOf, ridershipFile } from '../ridership-days.ts';

const name = 'ridership';

let engine: SharedApp;
let url: string;
let small: ProfileDocument;

async function send(year: number, rows: number): Promise<void> {
  const { signature } = await engine.call(calls.package.show, { reference: name });
  const days = daysOf(year).slice(0, rows);
  const ids = days.map((day) => day.date as string);
  await predict(url, { rows: days.map((day) => rowOf(day, signature)), ids, event_times: ids });
}

const document = async (input: object = {}) =>
  (await engine.call(calls.monitor.profile, { deployment: name, ...input })).profile as ProfileDocument;

function fileWith(content: unknown): string {
  const file = join(engine.folder, `profile-${Math.floor(performance.now() * 1000)}.json`);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const bring = (content: unknown, input: object = {}) =>
  engine.call(calls.monitor.importProfile, { file: fileWith(content), name: 'berlin', ...input });

beforeAll(async () => {
  engine = await sharedApp();
  ({ url } = await deploySample(engine, name, [ridershipFile(2001)], {
    target: name,
    features: ['temp', 'humidity', 'date:weekday'],
    split: { kind: 'every-nth', every: 5 },
  }));
  await send(2004, 40);
  small = { ...(await document()), instance: 'elsewhere-1' };
  await send(2004, 60);
}, 180_000);
afterAll(() => engine.close());

test('a profile has the sums of all rows, and none of them', async () => {
  const whole = await document();
  expect(whole).toMatchObject({ format: 'galley-profile', model: name, deployment: name });
  expect(whole.profiles[0]?.windows.reduce((sum, { rows }) => sum + rows, 0)).toBe(100);
  const part = await document({ since: '2004-01-10T00:00:00Z', until: '2004-01-20T00:00:00Z' });
  expect(part.profiles[0]?.windows.reduce((sum, { rows }) => sum + rows, 0)).toBe(20);
  expect(part.signature).toBeUndefined();
});

test('a profile is brought once, and grows with what the same server says later', async () => {
  expect(await bring(small)).toMatchObject({
    added: 40,
    elsewhere: { name: 'berlin', rows: 40, versions: [1], signed: false, first: '2004-01-01T00:00:00.000Z' },
  });
  expect((await bring(small)).added).toBe(0);
  const grown = { ...(await document()), instance: 'elsewhere-1' };
  expect((await bring(grown)).added).toBe(60);
  expect((await bring(small)).added).toBe(0);
  const other = await bring({ ...small, instance: 'elsewhere-2' });
  expect(other).toMatchObject({ added: 40, elsewhere: { rows: 140 } });
  const own = await engine.call(calls.monitor.report, { deployment: name });
  expect(own.traffic.rows).toBe(100);
});

test('servers elsewhere are listed and forgotten', async () => {
  await bring(small, { name: 'paris' });
  const { elsewhere } = await engine.call(calls.monitor.elsewhere, {});
  expect(elsewhere.map((one) => [one.name, one.rows])).toEqual([
    ['berlin', 140],
    ['paris', 40],
  ]);
  await engine.call(calls.monitor.removeElsewhere, { deployment: name, name: 'paris' });
  const left = await engine.call(calls.monitor.elsewhere, { deployment: name });
  expect(left.elsewhere.map((one) => one.name)).toEqual(['berlin']);
  await expect(engine.call(calls.monitor.removeElsewhere, { deployment: name, name: 'paris' })).rejects.toMatchObject({
    code: 'monitor.elsewhere_not_found',
  });
});

test('a signature of a known key is told, a wrong one refused, one of an unknown key not counted', async () => {
  const signed = await document({ sign: true });
  expect((await bring(signed, { name: 'signed' })).elsewhere.signed).toBe(true);
  const forged = structuredClone(signed);
  Object.assign(forged.profiles[0]?.windows[0] ?? {}, { flagged: 1 });
  await expect(bring(forged)).rejects.toMatchObject({ code: 'monitor.invalid_profile_signature' });
  await expect(bring({ ...signed, signature: '{}' })).rejects.toMatchObject({
    code: 'monitor.invalid_profile_signature',
  });
  const bundle = JSON.parse(signed.signature as string);
  bundle.verificationMaterial.publicKey.hint = '0'.repeat(64);
  const stranger = { ...signed, signature: JSON.stringify(bundle) };
  expect((await bring(stranger, { name: 'stranger' })).elsewhere.signed).toBe(false);
});

test('what cannot be put beside a deployment is refused by its code', async () => {
  await expect(bring({ ...small, model: 'another' })).rejects.toMatchObject({ code: 'monitor.profile_of_other_model' });
  await expect(bring({ ...small, model: 'another' }, { deployment: name })).rejects.toMatchObject({
    code: 'monitor.profile_of_other_model',
  });
  const otherBins = structuredClone(small);
  Object.assign(otherBins.profiles[0] ?? {}, { reference: `sha256:${'0'.repeat(64)}` });
  await expect(bring(otherBins)).rejects.toMatchObject({ code: 'monitor.unknown_profile_reference' });
  const otherVersion = structuredClone(small);
  Object.assign(otherVersion.profiles[0] ?? {}, { version: 7 });
  await expect(bring(otherVersion)).rejects.toMatchObject({ code: 'monitor.unknown_profile_reference' });
  for (const content of ['{"format"', '[]', '{}', JSON.stringify(small).slice(0, -100)]) {
    await expect(bring(content)).rejects.toMatchObject({ code: 'monitor.invalid_profile' });
  }
  await expect(
    engine.call(calls.monitor.importProfile, { file: join(engine.folder, 'missing.json') }),
  ).rejects.toMatchObject({ code: 'monitor.invalid_profile' });
});

test('counts that are too large to be added, and times that no row has, are refused', async () => {
  const changed = (change: (window: EncodedWindow, all: EncodedWindow[]) => void) => {
    const content = structuredClone(small);
    const windows = content.profiles[0]?.windows as EncodedWindow[];
    change(windows[0] as EncodedWindow, windows);
    return content;
  };
  const huge = 2 ** 52;
  const contents = [
    changed((window) => {
      const columns = window.columns.map(({ counts }) => ({ masked: huge, counts: counts.map(() => 0) }));
      Object.assign(window, { rows: huge, columns });
    }),
    changed((window) => {
      const start = 3_000_000_000_000_000 - (3_000_000_000_000_000 % 3_600_000);
      Object.assign(window, { start, first: start, last: start });
    }),
    changed((window, all) => all.push(window)),
  ];
  for (const content of contents)
    await expect(bring(content)).rejects.toMatchObject({ code: 'monitor.invalid_profile' });
});

test('a stored profile that cannot be read costs no report, and can be removed', async () => {
  const errors = vi.spyOn(console, 'error').mockImplementation(() => {});
  const { database } = engine.app.context;
  await bring(small, { name: 'damaged' });
  database.run("UPDATE profile_windows SET counts = '[]' WHERE source = 'damaged'");
  const { traffic, elsewhere } = await engine.call(calls.monitor.report, { deployment: name });
  expect(traffic.rows).toBe(100);
  expect(elsewhere?.map((one) => one.name)).not.toContain('damaged');
  expect(errors).toHaveBeenCalled();
  errors.mockRestore();
  database.run("UPDATE profile_windows SET rows = 9007199254740993 WHERE source = 'damaged'");
  await engine.call(calls.monitor.removeElsewhere, { deployment: name, name: 'damaged' });
  expect((await engine.call(calls.monitor.elsewhere, {})).elsewhere.map((one) => one.name)).not.toContain('damaged');
});

test('a report has servers elsewhere on its own time axis', async () => {
  const { timeline, elsewhere, traffic } = await engine.call(calls.monitor.report, { deployment: name });
  const berlin = elsewhere?.find((one) => one.name === 'berlin');
  expect(traffic.rows).toBe(100);
  expect(berlin).toMatchObject({ rows: 140, since: '2004-01-01T00:00:00.000Z' });
  expect(berlin?.timeline.map(({ from, to }) => [from, to])).toEqual(timeline.map(({ from, to }) => [from, to]));
  expect(berlin?.timeline.reduce((sum, { rows }) => sum + rows, 0)).toBe(140);
  expect(berlin?.columns.map((column) => column.name).sort()).toEqual(['date', 'humidity', 'temp']);
});

test('what is left of a deployment without its rows is reported as well', async () => {
  const before = await engine.call(calls.monitor.report, { deployment: name });
  engine.app.context.database.run('UPDATE log_parts SET last_received_at = 0');
  await engine.call(calls.deploy.configure, { deployment: name, settings: { log: { retentionDays: 5 } } });
  const after = await engine.call(calls.monitor.report, { deployment: name });
  expect(after.removed?.rows).toBe(100);
  expect(after).toMatchObject({
    traffic: { rows: 100 },
    performance: null,
    drift: { source: 'profile', columns: before.drift.columns },
    quality: before.quality,
  });
  expect(after.timeline.map(({ rows, drift }) => [rows, drift])).toEqual(
    before.timeline.map(({ rows, drift }) => [rows, drift]),
  );
});
