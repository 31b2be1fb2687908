import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { GalleyError } from '../../engine/base/errors.ts';
import { pseudonym } from '../../engine/base/pseudonym.ts';
import type { ImportedColumns, LogImport } from '../../engine/contract/deploy-log.ts';
import type { LabelRecord } from '../../engine/contract/serving.ts';
import { openDuck } from '../../engine/store/duck.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { type OpenDeploy, openDeploy, send } from './open-deploy.ts';

const nothingElse = { repeated: 0, expired: 0, labels: 0, leftOut: [], unusable: [] };

async function bring(
  { context, deploy }: OpenDeploy,
  deployment: string,
  path: string,
  columns?: ImportedColumns,
  version?: number,
): Promise<LogImport> {
  const job = await deploy.handlers.importLog({ deployment, path, columns, version });
  return context.jobs.result<LogImport>(job.id);
}

async function stopped(open: OpenDeploy, reference: string): Promise<string> {
  const { deployment } = await open.deploy.handlers.start({ reference });
  await open.deploy.handlers.stop({ deployment });
  return deployment;
}

async function logged({ deploy }: OpenDeploy, deployment: string) {
  return (await deploy.handlers.log({ deployment, limit: 1000 })).rows;
}

function file(name: string, content: string): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

const rejection = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error as GalleyError,
  );

const ridersCsv = `answered,estimate,truth,warm,rain,holiday,line,day,key
2025-03-01T10:00:00Z,231,240,17,1,false,red,2025-03-01,a
2025-03-01 11:00:00,233.5,,18.25,1,true,green,2025-03-01,b
2025-03-02,-1,12,,99,false,,2025-03-02,c
`;
const ridersColumns: ImportedColumns = {
  time: 'answered',
  id: 'key',
  prediction: 'estimate',
  label: 'truth',
  inputs: { temperature: 'warm' },
};

test('a table of another server is taken by the rules of the prediction server, with what came true', async () => {
  const open = openDeploy();
  const labels: LabelRecord[] = [];
  open.deploy.onLabels((_, given) => labels.push(...given));
  const deployment = await stopped(open, 'riders@1');

  const path = file('old.csv', ridersCsv);
  expect(await bring(open, deployment, path, ridersColumns)).toEqual({
    ...nothingElse,
    deployment,
    rows: 3,
    known: 0,
    labels: 2,
  });
  const [newest, middle, oldest] = await logged(open, deployment);
  expect(oldest).toEqual({
    rowId: 'a',
    requestId: 'a',
    eventTime: '2025-03-01T10:00:00.000Z',
    receivedAt: '2025-03-01T10:00:00.000Z',
    version: 1,
    shadow: false,
    inputs: { temperature: 17, rain: 1, holiday: false, line: 'red', day: '2025-03-01' },
    outputs: { prediction: 231 },
    latency: null,
    flags: [],
  });
  expect(middle).toMatchObject({
    eventTime: '2025-03-01T11:00:00.000Z',
    inputs: { temperature: 18.25, holiday: true },
  });
  expect(middle?.flags).toEqual([{ field: 'line', flag: 'unseen_category' }]);
  expect(newest).toMatchObject({ eventTime: '2025-03-02T00:00:00.000Z', inputs: { temperature: null, line: null } });
  expect(newest?.flags).toEqual([{ field: 'rain', flag: 'out_of_range' }]);
  expect(labels.map(({ row_id, label }) => [row_id, label])).toEqual([
    ['a', '240'],
    ['c', '12'],
  ]);
});

test('rows that the log has are passed over, also where the file has grown', async () => {
  const open = openDeploy();
  const deployment = await stopped(open, 'riders@1');
  const { id: _, label, ...columns } = ridersColumns;
  const path = file('old.csv', ridersCsv);
  await bring(open, deployment, path, columns);
  expect(await bring(open, deployment, path, { ...columns, label })).toMatchObject({ rows: 0, known: 3, labels: 2 });
  expect(await bring(open, deployment, path, columns)).toMatchObject({ rows: 0, known: 3 });
  const grown = file('grown.csv', `${ridersCsv}2025-03-03,50,,1,1,true,red,2025-03-03,d\n`);
  expect(await bring(open, deployment, grown, columns)).toMatchObject({ rows: 1, known: 3 });
  expect(await logged(open, deployment)).toHaveLength(4);
});

