import { expect, test } from 'vitest';
import { startBroker } from '../support/mqtt-broker.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { openDeploy, ridersRow } from './open-deploy.ts';

process.env.GALLEY_KEYCHAIN = 'off';
const patience = { timeout: 20_000, interval: 20 };

const sensors = (url: string) => ({
  kind: 'mqtt' as const,
  name: 'sensors',
  url,
  subscribe: 'sensors/+',
  publish: 'riders',
});

test('a deployment answers a stream from the moment it is set until it is removed, in the next engine, too', async (context) => {
  const broker = await startBroker(context);
  const client = await broker.client();
  const answers: Record<string, unknown>[] = [];
  client.on('message', (_, payload) => answers.push(JSON.parse(payload.toString())));
  await client.subscribeAsync('riders', { qos: 1 });
  const ask = (id: string) => client.publishAsync('sensors/1', JSON.stringify({ row: ridersRow(20), id }), { qos: 1 });
  const path = temporaryFolder();

  const { deploy, close } = openDeploy(path);
  await deploy.handlers.start({ reference: 'riders@1' });
  const pid = deploy.processId('riders');
  const connected = async (phase = deploy) =>
    (await phase.handlers.streams({ deployment: 'riders' })).streams[0]?.status?.connected;
  const { streams } = await deploy.handlers.setStream({ deployment: 'riders', stream: sensors(broker.url) });
  expect(streams).toMatchObject([{ stream: sensors(broker.url), password: 'none', status: { messages: 0 } }]);
  await expect.poll(() => connected(), patience).toBe(true);
  await ask('first');
  await expect.poll(() => answers, patience).toMatchObject([{ row_id: 'first', version: 1, prediction: 137 }]);
  expect(deploy.processId('riders')).toBe(pid);
  await close();

  await ask('while away');
  const next = openDeploy(path);
  await next.deploy.start?.();
  await expect.poll(() => answers.map(({ row_id }) => row_id), patience).toEqual(['first', 'while away']);
  await next.deploy.handlers.removeStream({ deployment: 'riders', name: 'sensors' });
  expect(await next.deploy.handlers.streams({ deployment: 'riders' })).toEqual({ deployment: 'riders', streams: [] });
});

test('a password is kept apart from the project, and one that is not known is said', async () => {
  const path = temporaryFolder();
  const { deploy, context, close } = openDeploy(path);
  deploy.handlers.start({ reference: 'riders@1' }).catch(() => {});
  await expect.poll(() => deploy.list().length, patience).toBe(1);
  const stream = { ...sensors('mqtt://127.0.0.1:1'), username: 'galley' };
  const { streams } = await deploy.handlers.setStream({ deployment: 'riders', stream, secret: 'not for the disk' });
  expect(streams).toMatchObject([{ password: 'session' }]);
  expect(JSON.stringify(context.database.all('SELECT * FROM deployment_streams'))).not.toContain('not for the disk');
  await close();
  const next = openDeploy(path);
  expect(await next.deploy.handlers.streams({ deployment: 'riders' })).toMatchObject({
    streams: [{ password: 'missing', status: null }],
  });
});

test('a stream that would answer itself and one that is not there are refused', async () => {
  const { deploy } = openDeploy();
  await deploy.handlers.start({ reference: 'riders@1' });
  const loop = { ...sensors('mqtt://127.0.0.1:1'), publish: 'sensors/answers' };
  await expect(deploy.handlers.setStream({ deployment: 'riders', stream: loop })).rejects.toMatchObject({
    code: 'serving.stream_loop',
  });
  await expect(deploy.handlers.removeStream({ deployment: 'riders', name: 'sensors' })).rejects.toMatchObject({
    code: 'deploy.no_stream',
  });
  expect((await deploy.handlers.streams({ deployment: 'riders' })).streams).toEqual([]);
});
