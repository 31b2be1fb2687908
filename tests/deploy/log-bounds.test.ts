import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { expiredParts } from '../../engine/deploy/log-bounds.ts';
import type { StoredLogPart } from '../../engine/deploy/log-store.ts';
import { parquetTable } from '../../engine/store/duck.ts';
import { type OpenDeploy, openDeploy, send } from './open-deploy.ts';

const day = 86_400_000;
const now = 100 * day;

const part = (id: number, age: number, bytes = 100): StoredLogPart => ({
  id,
  version: 1,
  isShadow: false,
  hash: `sha256:${id}`,
  rows: 1,
  firstEventTime: 0,
  lastEventTime: 0,
  lastReceivedAt: now - age * day,
  bytes,
  isProfiled: true,
});

test('parts whose last row is too old are expired, and the oldest ones beyond the bound', () => {
  const parts = [part(1, 3), part(2, 1), part(3, 2), part(4, 0, 50)];
  const idsOf = (retentionDays: number, diskBytes: number) =>
    expiredParts(parts, { retentionDays, diskBytes }, now)
      .map(({ id }) => id)
      .sort();
  expect(idsOf(0, 0)).toEqual([]);
  expect(idsOf(2, 0)).toEqual([1]);
  expect(idsOf(1, 0)).toEqual([1, 3]);
  expect(idsOf(0, 350)).toEqual([]);
  expect(idsOf(0, 349)).toEqual([1]);
  expect(idsOf(0, 150)).toEqual([1, 3]);
  expect(idsOf(0, 49)).toEqual([1, 2, 3, 4]);
});

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `row-${index}`);

async function rowIds({ context, deploy }: OpenDeploy, id: string): Promise<unknown[]> {
  const paths = deploy.logParts(id, null, null).map(({ path }) => path);
  if (paths.length === 0) return [];
  return (await context.duck.rows(`SELECT row_id FROM ${parquetTable(paths)}`)).flat();
}

test('rows that are too old are removed with their files, once those who read them have ended', async () => {
  const open = openDeploy();
  const { context, deploy } = open;
  const { url, id } = await deploy.handlers.start({ reference: 'riders@1' });
  await deploy.handlers.configure({ deployment: 'riders', settings: { log: { retentionDays: 30 } } });
  await send(url, ['old']);
  await deploy.collect(id);
  context.database.run('UPDATE log_parts SET last_received_at = last_received_at - ?', 31 * day);
  const [old] = deploy.logParts(id, null, null);
  await send(url, ['new']);
  await deploy.readLog(id, { since: null, until: null }, async (parts) => {
    await deploy.collect(id);
    expect(parts.map(({ path }) => existsSync(path))).toEqual([true]);
    expect(await rowIds(open, id)).toEqual(['new']);
    await deploy.readLog(id, { since: null, until: null }, async () => {});
    expect(parts.map(({ path }) => existsSync(path))).toEqual([true]);
  });
  expect(existsSync(old?.path as string)).toBe(false);
  expect(await rowIds(open, id)).toEqual(['new']);
});

test('of parts that were joined nothing stays on the disk, once those who read them have ended', async () => {
  const open = openDeploy();
  const { context, deploy } = open;
  const { url, id } = await deploy.handlers.start({ reference: 'riders@1' });
  for (const row of ['one', 'two']) {
    await send(url, [row]);
    await deploy.collect(id);
  }
  context.database.run('UPDATE log_parts SET last_received_at = last_received_at - ?', 5 * day);
  const before = deploy.logParts(id, null, null).map(({ path }) => path);
  await deploy.readLog(id, { since: null, until: null }, async () => {
    await deploy.collect(id);
    expect(before.map((path) => existsSync(path))).toEqual([true, true]);
  });
  const [joined] = deploy.logParts(id, null, null);
  expect(joined?.rows).toBe(2);
  expect(before.map((path) => existsSync(path))).toEqual([false, false]);
  await deploy.handlers.configure({ deployment: 'riders', settings: { log: { retentionDays: 4 } } });
  await deploy.collect(id);
  expect(deploy.logParts(id, null, null)).toEqual([]);
  expect(existsSync(joined?.path as string)).toBe(false);
});

test('the log stays within its bound: the oldest rows go', async () => {
  const open = openDeploy();
  const { context, deploy } = open;
  const { url, id } = await deploy.handlers.start({ reference: 'riders@1' });
  for (const row of ['first', 'second', 'third']) {
    await send(url, [row]);
    await deploy.collect(id);
  }
  const bytes = deploy.logParts(id, null, null).map((part) => part.bytes);
  const diskBytes = (bytes[1] as number) + (bytes[2] as number);
  await deploy.handlers.configure({ deployment: 'riders', settings: { log: { diskBytes } } });
  context.database.run("CREATE TRIGGER stuck BEFORE DELETE ON log_parts BEGIN SELECT RAISE(ABORT, 'stuck'); END");
  await expect(deploy.collect(id)).rejects.toThrow('stuck');
  expect(await rowIds(open, id)).toEqual(['first', 'second', 'third']);
  context.database.run('DROP TRIGGER stuck');
  await deploy.collect(id);
  expect(await rowIds(open, id)).toEqual(['second', 'third']);
});

test('parts of a day that is over become one, those of different days do not', async () => {
  const open = openDeploy();
  const { context, deploy } = open;
  const { url, id } = await deploy.handlers.start({ reference: 'riders@1' });
  for (const row of ['one', 'two', 'three']) {
    await send(url, [row]);
    await deploy.collect(id);
  }
  const age = (days: number) => `last_received_at = last_received_at - ${days * day}`;
  context.database.run(`UPDATE log_parts SET ${age(5)} WHERE id <= 2`);
  context.database.run(`UPDATE log_parts SET ${age(9)} WHERE id = 3`);
  await deploy.collect(id);
  expect(deploy.logParts(id, null, null).map(({ rows }) => rows)).toEqual([1, 2]);
  expect((await rowIds(open, id)).sort()).toEqual(['one', 'three', 'two']);
});

test('a share of the rows is logged, the same ones every time, and all are answered', async () => {
  const open = openDeploy();
  const { deploy } = open;
  const { url, id } = await deploy.handlers.start({ reference: 'riders@1' });
  const logged: unknown[][] = [];
  for (const sampling of [0.25, 0.25, 0.5, 0]) {
    await deploy.handlers.configure({ deployment: 'riders', settings: { log: { sampling } } });
    await send(url, numbered(400));
    await deploy.collect(id);
    const before = logged.flat().length;
    logged.push((await rowIds(open, id)).slice(before));
  }
  const [quarter = [], again = [], half = [], none = []] = logged;
  expect(quarter.length).toBeGreaterThan(70);
  expect(quarter.length).toBeLessThan(130);
  expect(again).toEqual(quarter);
  expect(half).toEqual(expect.arrayContaining(quarter));
  expect(half.length).toBeGreaterThan(160);
  expect(half.length).toBeLessThan(240);
  expect(none).toEqual([]);
});