test('each day has a part of its own, and rows beyond what the log keeps are left out', async () => {
  const open = openDeploy();
  const deployment = await stopped(open, 'riders@1');
  await bring(open, deployment, file('old.csv', ridersCsv), ridersColumns);
  const { id } = open.deploy.find(deployment);
  const parts = open.deploy.logParts(id, null, null);
  expect(parts.map(({ rows, lastReceivedAt }) => [rows, lastReceivedAt])).toEqual([
    [2, Date.parse('2025-03-01T11:00:00Z')],
    [1, Date.parse('2025-03-02T00:00:00Z')],
  ]);

  await open.deploy.handlers.configure({ deployment, settings: { log: { retentionDays: 30 } } });
  const now = open.context.clock.now();
  const young = new Date(now - 86_400_000).toISOString();
  const columns = { time: 'answered', prediction: 'estimate', inputs: { temperature: 'warm' } };
  const answer = await bring(
    open,
    deployment,
    file('new.csv', `${ridersCsv}${young},5,,1,1,true,red,2025-03-03,d\n`),
    columns,
  );
  expect(answer).toMatchObject({ rows: 1, known: 0, expired: 3 });
  expect((await logged(open, deployment)).map(({ receivedAt }) => receivedAt)).toEqual([young]);
});

test('times may be seconds or milliseconds, classes are read as labels are, and of two classes one probability is enough', async () => {
  const open = openDeploy();
  const deployment = await stopped(open, 'spam');
  const path = file(
    'spam.csv',
    'at,label,score,free,length\n1740823200,spam,0.9,1,20\n1740823201500,ham,0.25,abc,30\n,ham,0.1,1,1\n1740823202,,0.5,1,1\n1740823203,eggs,0.5,1,1\n',
  );
  const answer = await bring(open, deployment, path, { time: 'at', probabilities: { spam: 'score' } });
  expect(answer).toEqual({
    deployment,
    rows: 2,
    known: 0,
    repeated: 0,
    expired: 0,
    labels: 0,
    leftOut: [
      { reason: 'no_time', rows: 1, first: 3 },
      { reason: 'no_answer', rows: 1, first: 4 },
      { reason: 'unknown_class', rows: 1, first: 5 },
    ],
    unusable: [{ field: 'free', values: 1, first: 2 }],
  });
  const rows = await logged(open, deployment);
  expect(rows.map(({ eventTime, outputs, inputs }) => ({ eventTime, outputs, free: inputs.free }))).toEqual([
    {
      eventTime: '2025-03-01T10:00:01.500Z',
      outputs: { label: 'ham', probabilities: { ham: 0.75, spam: 0.25 } },
      free: null,
    },
    {
      eventTime: '2025-03-01T10:00:00.000Z',
      outputs: { label: 'spam', probabilities: { ham: expect.closeTo(0.1, 12), spam: 0.9 } },
      free: 1,
    },
  ]);
});

test('numbers are times in seconds to nanoseconds; what lies ahead, and rows of one time and id, are left out', async () => {
  const open = openDeploy();
  const deployment = await stopped(open, 'riders@1');
  const rows = [
    '1740823200',
    '1740823200000',
    '1740823200000000',
    '1740823200000000000',
    '1.740823201e18',
    '1e19',
    '-5',
    '4e9',
    '3750',
  ];
  const lines = rows.map((at, index) => `${at},${index % 2},${index},1,1,true,red,2025-03-01`);
  const path = file('times.csv', `at,id,prediction,temperature,rain,holiday,line,day\n${lines.join('\n')}\n`);
  expect(await bring(open, deployment, path, { time: 'at' })).toMatchObject({
    rows: 5,
    repeated: 0,
    leftOut: [
      { reason: 'future', rows: 2, first: 6 },
      { reason: 'no_time', rows: 2, first: 7 },
    ],
  });
  const times = (await logged(open, deployment)).map(({ receivedAt }) => receivedAt);
  expect(times).toEqual(['2025-03-01T10:00:01.000Z', ...new Array(4).fill('2025-03-01T10:00:00.000Z')]);
  expect(await bring(open, deployment, path, { time: 'at', id: 'id' })).toMatchObject({
    rows: 3,
    known: 0,
    repeated: 2,
  });
  expect(await bring(open, deployment, path, { time: 'at', id: 'id' })).toMatchObject({
    rows: 0,
    known: 5,
    repeated: 0,
  });
});

