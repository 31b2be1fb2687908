import { expect, test } from 'vitest';
import { pseudonym } from '../../engine/base/pseudonym.ts';
import type { ColumnMark, Marks } from '../../engine/contract/data-privacy.ts';
import { parquetTable } from '../../engine/store/duck.ts';
import { type OpenDeploy, openDeploy, quickBackOff, send } from './open-deploy.ts';

const key = Buffer.alloc(32, 7);
const marks = { of: () => ({ line: 'personal' as const, temperature: 'sensitive' as const }), key: () => key };

/** What stands in the log of riders for a row: of all versions that have answered it. */
async function logged({ context, deploy }: OpenDeploy, row: string) {
  await deploy.collect('riders');
  const paths = await deploy.readLog(deploy.find('riders').id, { since: null, until: null }, async (parts) =>
    parts.map(({ path }) => path),
  );
  const columns = 'version, flags, "inputs.line" AS line, "inputs.temperature" AS temperature, "inputs.rain" AS rain';
  return context.duck.objects(`SELECT ${columns} FROM ${parquetTable(paths)} WHERE row_id = '${row}' ORDER BY version`);
}

/** riders whose versions were trained on datasets of their own, the columns of which can be marked. */
function openMarked(datasets: Record<string, Marks>) {
  const opened = openDeploy(undefined, { backOff: quickBackOff }, { of: (name) => datasets[name], key: () => key });
  opened.models.datasets.set('riders@2', 'visitors');
  const mark = (dataset: string, column: string, as: ColumnMark) => {
    datasets[dataset] = { ...datasets[dataset], [column]: as };
    opened.context.events.publish({ type: 'phase.changed', phase: 'data', subject: dataset });
  };
  return { ...opened, mark };
}

test('marked inputs are left out of the prediction log, or are pseudonyms in it, and said to be', async () => {
  const opened = openDeploy(undefined, { backOff: quickBackOff }, marks);
  const rowUnder = async (maskLog: 'drop' | 'hash' | 'none' | undefined, row: string) => {
    await opened.deploy.handlers.stop({ deployment: 'riders' }).catch(() => undefined);
    const { url } = await opened.deploy.handlers.start({ reference: 'riders@1', maskLog });
    await send(url, [row]);
    return (await logged(opened, row))[0];
  };
  const masked = ['temperature', 'line'].map((field) => ({ field, flag: 'masked' }));
  expect(await rowUnder(undefined, 'plain')).toMatchObject({ line: 'red', temperature: 0, rain: '1', flags: [] });
  const dropped = { line: null, temperature: null, rain: '1', flags: masked };
  expect(await rowUnder('drop', 'dropped')).toMatchObject(dropped);
  const hashed = { line: pseudonym(key, 'red'), temperature: null, rain: '1', flags: masked };
  expect(await rowUnder('hash', 'hashed')).toMatchObject(hashed);
  expect(await rowUnder(undefined, 'kept')).toMatchObject(hashed);
  expect(await rowUnder('none', 'all')).toMatchObject({ line: 'red', temperature: 0 });
});

test('another masking holds at once, in the server that runs; one that is off stays off', async () => {
  const opened = openDeploy(undefined, { backOff: quickBackOff }, marks);
  const { deploy } = opened;
  const { url } = await deploy.handlers.start({ reference: 'riders@1' });
  const pid = deploy.processId('riders');
  expect((await deploy.handlers.list({})).deployments).toMatchObject([{ maskLog: null }]);
  const masked = await deploy.handlers.maskLog({ deployment: 'riders', maskLog: 'drop' });
  expect(masked.deployment).toMatchObject({ maskLog: 'drop', status: 'running', url });
  await send(url, ['masked']);
  expect(await logged(opened, 'masked')).toMatchObject([{ line: null, temperature: null }]);
  await deploy.handlers.start({ reference: 'riders@1', maskLog: 'hash' });
  await send(url, ['started again']);
  expect(await logged(opened, 'started again')).toMatchObject([{ line: pseudonym(key, 'red'), temperature: null }]);
  expect(deploy.processId('riders')).toBe(pid);
  await deploy.handlers.stop({ deployment: 'riders' });
  const off = await deploy.handlers.maskLog({ deployment: 'riders', maskLog: 'none' });
  expect(off.deployment).toMatchObject({ maskLog: null, status: 'stopped', url: null });
});

test('what is marked in the data of a canary or a shadow alone is masked for as long as it is served', async () => {
  const opened = openMarked({ riders: {}, visitors: { line: 'personal' } });
  const { deploy } = opened;
  const { url } = await deploy.handlers.start({ reference: 'riders@1', maskLog: 'drop' });
  await send(url, ['alone']);
  expect(await logged(opened, 'alone')).toMatchObject([{ version: 1, line: 'red' }]);
  await deploy.handlers.traffic({ deployment: 'riders', canary: { version: 2, percent: 100 } });
  await send(url, ['canary']);
  expect(await logged(opened, 'canary')).toMatchObject([{ version: 2, line: null }]);
  await deploy.handlers.traffic({ deployment: 'riders', canary: null, shadow: 2 });
  await send(url, ['shadowed']);
  expect(await logged(opened, 'shadowed')).toMatchObject([{ version: 1, line: null }]);
  await deploy.handlers.traffic({ deployment: 'riders', shadow: null });
  await send(url, ['alone again']);
  expect(await logged(opened, 'alone again')).toMatchObject([{ version: 1, line: 'red' }]);
});

test('the log of a later version is masked by the marks of its own data, those of the one before are gone', async () => {
  const opened = openMarked({ riders: { temperature: 'sensitive' }, visitors: { line: 'personal' } });
  const { deploy, models } = opened;
  models.move('riders', 'champion', 1);
  const { url } = await deploy.handlers.start({ reference: 'riders@champion', maskLog: 'hash' });
  models.move('riders', 'champion', 2);
  await deploy.settled();
  await send(url, ['later']);
  expect(await logged(opened, 'later')).toMatchObject([{ version: 2, line: pseudonym(key, 'red'), temperature: 0 }]);
});

test('a column that is marked while the server runs is masked from then on, in the thread for large requests, too', async () => {
  const opened = openMarked({ riders: {} });
  const { deploy, mark } = opened;
  const { url } = await deploy.handlers.start({ reference: 'riders@1', maskLog: 'drop' });
  const large = (name: string) => Array.from({ length: 5000 }, (_, index) => `${name}-${index}`);
  await send(url, ['before']);
  await send(url, large('before'));
  mark('riders', 'line', 'personal');
  await deploy.settled();
  await send(url, ['after']);
  await send(url, large('after'));
  expect(await logged(opened, 'before')).toMatchObject([{ line: 'red' }]);
  expect(await logged(opened, 'before-4999')).toMatchObject([{ line: 'red' }]);
  expect(await logged(opened, 'after')).toMatchObject([{ line: null }]);
  expect(await logged(opened, 'after-4999')).toMatchObject([{ line: null }]);
});

test('where the data of a version is gone, and its marks with it, nothing of its inputs is logged as it is', async () => {
  const opened = openMarked({});
  const { url } = await opened.deploy.handlers.start({ reference: 'riders@1', maskLog: 'hash' });
  await send(url, ['unknown']);
  expect(await logged(opened, 'unknown')).toMatchObject([
    { line: pseudonym(key, 'red'), temperature: null, rain: null },
  ]);
});
