import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { SequencedEvent } from '../../engine/contract/events.ts';
import { predict, send as request } from '../serving/running-server.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { openDeploy, ridersRow } from './open-deploy.ts';

/** A port that something else listens on until the test has ended. */
async function takenPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as { port: number }).port;
}

test('a deployment answers at its address, is listed, tried and stopped', async () => {
  const { context, deploy } = openDeploy();
  const subjects: unknown[] = [];
  context.events.listen((event: SequencedEvent) => event.type === 'phase.changed' && subjects.push(event.subject));
  const started = await deploy.handlers.start({ reference: 'riders@1' });
  expect(started).toMatchObject({ deployment: 'riders', version: 1, status: 'running', warnings: [] });
  expect(started.url).toBe(`http://127.0.0.1:${started.port}`);
  expect(deploy.busy?.()).toBe(true);

  const { body } = await predict(started.url, { row: ridersRow(20) });
  expect(body).toMatchObject({ model: 'riders', version: 1, deployment: 'riders', prediction: 137 });
  expect(await deploy.handlers.try({ deployment: 'riders', row: ridersRow(20) })).toMatchObject({ prediction: 137 });
  await expect(deploy.handlers.try({ deployment: 'riders', row: { rain: 1.5 } })).rejects.toMatchObject({
    code: 'serving.invalid_rows',
  });

  const status = await deploy.handlers.status({ deployment: 'riders' });
  expect(status).toMatchObject({ requests: 3, rows: 2, errors: 1, deployment: { follows: null, wanted: 'running' } });
  expect(status.signature.target).toBe('riders');
  expect(status.releases).toEqual([expect.objectContaining({ version: 1, reason: 'started, pinned' })]);

  const { deployment } = await deploy.handlers.stop({ deployment: 'riders' });
  expect(deployment).toMatchObject({ status: 'stopped', wanted: 'stopped', url: null, error: null });
  await expect(fetch(started.url)).rejects.toThrow();
  expect(deploy.busy?.()).toBe(false);
  expect(subjects).toContain('riders');
  expect((await deploy.handlers.status({ deployment: deployment.id })).requests).toBe(0);
});

test('starting a running deployment answers as it is; another version of the model is swapped in', async () => {
  const { deploy } = openDeploy();
  const first = await deploy.handlers.start({ reference: 'riders@1', name: 'live' });
  const again = await deploy.handlers.start({ reference: 'riders@1', name: 'live' });
  expect(again).toEqual(first);
  const swapped = await deploy.handlers.start({ reference: 'riders@2', name: 'live' });
  expect(swapped).toEqual({ ...first, version: 2 });
  expect((await predict(first.url, { row: ridersRow(20) })).body.prediction).toBe(177);
  expect((await deploy.handlers.list({})).deployments).toHaveLength(1);
});

test('wrong names and references are refused, each with its code', async () => {
  const { deploy } = openDeploy();
  await deploy.handlers.start({ reference: 'riders@1', name: 'live' });
  await expect(deploy.handlers.start({ reference: 'spam', name: 'live' })).rejects.toMatchObject({
    code: 'deploy.name_taken',
  });
  await expect(deploy.handlers.status({ deployment: 'lice' })).rejects.toMatchObject({
    code: 'deploy.not_found',
    message: expect.stringContaining('did you mean "live"'),
  });
  await expect(deploy.handlers.start({ reference: 'riders@9' })).rejects.toMatchObject({
    code: 'package.version_not_found',
  });
  await deploy.handlers.stop({ deployment: 'live' });
  await expect(deploy.handlers.try({ deployment: 'live', row: {} })).rejects.toMatchObject({
    code: 'deploy.not_running',
  });
});

test('a port that is taken is said, and the next free one is taken', async () => {
  const { deploy } = openDeploy();
  const port = await takenPort();
  const started = await deploy.handlers.start({ reference: 'riders@1', port });
  expect(started.port).toBeGreaterThan(port);
  expect(started.warnings).toEqual([
    { code: 'deploy.port_taken', message: `Port ${port} is taken; riders has ${started.port} instead.` },
  ]);
  expect((await predict(started.url, { row: ridersRow(20) })).status).toBe(200);
});

test('an alias that moves takes its followers along without a failed request; a pinned deployment stays', async () => {
  const { context, models, deploy } = openDeploy();
  models.aliases.set('riders@champion', 1);
  const { url, id } = await deploy.handlers.start({ reference: 'riders' });
  await deploy.handlers.start({ reference: 'riders@1', name: 'pinned' });
  let sending = true;
  const statuses = new Set<number>();
  const traffic = (async () => {
    while (sending) statuses.add((await predict(url, { row: ridersRow(20) })).status);
  })();
  models.move('riders', 'champion', 2);
  expect(deploy.find('riders').version).toBe(2);
  await deploy.settled();
  expect((await predict(url, { row: ridersRow(20) })).body).toMatchObject({ version: 2, prediction: 177 });
  sending = false;
  await traffic;
  expect([...statuses]).toEqual([200]);
  expect(deploy.find('pinned').version).toBe(1);
  expect(deploy.releases(id).map(({ version, reason }) => [version, reason])).toEqual([
    [1, 'started, follows champion'],
    [2, 'a better one'],
  ]);
  const users = context.uses.usersOf({ kind: 'model_version', id: 'mv_riders_2' });
  expect(users).toEqual([{ kind: 'deployment', id, label: 'riders' }]);
});