test('a project in a folder of any name takes a log, one of a container too, in which the server says much before its first answer', async () => {
  const folder = join(temporaryFolder(), 'prices [2026] *');
  mkdirSync(folder);
  const open = openDeploy(folder);
  const deployment = await stopped(open, 'riders@1');
  const said = JSON.stringify({ time: '2026-01-01T00:00:00.000Z', level: 'info', message: 'request', route: '/livez' });
  const record = {
    row_id: 'a',
    request_id: 'a',
    event_time: 1,
    received_at: 1,
    version: 1,
    inputs: { temperature: 1, rain: 1, holiday: true, line: 'red', day: '2025-03-01' },
    outputs: { prediction: 1 },
    latency: 1,
    flags: [],
  };
  const path = file('container.log', `${`${said}\n`.repeat(500)}${JSON.stringify(record)}\n`);
  expect(await bring(open, deployment, path)).toMatchObject({ rows: 1, leftOut: [{ reason: 'no_record', rows: 500 }] });
});

test('an id that labels could not name is made anew, and what came true is known since its row', async () => {
  const open = openDeploy();
  const labels: LabelRecord[] = [];
  open.deploy.onLabels((_, given) => labels.push(...given));
  const deployment = await stopped(open, 'riders@1');
  const path = file('old.csv', ridersCsv.replace(',a\n', `,${'x'.repeat(300)}\n`));
  expect(await bring(open, deployment, path, ridersColumns)).toMatchObject({ rows: 3, labels: 2 });
  const ids = (await logged(open, deployment)).map(({ rowId }) => rowId);
  expect(ids).toEqual(['c', 'b', expect.stringMatching(/^row_[0-9a-f]{24}$/)]);
  expect(labels.map(({ known_at }) => known_at)).toEqual([
    Date.parse('2025-03-01T10:00:00Z'),
    Date.parse('2025-03-02T00:00:00Z'),
  ]);
});

test('records of another model are left out, and what is no file is told', async () => {
  const open = openDeploy();
  const deployment = await stopped(open, 'riders@1');
  const inputs = { temperature: 1, rain: 1, holiday: true, line: 'red', day: '2025-03-01' };
  const record = (row: string, more: object) =>
    JSON.stringify({
      ...more,
      row_id: row,
      request_id: row,
      event_time: 1,
      received_at: 1,
      version: 1,
      inputs,
      outputs: { prediction: 1 },
      latency: 1,
      flags: [],
    });
  const lines = [record('a', { model: 'riders' }), record('b', { model: 'taxis' }), record('c', {})];
  expect(await bring(open, deployment, file('sink.log', `${lines.join('\n')}\n`))).toMatchObject({
    rows: 2,
    leftOut: [{ reason: 'other_model', rows: 1, first: 2 }],
  });
  expect(await rejection(bring(open, deployment, temporaryFolder()))).toMatchObject({ code: 'deploy.unreadable_file' });
});

test('what is masked by the end of an import holds: one that began with less adds nothing', async () => {
  const marks: Record<string, 'personal'> = {};
  const open = openDeploy(undefined, undefined, { of: () => ({ ...marks }), key: () => Buffer.alloc(32, 7) });
  const { deployment } = await open.deploy.handlers.start({ reference: 'riders@1', maskLog: 'drop' });
  await open.deploy.handlers.stop({ deployment });
  const path = file('old.csv', ridersCsv);
  const { id } = await open.deploy.handlers.importLog({ deployment, path, columns: ridersColumns });
  marks.line = 'personal';
  expect(await rejection(open.context.jobs.result(id))).toMatchObject({ code: 'deploy.mask_changed' });
  expect(await logged(open, deployment)).toEqual([]);
  const answer = await bring(open, deployment, path, ridersColumns);
  expect(answer).toMatchObject({ rows: 3 });
  expect((await logged(open, deployment)).map(({ inputs }) => inputs.line)).toEqual([null, null, null]);
});

