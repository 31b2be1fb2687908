import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openSegment } from '../../engine/serving/log-reader.ts';
import { parquetTable } from '../../engine/store/duck.ts';
import { predict } from '../serving/running-server.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { type OpenDeploy, openDeploy, ridersRow, send } from './open-deploy.ts';

const golden = fileURLToPath(new URL('../fixtures/serving/golden.segment', import.meta.url));

/** Names of files of the prediction log; labels have a folder of their own there. */
const filesIn = (folder: string) => readdirSync(folder).filter((name) => name !== 'labels');
const segmentsOf = ({ context }: OpenDeploy, id: string) => filesIn(join(context.project.path, 'logs', id));

async function rowsOf({ context, deploy }: OpenDeploy, id: string): Promise<Record<string, unknown>[]> {
  const paths = deploy.logParts(id, null, null).map(({ path }) => path);
  return context.duck.objects(`SELECT * FROM ${parquetTable(paths)}`);
}

const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `row-${from + index}`);

test('what was answered is in Parquet, with columns typed by the signature', async () => {
  const open = openDeploy();
  const { context, deploy } = open;
  const { url, id } = await deploy.handlers.start({ reference: 'riders@1' });
  await predict(url, {
    rows: [
      ridersRow(20),
      { temperature: null, rain: 90, holiday: true, line: 'half \ud83d "quoted"', day: '2004-03-01' },
    ],
    ids: ['first', 'second'],
    event_times: ['2004-02-29T12:00:00Z', '2004-03-01'],
  });
  await deploy.collect(id);
  const [part] = deploy.logParts(id, null, null);
  expect(part).toMatchObject({ version: 1, rows: 2, firstEventTime: Date.UTC(2004, 1, 29, 12) });
  const rows = await rowsOf(open, id);
  expect(rows[0]).toMatchObject({
    row_id: 'first',
    event_time: String(Date.UTC(2004, 1, 29, 12)),
    version: 1,
    flags: [],
    'inputs.temperature': 20,
    'inputs.rain': '1',
    'inputs.holiday': false,
    'inputs.line': 'red',
    'inputs.day': '2004-02-29',
    'outputs.prediction': 137,
  });
  expect(rows[1]).toMatchObject({
    'inputs.temperature': null,
    'inputs.line': 'half \ufffd "quoted"',
    flags: [
      { field: 'rain', flag: 'out_of_range' },
      { field: 'line', flag: 'unseen_category' },
    ],
  });
  expect(segmentsOf(open, id)).toEqual([]);
  expect(deploy.logParts(id, Date.UTC(2005), null)).toEqual([]);
  expect(context.blobs.sweep()).toBe(0);
});

test('a classification has its label and the probability of each class', async () => {
  const open = openDeploy();
  const { url, id } = await open.deploy.handlers.start({ reference: 'spam@1' });
  const { body } = await predict(url, { row: { free: 2, length: 10 }, id: 'mail' });
  await open.deploy.collect(id);
  const [row] = await rowsOf(open, id);
  expect(row).toMatchObject({
    'outputs.label': body.label,
    'outputs.probability.0': body.probabilities.ham,
    'outputs.probability.1': body.probabilities.spam,
  });
});

test('rows of two versions stand in parts of their own', async () => {
  const open = openDeploy();
  const { url, id } = await open.deploy.handlers.start({ reference: 'riders@1' });
  await send(url, numbered(3));
  await open.deploy.handlers.start({ reference: 'riders@2' });
  await send(url, numbered(2, 3));
  await open.deploy.collect(id);
  expect(open.deploy.logParts(id, null, null).map(({ version, rows }) => [version, rows])).toEqual([
    [1, 3],
    [2, 2],
  ]);
});

test('a segment that was taken before its file was removed is not taken twice', async () => {
  const open = openDeploy();
  const { context, deploy } = open;
  const { url, id } = await deploy.handlers.start({ reference: 'riders@1' });
  await send(url, numbered(5));
  await deploy.handlers.stop({ deployment: id });
  expect(segmentsOf(open, id)).toEqual([]);
  // As after a crash between the transaction and the removal: the file is there again.
  const kept = temporaryFolder();
  await deploy.handlers.start({ reference: 'riders@1' });
  await send(url, numbered(5, 5));
  const folder = join(context.project.path, 'logs', id);
  await expect.poll(async () => recordsIn(folder), { timeout: 5000 }).toBe(5);
  const [open_] = filesIn(folder) as [string];
  copyFileSync(join(folder, open_), join(kept, open_));
  await deploy.collect(id);
  copyFileSync(join(kept, open_), join(folder, open_.replace('.open', '.segment')));
  await deploy.collect(id);
  expect(segmentsOf(open, id)).toEqual([]);
  const ids = (await rowsOf(open, id)).map(({ row_id }) => row_id);
  expect(ids.sort()).toEqual(numbered(10).sort());
});