test('an alias whose move is rolled back changes nothing', async () => {
  const { models, deploy } = openDeploy();
  models.aliases.set('riders@champion', 1);
  const { url, id } = await deploy.handlers.start({ reference: 'riders@champion' });
  expect(() => models.move('riders', 'champion', 2, { fail: true })).toThrow('rolled back');
  await deploy.settled();
  expect((await predict(url, { row: ridersRow(20) })).body.version).toBe(1);
  expect(deploy.find(id).version).toBe(1);
  expect(deploy.releases(id)).toHaveLength(1);
});

test('a version that callers may break at is released only where that is accepted, by alias or by start', async () => {
  const { models, deploy } = openDeploy();
  models.require('riders', 2, 'temperature');
  models.aliases.set('riders@champion', 1);
  const { url, id } = await deploy.handlers.start({ reference: 'riders' });
  await deploy.handlers.start({ reference: 'riders@1', name: 'pinned' });
  const refusal = {
    code: 'deploy.breaking_version',
    message: 'Version 2 of riders may refuse what callers of riders send: temperature may not be missing any more.',
  };
  expect(() => models.move('riders', 'champion', 2)).toThrow(expect.objectContaining(refusal));
  await expect(deploy.handlers.start({ reference: 'riders@2', name: 'pinned' })).rejects.toMatchObject({
    code: 'deploy.breaking_version',
    details: { deployment: 'pinned', version: 2, breaking: ['temperature may not be missing any more'] },
  });
  await deploy.settled();
  expect((await predict(url, { row: ridersRow(20) })).body.version).toBe(1);
  expect(deploy.releases(id)).toHaveLength(1);

  models.move('riders', 'champion', 2, { acceptBreaking: true });
  const accepted = await deploy.handlers.start({ reference: 'riders@2', name: 'pinned', acceptBreaking: true });
  expect(accepted.version).toBe(2);
  await deploy.settled();
  expect((await predict(url, { row: ridersRow(20) })).body.version).toBe(2);

  await deploy.handlers.stop({ deployment: 'pinned' });
  models.require('riders', 1, 'line');
  expect((await deploy.handlers.start({ reference: 'riders@1', name: 'pinned' })).version).toBe(1);
});

test('a deployment that follows an alias answers under it as a label', async () => {
  const { models, deploy } = openDeploy();
  models.aliases.set('riders@champion', 1);
  const { url } = await deploy.handlers.start({ reference: 'riders' });
  const ask = (label: string) =>
    request(url, { method: 'GET', path: `/v1/models/riders/labels/${label}` }).then(({ status }) => status);
  expect([await ask('champion'), await ask('shadow')]).toEqual([200, 404]);
  models.aliases.set('riders@shadow', 1);
  await deploy.handlers.start({ reference: 'riders@shadow', name: 'riders' });
  expect([await ask('champion'), await ask('shadow')]).toEqual([404, 200]);
});

test('what is wanted running is started again by the next engine, at the same address', async () => {
  const path = temporaryFolder();
  const first = openDeploy(path);
  const { url } = await first.deploy.handlers.start({ reference: 'riders@1' });
  await first.deploy.handlers.start({ reference: 'riders@2', name: 'ended' });
  await first.deploy.handlers.stop({ deployment: 'ended' });
  await first.close();
  await expect(fetch(url)).rejects.toThrow();

  const second = openDeploy(path);
  expect((await second.deploy.handlers.list({})).deployments[0]).toMatchObject({ status: 'stopped', url: null });
  await second.deploy.start?.();
  await second.deploy.settled();
  const { deployments } = await second.deploy.handlers.list({});
  expect(deployments.map(({ name, status, url }) => [name, status, url])).toEqual([
    ['riders', 'running', url],
    ['ended', 'stopped', null],
  ]);
});

test('a server that is killed is started again; one that dies at every try has failed, with the reason', async () => {
  const { models, deploy } = openDeploy();
  const { url, id } = await deploy.handlers.start({ reference: 'riders@1' });
  const statusOf = async () => (await deploy.handlers.list({})).deployments[0];
  const kill = async () => {
    const pid = deploy.processId(id);
    process.kill(pid as number, 'SIGKILL');
    await expect.poll(() => deploy.processId(id), { interval: 5 }).not.toBe(pid);
  };
  await kill();
  expect(await statusOf()).toMatchObject({ status: 'starting', error: expect.stringContaining('SIGKILL') });
  await expect.poll(statusOf, { timeout: 10_000 }).toMatchObject({ status: 'running', url, error: null });
  expect((await predict(url, { row: ridersRow(20) })).body.prediction).toBe(137);

  models.damage('riders', 1);
  await kill();
  await expect.poll(statusOf, { timeout: 10_000 }).toMatchObject({
    status: 'failed',
    url: null,
    error: expect.stringContaining('cannot be loaded'),
  });
  expect(deploy.busy?.()).toBe(false);
});
