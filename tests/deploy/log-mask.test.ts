import { expect, test } from 'vitest';
import { pseudonym } from '../../engine/base/pseudonym.ts';
import { parquetTable } from '../../engine/store/duck.ts';
import { openDeploy, quickBackOff, send } from './open-deploy.ts';

const key = Buffer.alloc(32, 7);
const marks = { of: () => ({ line: 'personal' as const, temperature: 'sensitive' as const }), key: () => key };

test('marked inputs are left out of the prediction log, or are pseudonyms in it, and said to be', async () => {
  const { context, deploy } = openDeploy(undefined, { backOff: quickBackOff }, marks);
  const logged = async (maskLog: 'drop' | 'hash' | 'none' | undefined, row: string) => {
    await deploy.handlers.stop({ deployment: 'riders' }).catch(() => undefined);
    const { id, url } = await deploy.handlers.start({ reference: 'riders@1', maskLog });
    await send(url, [row]);
    await deploy.collect(id);
    const paths = deploy.logParts(id, null, null).map(({ path }) => path);
    const rows = await context.duck.objects(`SELECT * FROM ${parquetTable(paths)} WHERE row_id = '${row}'`);
    const { 'inputs.line': line, 'inputs.temperature': temperature, 'inputs.rain': rain, flags } = rows[0] ?? {};
    return { line, temperature, rain, flags };
  };
  const masked = ['temperature', 'line'].map((field) => ({ field, flag: 'masked' }));
  expect(await logged(undefined, 'plain')).toEqual({ line: 'red', temperature: 0, rain: '1', flags: [] });
  expect(await logged('drop', 'dropped')).toEqual({ line: null, temperature: null, rain: '1', flags: masked });
  const hashed = { line: pseudonym(key, 'red'), temperature: null, rain: '1', flags: masked };
  expect(await logged('hash', 'hashed')).toEqual(hashed);
  expect(await logged(undefined, 'kept')).toEqual(hashed);
  expect(await logged('none', 'all')).toMatchObject({ line: 'red', temperature: 0 });
});

test('another masking holds at once: a server that runs is started again at its address, one that is off stays off', async () => {
  const { context, deploy } = openDeploy(undefined, { backOff: quickBackOff }, marks);
  const { id, url } = await deploy.handlers.start({ reference: 'riders@1' });
  expect((await deploy.handlers.list({})).deployments).toMatchObject([{ maskLog: null }]);
  const masked = await deploy.handlers.maskLog({ deployment: 'riders', maskLog: 'drop' });
  expect(masked.deployment).toMatchObject({ maskLog: 'drop', status: 'running', url });
  await send(url, ['after']);
  await deploy.collect(id);
  const paths = deploy.logParts(id, null, null).map(({ path }) => path);
  const rows = await context.duck.objects(`SELECT * FROM ${parquetTable(paths)} WHERE row_id = 'after'`);
  expect(rows).toMatchObject([{ 'inputs.line': null, 'inputs.temperature': null }]);
  await deploy.handlers.stop({ deployment: 'riders' });
  const off = await deploy.handlers.maskLog({ deployment: 'riders', maskLog: 'none' });
  expect(off.deployment).toMatchObject({ maskLog: null, status: 'stopped', url: null });
});