async function recordsIn(folder: string): Promise<number> {
  let records = 0;
  for (const name of filesIn(folder)) {
    const reader = await openSegment(join(folder, name));
    records += reader ? [...reader.records()].length : 0;
  }
  return records;
}

test('what fails before it is recorded is taken at the next try, and leaves nothing behind', async () => {
  const open = openDeploy();
  const { context, deploy } = open;
  const { url, id } = await deploy.handlers.start({ reference: 'riders@1' });
  await send(url, numbered(4));
  context.database.run("CREATE TRIGGER full BEFORE INSERT ON log_segments BEGIN SELECT RAISE(ABORT, 'full'); END");
  await expect(deploy.collect(id)).rejects.toThrow('full');
  expect(deploy.logParts(id, null, null)).toEqual([]);
  expect(segmentsOf(open, id)).toHaveLength(1);
  expect(readdirSync(join(context.project.path, 'run', 'prediction-logs'))).toEqual([]);
  context.database.run('DROP TRIGGER full');
  await deploy.collect(id);
  expect(await rowsOf(open, id)).toHaveLength(4);
  expect(context.blobs.sweep()).toBe(0);
});

test('a file that is no segment is put aside and does not hold up the others', async () => {
  const open = openDeploy();
  const { context, deploy } = open;
  const { url, id } = await deploy.handlers.start({ reference: 'riders@1' });
  await send(url, numbered(2));
  const damaged = join(context.project.path, 'logs', id, '0000000000001-1-000001.segment');
  writeFileSync(damaged, 'no segment at all');
  await deploy.collect(id);
  expect(await rowsOf(open, id)).toHaveLength(2);
  expect(segmentsOf(open, id)).toEqual([`${basename(damaged)}.damaged`]);
  expect(deploy.logDamage(id)).toEqual({ segments: 1, bytes: 'no segment at all'.length });
});

test('of a segment that is cut off in the middle the whole rows are taken, and the rest is counted', async () => {
  const open = openDeploy();
  const { context, deploy } = open;
  const { id } = await deploy.handlers.start({ reference: 'riders@1' });
  expect(deploy.logDamage(id)).toBeNull();
  const bytes = readFileSync(golden);
  writeFileSync(join(context.project.path, 'logs', id, '0000000000001-1-000001.segment'), bytes.subarray(0, -10));
  await deploy.collect(id);
  const rows = await rowsOf(open, id);
  expect(rows.length).toBeGreaterThan(0);
  expect(deploy.logDamage(id)).toMatchObject({ segments: 1, bytes: expect.any(Number) });
});

test('many small parts become one, with every row in its place', async () => {
  const open = openDeploy();
  const { context, deploy } = open;
  const { url, id } = await deploy.handlers.start({ reference: 'riders@1' });
  for (let round = 0; round < 33; round++) {
    await send(url, numbered(2, 2 * round));
    await deploy.collect(id);
  }
  expect(deploy.logParts(id, null, null).map(({ rows }) => rows)).toEqual([64, 2]);
  expect((await rowsOf(open, id)).map(({ row_id }) => row_id)).toEqual(numbered(66));
  expect(context.blobs.sweep()).toBe(0);
  expect((await rowsOf(open, id)).length).toBe(66);
});

test('requests are counted by the minute of their receipt, also those that were refused', async () => {
  const { deploy } = openDeploy();
  const { url, id } = await deploy.handlers.start({ reference: 'riders@1' });
  await send(url, numbered(3));
  await predict(url, { row: { rain: 'much' } });
  await deploy.collect(id);
  expect(deploy.traffic(id, null, null)).toEqual({ requests: 2, rows: 3, errors: 1 });
  await deploy.handlers.stop({ deployment: id });
  await deploy.handlers.start({ reference: 'riders@1' });
  await send(url, numbered(1));
  await deploy.collect(id);
  expect(deploy.traffic(id, null, null)).toEqual({ requests: 3, rows: 4, errors: 1 });
  expect(deploy.traffic(id, null, Date.UTC(2020))).toEqual({ requests: 0, rows: 0, errors: 0 });
});
