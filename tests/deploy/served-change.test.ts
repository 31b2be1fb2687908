import { expect, onTestFinished, test } from 'vitest';
import { GalleyError } from '../../engine/base/errors.ts';
import { type DeployParts, deployHandlers } from '../../engine/deploy/calls.ts';
import { DeploymentStreams } from '../../engine/deploy/deployment-streams.ts';
import { Deployments } from '../../engine/deploy/deployments.ts';
import { Fleet } from '../../engine/deploy/fleet.ts';
import { DeploymentKeys } from '../../engine/deploy/keys.ts';
import { LabelSegments } from '../../engine/deploy/label-segments.ts';
import { PredictionLogs } from '../../engine/deploy/prediction-logs.ts';
import { DeploymentStore } from '../../engine/deploy/store.ts';
import { divideTraffic, rollBack, takeBack } from '../../engine/deploy/traffic.ts';
import { ModelVersions } from '../../engine/deploy/versions.ts';
import type { Breached } from '../../engine/serving/serving-client.ts';
import { predict, send } from '../serving/running-server.ts';
import { FixtureModels } from './fixture-models.ts';
import { type OpenDeploy, openDeploy, ridersRow } from './open-deploy.ts';
import { openEngine } from './open-engine.ts';

const deployment = 'riders';

/** Which version answers at the address. */
async function versionAt(url: string | null): Promise<number> {
  return (await predict(url as string, { row: ridersRow(20) })).body.version;
}

const statusOf = async ({ deploy }: Pick<OpenDeploy, 'deploy'>) =>
  (await deploy.handlers.status({ deployment })).deployment;

/** From now on the server refuses every setting: two streams answer each other, which the engine does not let anybody set. */
function makeSettingsRefused({ context, deploy }: OpenDeploy): void {
  const loop = { kind: 'mqtt', name: 'loop', url: 'mqtt://127.0.0.1:9', subscribe: 'a', publish: 'a' };
  context.database.run(
    'INSERT INTO deployment_streams (id, deployment_id, name, spec) VALUES (?, ?, ?, ?)',
    'str_loop',
    deploy.find(deployment).id,
    'loop',
    JSON.stringify(loop),
  );
}

test('settings that a server refuses are not kept, and the caller is told', async () => {
  const opened = openDeploy();
  const { deploy } = opened;
  const { url } = await deploy.handlers.start({ reference: 'riders@1' });
  makeSettingsRefused(opened);
  const refusal = { code: 'serving.stream_loop', message: expect.stringMatching(/^riders is as it was before: /) };
  const limits = { rows: 1 };
  await expect(deploy.handlers.configure({ deployment, settings: { limits } })).rejects.toMatchObject(refusal);
  await expect(deploy.handlers.maskLog({ deployment, maskLog: 'drop' })).rejects.toMatchObject(refusal);
  expect((await deploy.handlers.settings({ deployment })).settings).toEqual({});
  expect((await statusOf(opened)).maskLog).toBeNull();
  expect((await predict(url, { rows: [ridersRow(20), ridersRow(21)] })).status).toBe(200);
});

test('a key stays revoked though a server refuses to know of it, and the caller is told from when on it holds', async () => {
  const opened = openDeploy();
  const { deploy } = opened;
  await deploy.handlers.start({ reference: 'riders@1' });
  await deploy.handlers.createKey({ deployment, name: 'shop' });
  makeSettingsRefused(opened);
  await expect(deploy.handlers.revokeKey({ deployment, key: 'shop' })).rejects.toMatchObject({
    message: expect.stringMatching(/^What was changed of riders holds from its next start, its server refused it: /),
  });
  expect((await deploy.handlers.keys({ deployment })).keys).toMatchObject([{ revokedAt: expect.any(String) }]);
});

