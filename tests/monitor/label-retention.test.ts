import { existsSync, mkdirSync, rmdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { removeLabels } from '../../engine/monitor/label-retention.ts';
import { LabelStore } from '../../engine/monitor/label-store.ts';
import { type OpenDeploy, openDeploy, send } from '../deploy/open-deploy.ts';

const day = 86_400_000;

/** A deployment whose log has the rows `old` and `twice` of a month ago, and `twice` and `new` of today. */
async function openLog() {
  const open = openDeploy();
  const { context, deploy } = open;
  const labels = new LabelStore(context.database);
  deploy.onRemoval((removal) => removeLabels(context.duck, labels, removal));
  const { url, id } = await deploy.handlers.start({ reference: 'riders@1' });
  await send(url, ['old', 'twice']);
  await deploy.collect(id);
  context.database.run('UPDATE log_parts SET last_received_at = last_received_at - ?', 31 * day);
  await send(url, ['twice', 'new']);
  await deploy.collect(id);
  return { ...open, labels, id, folder: join(context.project.path, 'logs', id) };
}

const labelled = ({ context }: OpenDeploy) =>
  context.database.column<string>('SELECT row_id FROM labels ORDER BY sequence');

const retain = ({ deploy }: OpenDeploy, log: { retentionDays?: number; diskBytes?: number }) =>
  deploy.handlers.configure({ deployment: 'riders', settings: { log } });

test('labels go with their rows, and those that never had a row when they are as old', async () => {
  const open = await openLog();
  const { deploy, labels, id } = open;
  const label = (rowId: string, daysAgo: number) =>
    labels.add(id, [{ id: rowId, label: '1' }], Date.now() - daysAgo * day);
  label('old', 0);
  label('twice', 31);
  label('new', 40);
  label('early', 0);
  label('never', 31);
  label('never', 0);
  const { revision } = labels;
  expect(deploy.removedRows(id)).toBeNull();
  await deploy.collect(id);
  expect(labelled(open)).toEqual(['old', 'twice', 'new', 'early', 'never', 'never']);
  await retain(open, { retentionDays: 30 });
  await deploy.collect(id);
  expect(labelled(open)).toEqual(['twice', 'new', 'early', 'never']);
  expect(deploy.removedRows(id)).toEqual({ rows: 2, receivedUntil: expect.closeTo(Date.now() - 31 * day, -5) });
  expect(labels.revision).toBeGreaterThan(revision);
});

test('labels and traffic go with rows for which there is no room', async () => {
  const open = await openLog();
  const { context, deploy, labels, id } = open;
  labels.add(id, [{ id: 'old', label: '1' }], Date.now());
  labels.add(id, [{ id: 'new', label: '1' }], Date.now());
  const minute = (at: number) =>
    context.database.run('INSERT INTO traffic_minutes VALUES (?, 0, ?, 5, 5, 5)', id, Math.floor(at / 60_000) * 60_000);
  minute(Date.now() - 32 * day);
  minute(Date.now() - 30 * day);
  const { errors } = deploy.traffic(id, null, null);
  expect(errors).toBe(10);
  await retain(open, { diskBytes: deploy.logParts(id, null, null)[1]?.bytes as number });
  await deploy.collect(id);
  expect(labelled(open)).toEqual(['new']);
  expect(deploy.traffic(id, null, null).errors).toBe(5);
  await retain(open, { retentionDays: 10 });
  await deploy.collect(id);
  expect(deploy.traffic(id, null, null).errors).toBe(0);
});

test('thousands of labels go with their rows', async () => {
  const open = openDeploy();
  const { context, deploy } = open;
  const labels = new LabelStore(context.database);
  deploy.onRemoval((removal) => removeLabels(context.duck, labels, removal));
  const { url, id } = await deploy.handlers.start({ reference: 'riders@1' });
  const ids = Array.from({ length: 5000 }, (_, row) => `row-${row}`);
  await send(url, ids);
  await deploy.collect(id);
  const given = [...ids, 'other'].map((row) => ({ id: row, label: '1' }));
  labels.add(id, given, Date.now());
  context.database.run('UPDATE log_parts SET last_received_at = 0');
  await retain(open, { retentionDays: 30 });
  await deploy.collect(id);
  expect(labelled(open)).toEqual(['other']);
});

test('what was put aside as damaged goes when it is as old as the rows that go', async () => {
  const open = await openLog();
  const aside = ['1.segment.damaged', 'labels/2.segment.damaged', '3.segment.damaged'].map((name) =>
    join(open.folder, name),
  );
  for (const path of aside) writeFileSync(path, 'no segment');
  for (const path of aside.slice(0, 2)) utimesSync(path, 0, 0);
  await retain(open, { retentionDays: 30 });
  await open.deploy.collect(open.id);
  expect(aside.map((path) => existsSync(path))).toEqual([false, false, true]);
});

test('rows whose labels cannot be removed stay until the next round, also where nothing goes for its age', async () => {
  const errors = vi.spyOn(console, 'error').mockImplementation(() => {});
  const open = await openLog();
  const parts = () => open.deploy.logParts(open.id, null, null);
  const { has } = open.labels;
  let tries = 0;
  vi.spyOn(open.labels, 'has').mockImplementation((id) => {
    tries++;
    if (tries === 1) throw new Error('stuck');
    return has.call(open.labels, id);
  });
  open.labels.add(open.id, [{ id: 'old', label: '1' }], Date.now());
  await retain(open, { diskBytes: parts()[1]?.bytes as number });
  await open.deploy.collect(open.id);
  expect(parts()).toHaveLength(2);
  expect(open.deploy.removedRows(open.id)).toBeNull();
  expect(errors).toHaveBeenCalledWith(expect.objectContaining({ message: 'stuck' }));
  await open.deploy.collect(open.id);
  await open.deploy.collect(open.id);
  expect(tries).toBe(2);
  expect(parts()).toHaveLength(1);
  expect(labelled(open)).toEqual([]);
  errors.mockRestore();
});

test('rows go also where a file that was put aside cannot be removed', async () => {
  const errors = vi.spyOn(console, 'error').mockImplementation(() => {});
  const open = await openLog();
  const stuck = join(open.folder, '1.segment.damaged');
  mkdirSync(stuck);
  utimesSync(stuck, 0, 0);
  await retain(open, { retentionDays: 30 });
  await open.deploy.collect(open.id);
  expect(open.deploy.logParts(open.id, null, null)).toHaveLength(1);
  expect(errors).toHaveBeenCalledTimes(1);
  rmdirSync(stuck);
  writeFileSync(stuck, 'no segment');
  utimesSync(stuck, 0, 0);
  await open.deploy.collect(open.id);
  expect(existsSync(stuck)).toBe(false);
  errors.mockRestore();
});