test('segments and JSON lines of another Galley are taken as they are, between whatever else stands there', async () => {
  const here = openDeploy();
  const { url, deployment } = await here.deploy.handlers.start({ reference: 'riders@1' });
  await send(url, ['one', 'two'], ['2025-03-01T10:00:00Z', '2025-03-05T10:00:00Z']);
  await expect.poll(() => logged(here, deployment)).toHaveLength(2);
  const rows = await logged(here, deployment);
  const lines = rows.toReversed().map((row) =>
    JSON.stringify({
      row_id: row.rowId,
      request_id: row.requestId,
      event_time: Date.parse(row.eventTime),
      received_at: Date.parse(row.receivedAt),
      version: row.version,
      inputs: row.inputs,
      outputs: row.outputs,
      latency: row.latency,
      flags: row.flags,
    }),
  );
  const path = file('container.log', `listening on 8080\n${lines.join('\n')}\n{"level":"info"}\n{"row_id":\n`);
  expect(await bring(here, deployment, path)).toMatchObject({ rows: 0, known: 2 });

  const there = openDeploy();
  const other = await stopped(there, 'riders@2');
  expect(await bring(there, other, path)).toEqual({
    ...nothingElse,
    deployment: other,
    rows: 2,
    known: 0,
    leftOut: [{ reason: 'no_record', rows: 3, first: 1 }],
  });
  expect(await logged(there, other)).toEqual(rows);
});

test('labels that a server was sent stand between its lines, and are taken where their model and class are known', async () => {
  const open = openDeploy();
  const { url, deployment } = await open.deploy.handlers.start({ reference: 'riders@1' });
  await send(url, ['one'], ['2025-03-01T10:00:00Z']);
  await expect.poll(() => logged(open, deployment)).toHaveLength(1);
  const [row] = await logged(open, deployment);
  const record = {
    model: 'riders',
    row_id: 'elsewhere',
    request_id: row?.requestId,
    event_time: Date.parse(row?.eventTime as string) + 1,
    received_at: Date.parse(row?.receivedAt as string) + 1,
    version: 1,
    inputs: row?.inputs,
    outputs: row?.outputs,
    latency: 1,
    flags: [],
  };
  const label = { model: 'riders', row_id: 'elsewhere', label: 140, received_at: record.received_at };
  const wrong = [
    { ...label, model: 'fares' },
    { ...label, label: 'many' },
    { ...label, received_at: record.received_at + 10 * 86_400_000 },
  ];
  const path = file('container.log', [label, record, ...wrong].map((line) => JSON.stringify(line)).join('\n'));
  expect(await bring(open, deployment, path)).toEqual({
    ...nothingElse,
    deployment,
    rows: 1,
    known: 0,
    labels: 1,
    leftOut: [
      { reason: 'other_model', rows: 1, first: 3 },
      { reason: 'unknown_class', rows: 1, first: 4 },
      { reason: 'future', rows: 1, first: 5 },
    ],
  });
});

test('a segment of a server elsewhere is taken, but records of versions that are not here are not', async () => {
  const open = openDeploy();
  const deployment = await stopped(open, 'riders@1');
  const path = join(temporaryFolder(), 'copied.segment');
  copyFileSync(join(import.meta.dirname, '../fixtures/serving/golden.segment'), path);
  expect(await bring(open, deployment, path)).toEqual({
    ...nothingElse,
    deployment,
    rows: 2,
    known: 0,
    leftOut: [{ reason: 'unknown_version', rows: 1, first: 3 }],
  });
  expect(await logged(open, deployment)).toMatchObject([
    { rowId: 'row_2', version: 2, flags: [{ field: 'rain' }, { field: 'line' }], outputs: { prediction: -196 } },
    { rowId: '2025-01-01/Orée', version: 1, eventTime: '2024-12-31T00:00:00.000Z', latency: 1.25 },
  ]);
});