test('a key that a server refuses to know of is not made, and its name stays free', async () => {
  const opened = openDeploy();
  const { context, deploy } = opened;
  const { url } = await deploy.handlers.start({ reference: 'riders@1' });
  makeSettingsRefused(opened);
  const create = () => deploy.handlers.createKey({ deployment, name: 'shop' });
  await expect(create()).rejects.toMatchObject({ message: expect.stringMatching(/^riders is as it was before: /) });
  expect((await deploy.handlers.keys({ deployment })).keys).toEqual([]);
  context.database.run("DELETE FROM deployment_streams WHERE id = 'str_loop'");
  const { secret } = await create();
  await deploy.handlers.configure({ deployment, settings: { network: { requireKey: true } } });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${secret}` };
  expect((await send(url, { body: JSON.stringify({ row: ridersRow(20) }), headers })).status).toBe(200);
});

test('keys of a deployment whose server failed are made, shown and revoked', async () => {
  const { deploy, models } = openDeploy();
  models.damage('riders', 1);
  await expect(deploy.handlers.start({ reference: 'riders@1' })).rejects.toMatchObject({
    code: 'serving.model_unreadable',
  });
  const { key, secret } = await deploy.handlers.createKey({ deployment, name: 'shop' });
  expect(secret).toContain(key.prefix);
  await deploy.handlers.revokeKey({ deployment, key: 'shop' });
  expect((await deploy.handlers.keys({ deployment })).keys).toMatchObject([{ revokedAt: expect.any(String) }]);
});

test('an address that cannot be listened at is not kept: the server answers again where it did', async () => {
  const opened = openDeploy();
  const { deploy } = opened;
  const { url } = await deploy.handlers.start({ reference: 'riders@1' });
  await deploy.handlers.createKey({ deployment, name: 'shop' });
  // A network of documentation (RFC 5737): no machine has it.
  const network = { host: '203.0.113.1' };
  await expect(deploy.handlers.configure({ deployment, settings: { network } })).rejects.toMatchObject({
    code: 'serving.no_free_port',
    message: expect.stringMatching(/^riders is as it was before: 203\.0\.113\.1:\d+ cannot be opened/),
  });
  expect((await deploy.handlers.settings({ deployment })).settings).toEqual({});
  expect(await statusOf(opened)).toMatchObject({ status: 'running', url, error: null });
  expect(await versionAt(url)).toBe(1);
});

test('settings that a server did not take because it ended are kept, and hold from its next start', async () => {
  const opened = openDeploy();
  const { deploy } = opened;
  await deploy.handlers.start({ reference: 'riders@1' });
  const pid = deploy.processId(deployment) as number;
  process.kill(pid, 'SIGSTOP');
  const configured = deploy.handlers.configure({ deployment, settings: { limits: { rows: 1 } } });
  process.kill(pid, 'SIGKILL');
  expect(await configured).toMatchObject({
    settings: { limits: { rows: 1 } },
    deployment: { status: 'starting', error: expect.stringContaining('SIGKILL') },
  });
  await expect.poll(() => statusOf(opened), { timeout: 10_000 }).toMatchObject({ status: 'running', error: null });
  const { url } = await statusOf(opened);
  expect((await predict(url as string, { rows: [ridersRow(20), ridersRow(21)] })).status).toBe(422);
});

test('a version that cannot be put back leaves everything as it was, and can be put back once it is whole', async () => {
  const opened = openDeploy();
  const { deploy, models } = opened;
  models.move('riders', 'champion', 1);
  const { url, id } = await deploy.handlers.start({ reference: 'riders@champion' });
  models.move('riders', 'champion', 2);
  await deploy.settled();
  models.damage('riders', 1);
  await expect(deploy.handlers.rollback({ deployment })).rejects.toMatchObject({
    code: 'serving.model_unreadable',
    message: expect.stringMatching(/^riders is as it was before: /),
  });
  expect(await statusOf(opened)).toMatchObject({ version: 2, follows: 'champion', error: null });
  expect(await versionAt(url)).toBe(2);
  expect(deploy.releases(id).at(-1)?.reason).toMatch(/^undone: /);
  expect((await deploy.handlers.status({ deployment })).versionBefore).toBe(1);
});

test.each(['riders@champion', 'riders@1'])(
  'a canary of %s that cannot be loaded is not promoted',
  async (reference) => {
    const first = openDeploy();
    first.models.move('riders', 'champion', 1);
    await first.deploy.handlers.start({ reference, canary: { version: 2, percent: 10 } });
    await first.close();
    const opened = openDeploy(first.context.project.path);
    const { deploy, models } = opened;
    models.move('riders', 'champion', 1);
    models.damage('riders', 2);
    await deploy.start?.();
    await deploy.settled();
    await expect(deploy.handlers.promote({ deployment })).rejects.toMatchObject({
      message: expect.stringMatching(/^riders is as it was before: /),
    });
    await deploy.settled();
    const { version, follows, traffic, url, status } = await statusOf(opened);
    expect({ version, follows, status, canary: traffic.canary }).toEqual({
      version: 1,
      follows: reference === 'riders@1' ? null : 'champion',
      status: 'running',
      canary: { version: 2, percent: 10 },
    });
    expect(models.aliases.get('riders@champion')).toBe(1);
    expect(await versionAt(url)).toBe(1);
    expect((await deploy.handlers.status({ deployment })).versionBefore).toBeNull();
  },
);

test('another version that cannot be loaded is not started in place of one that answers', async () => {
  const opened = openDeploy();
  const { deploy, models } = opened;
  const { url } = await deploy.handlers.start({ reference: 'riders@1' });
  models.damage('riders', 2);
  await expect(deploy.handlers.start({ reference: 'riders@2' })).rejects.toMatchObject({
    code: 'serving.model_unreadable',
  });
  expect(await statusOf(opened)).toMatchObject({ version: 1, status: 'running', error: null });
  expect(await versionAt(url)).toBe(1);
});

/** The parts of the deploy phase that serve versions. */
function openParts() {
  const context = openEngine();
  const models = new FixtureModels(context);
  const store = new DeploymentStore(context.database);
  const keys = new DeploymentKeys(context);
  const deployments = new Deployments(context, store, keys);
  const versions = new ModelVersions(models, { of: () => ({}), key: () => Buffer.alloc(32) });
  const logs = new PredictionLogs(context);
  const labels = new LabelSegments(context, logs.store);
  const streams = new DeploymentStreams(context);
  const { traffic } = deployments;
  const breached = () => {};
  const fleet = new Fleet({ context, store, traffic, versions, logs, labels, keys, streams, breached });
  onTestFinished(() => fleet.close());
  return { context, deployments, versions, fleet, models } as unknown as DeployParts & { models: FixtureModels };
}

test('a canary that is taken back has no callers in the server that runs, also where it was raised meanwhile', async () => {
  const parts = openParts();
  const { deployments, versions, fleet } = parts;
  const { id } = deployments.want(await versions.resolve('riders@1'), 'riders');
  await fleet.restart(id);
  const { url } = fleet.state(id);
  await divideTraffic(parts, { deployment, canary: { version: 2, percent: 100 } });
  expect(await versionAt(url)).toBe(2);
  await takeBack(parts, id, { model: 'riders', version: 2, role: 'canary', reason: 'it is slow' } as Breached);
  expect(deployments.traffic.of(id).canary).toEqual({ version: 2, percent: 0 });
  expect(await versionAt(url)).toBe(1);
});

/** The next load of a version waits until it is let go, and fails then. */
function holdNextLoad({ versions }: Pick<DeployParts, 'versions'>, held: number) {
  const { promise: began, resolve: begin } = Promise.withResolvers<void>();
  const { promise: going, resolve: letGo } = Promise.withResolvers<void>();
  const served = versions.served.bind(versions);
  versions.served = async (model, version) => {
    if (version !== held) return served(model, version);
    versions.served = served;
    begin();
    await going;
    throw new GalleyError('serving.model_unreadable', 'It cannot be loaded now.');
  };
  return { began, letGo };
}

/** A deployment that runs, following an alias that was moved from version 1 to 2. */
async function startFollowing(parts: ReturnType<typeof openParts>) {
  const { deployments, versions, fleet, models } = parts;
  models.move('riders', 'champion', 1);
  const { id } = deployments.want(await versions.resolve('riders@champion'), 'riders');
  moveAlias(parts, 2);
  await fleet.restart(id);
  return { id, moveAlias: (version: number) => moveAlias(parts, version) };
}

/** Moves the alias with its followers, as the package phase has it done. */
function moveAlias({ context, deployments, models, fleet }: ReturnType<typeof openParts>, version: number): void {
  models.move('riders', 'champion', version);
  const versionId = `mv_riders_${version}`;
  const move = { model: 'riders', alias: 'champion', version, versionId, reason: 'moved', breaking: [] };
  const moved = context.database.transaction(() => deployments.aliasMoved(move));
  for (const { id } of moved) void fleet.reconcile(id);
}

const undone = { message: expect.stringMatching(/^riders is as it was before: /) };

test('settings that are changed while another change is refused stand', async () => {
  const parts = openParts();
  const { deployments, versions, fleet } = parts;
  const { id } = deployments.want(await versions.resolve('riders@1'), 'riders');
  await fleet.restart(id);
  const { began, letGo } = holdNextLoad(parts, 2);
  const divided = divideTraffic(parts, { deployment, canary: { version: 2, percent: 10 } });
  await began;
  const settings = { limits: { rows: 1 } };
  const configured = deployHandlers(parts).configure({ deployment, settings });
  letGo();
  await expect(divided).rejects.toMatchObject(undone);
  expect((await configured).settings).toEqual(settings);
  expect(deployments.get(id).settings).toEqual(settings);
  expect(deployments.traffic.of(id).canary).toBeNull();
});

test('of two changes of the traffic at once none is lost', async () => {
  const parts = openParts();
  const { deployments, versions, fleet } = parts;
  const { id } = deployments.want(await versions.resolve('riders@1'), 'riders');
  await fleet.restart(id);
  const canary = { version: 2, percent: 10 };
  await Promise.all([divideTraffic(parts, { deployment, canary }), divideTraffic(parts, { deployment, shadow: 2 })]);
  expect(deployments.traffic.of(id)).toMatchObject({ canary, shadow: 2 });
});

test('an alias that is moved while a change is refused stays followed', async () => {
  const parts = openParts();
  const { deployments, fleet } = parts;
  const { id, moveAlias } = await startFollowing(parts);
  const { began, letGo } = holdNextLoad(parts, 1);
  const divided = divideTraffic(parts, { deployment, canary: { version: 1, percent: 10 } });
  await began;
  moveAlias(1);
  letGo();
  await expect(divided).rejects.toMatchObject(undone);
  expect(deployments.get(id)).toMatchObject({ version: 1, follows: 'champion' });
  expect(await versionAt(fleet.state(id).url)).toBe(1);
});

test('an alias that is followed again after a refusal is followed where it points to by then', async () => {
  const parts = openParts();
  const { deployments, fleet } = parts;
  const { id, moveAlias } = await startFollowing(parts);
  const { began, letGo } = holdNextLoad(parts, 1);
  const back = rollBack(parts, deployment);
  await began;
  moveAlias(1);
  letGo();
  await expect(back).rejects.toMatchObject(undone);
  expect(deployments.get(id)).toMatchObject({ version: 1, follows: 'champion' });
  expect(await versionAt(fleet.state(id).url)).toBe(1);
});