test('marked inputs are masked as in the log of the server, and what was masked already stays as it is', async () => {
  const key = Buffer.alloc(32, 7);
  const open = openDeploy(undefined, undefined, {
    of: () => ({ line: 'personal', temperature: 'personal' }),
    key: () => key,
  });
  const { deployment } = await open.deploy.handlers.start({ reference: 'riders@1', maskLog: 'hash' });
  await open.deploy.handlers.stop({ deployment });
  await bring(open, deployment, file('old.csv', ridersCsv), ridersColumns);
  const rows = await logged(open, deployment);
  expect(rows.map(({ inputs: { temperature, line } }) => [temperature, line])).toEqual([
    [null, null],
    [null, pseudonym(key, 'green')],
    [null, pseudonym(key, 'red')],
  ]);
  expect(rows[2]?.flags).toEqual([
    { field: 'temperature', flag: 'masked' },
    { field: 'line', flag: 'masked' },
  ]);
});

test('what is not there is told with what is', async () => {
  const open = openDeploy();
  const deployment = await stopped(open, 'riders@1');
  const path = file('old.csv', ridersCsv);
  const said = async (columns: ImportedColumns, version?: number) =>
    (await rejection(bring(open, deployment, path, columns, version)))?.message.replaceAll(path, 'old.csv');
  expect(await said({})).toBe(
    'old.csv has no column "event_time": name the one that says when a row was answered. It may be day.',
  );
  expect(await said({ time: 'answerd' })).toMatch(/^old.csv has no column "answerd"\. .*"?answered/);
  expect(await said({ time: 'answered' })).toBe(
    'old.csv has no column "prediction": name the one with the prediction.',
  );
  expect(await said({ ...ridersColumns, inputs: { temprature: 'warm' } })).toMatch(
    /^The model has no input "temprature"\. .*temperature/,
  );
  expect(await said(ridersColumns, 7)).toBe('There is no riders@7.');
  const short = file('short.csv', 'event_time,prediction,rain\n2025-03-01,1,2\n');
  expect((await rejection(bring(open, deployment, short)))?.message).toContain(
    'lacks what the model cannot do without: holiday, day.',
  );
  const empty = file('empty.csv', `${ridersCsv.split('\n')[0]}\nnever,,,,,,,,\n`);
  expect((await rejection(bring(open, deployment, empty, ridersColumns)))?.message).toContain(
    'has no row to import: 1 without a time that can be read (the first is row 1).',
  );
  expect((await rejection(bring(open, deployment, '/nowhere/log.csv')))?.code).toBe('deploy.unreadable_file');
});

test('an import that is canceled adds nothing, and a second one at a time is refused', async () => {
  const open = openDeploy();
  const deployment = await stopped(open, 'riders@1');
  const path = join(temporaryFolder(), 'long.parquet');
  const folder = join(path, '..');
  const duck = await openDuck({ allowed: [folder], temporaryFolder: folder });
  const connection = await duck.connect();
  await connection.run(
    `COPY (SELECT TIMESTAMP '2024-01-01' + INTERVAL (range) SECOND AS event_time, 1.5 AS prediction, range::DOUBLE AS temperature,
       1 AS rain, true AS holiday, 'red' AS line, DATE '2024-01-01' AS day FROM range(2000000)) TO '${path}' (FORMAT parquet)`,
  );
  connection.closeSync();
  duck.closeSync();
  const { id } = await open.deploy.handlers.importLog({ deployment, path });
  const error = await rejection(bring(open, deployment, path));
  expect(error).toMatchObject({ code: 'deploy.import_runs' });
  await expect.poll(() => open.context.jobs.get(id).progress?.done ?? 0).toBeGreaterThan(1000);
  open.context.jobs.cancel(id);
  expect(await rejection(open.context.jobs.result(id))).toMatchObject({ code: 'job.canceled' });
  expect(await logged(open, deployment)).toEqual([]);
  const small = file('old.csv', ridersCsv);
  expect(await bring(open, deployment, small, ridersColumns)).toMatchObject({ rows: 3 });
});
