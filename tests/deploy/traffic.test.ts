import { expect, test } from 'vitest';
import type { SequencedEvent } from '../../engine/contract/events.ts';
import { predict } from '../serving/running-server.ts';
import { openDeploy, ridersRow, send } from './open-deploy.ts';

/** Who answers: the versions of so many requests without a key. */
async function versions(url: string, requests: number): Promise<number[]> {
  const answers = await Promise.all(Array.from({ length: requests }, () => predict(url, { row: ridersRow(20) })));
  return answers.map(({ body }) => body.version);
}

/** A deployment that had version 1 and was released version 2 by its alias. */
async function released(bounds?: { p95Milliseconds: number; requests: number }) {
  const opened = openDeploy();
  const { deploy, models } = opened;
  models.move('riders', 'champion', 1);
  const { url } = await deploy.handlers.start({ reference: 'riders@champion' });
  if (bounds) await deploy.handlers.traffic({ deployment: 'riders', bounds });
  models.move('riders', 'champion', 2);
  await deploy.settled();
  return { ...opened, url };
}

test('a canary is kept, started again with, raised, and promoted by moving the alias', async () => {
  const first = openDeploy();
  first.models.move('riders', 'champion', 1);
  const { url } = await first.deploy.handlers.start({
    reference: 'riders@champion',
    canary: { version: 2, percent: 50 },
  });
  expect(new Set(await versions(url, 60))).toEqual(new Set([1, 2]));
  await first.close();

  const { deploy, models } = openDeploy(first.context.project.path);
  models.move('riders', 'champion', 1);
  await deploy.start?.();
  await expect.poll(() => deploy.handlers.list({}).then(({ deployments }) => deployments[0]?.status)).toBe('running');
  const [deployment] = (await deploy.handlers.list({})).deployments;
  expect(deployment?.traffic).toEqual({ canary: { version: 2, percent: 50 }, shadow: null, bounds: null });
  const address = deployment?.url as string;
  expect(new Set(await versions(address, 60))).toEqual(new Set([1, 2]));
  await deploy.handlers.traffic({ deployment: 'riders', canary: { version: 2, percent: 100 } });
  expect(new Set(await versions(address, 20))).toEqual(new Set([2]));
  const status = await deploy.handlers.status({ deployment: 'riders' });
  expect(status.versions).toMatchObject([
    { version: 1, roles: ['active'], percent: 0, state: 'ready' },
    { version: 2, roles: ['canary'], percent: 100, state: 'ready' },
  ]);

  const promoted = await deploy.handlers.promote({ deployment: 'riders' });
  expect(promoted.deployment).toMatchObject({ version: 2, follows: 'champion', traffic: { canary: null } });
  expect(models.aliases.get('riders@champion')).toBe(2);
  expect(new Set(await versions(address, 20))).toEqual(new Set([2]));
  const { releases } = await deploy.handlers.status({ deployment: 'riders' });
  expect(releases.map(({ version, kind, reason }) => [version, kind, reason])).toEqual([
    [1, 'release', 'started, follows champion'],
    [2, 'traffic', 'canary at 50 %'],
    [2, 'traffic', 'canary at 100 %'],
    [2, 'release', 'promoted as canary of riders, from 100 %'],
  ]);
  expect(deploy.releases(deployment?.id as string).map(({ version }) => version)).toEqual([1, 2]);
});

test('a pinned deployment is promoted by itself, and rolled back as often as it had versions', async () => {
  const { deploy } = openDeploy();
  const { url } = await deploy.handlers.start({ reference: 'riders@1' });
  await expect(deploy.handlers.promote({ deployment: 'riders' })).rejects.toMatchObject({ code: 'deploy.no_canary' });
  await expect(deploy.handlers.rollback({ deployment: 'riders' })).rejects.toMatchObject({
    code: 'deploy.no_version_before',
  });
  await deploy.handlers.traffic({ deployment: 'riders', canary: { version: 2, percent: 0 } });
  expect(new Set(await versions(url, 10))).toEqual(new Set([1]));
  await deploy.handlers.promote({ deployment: 'riders' });
  expect(new Set(await versions(url, 10))).toEqual(new Set([2]));
  expect((await deploy.handlers.status({ deployment: 'riders' })).versionBefore).toBe(1);
  expect((await deploy.handlers.rollback({ deployment: 'riders' })).deployment.version).toBe(1);
  expect(new Set(await versions(url, 10))).toEqual(new Set([1]));
  await expect(deploy.handlers.rollback({ deployment: 'riders' })).rejects.toMatchObject({
    code: 'deploy.no_version_before',
  });
});

test('a rollback of a release by alias follows the alias no more', async () => {
  const { deploy, models, url } = await released();
  expect((await deploy.handlers.rollback({ deployment: 'riders' })).deployment).toMatchObject({
    version: 1,
    follows: null,
  });
  models.move('riders', 'champion', 1);
  models.move('riders', 'champion', 2);
  await deploy.settled();
  expect(new Set(await versions(url, 10))).toEqual(new Set([1]));
  const { releases } = await deploy.handlers.status({ deployment: 'riders' });
  expect(releases.at(-1)).toMatchObject({
    kind: 'rollback',
    reason: 'rolled back from version 2, champion is followed no more',
  });
});

test('wrong divisions are refused, a breaking canary unless it is accepted, and one that cannot be loaded is undone', async () => {
  const { deploy, models } = openDeploy();
  const { url } = await deploy.handlers.start({ reference: 'riders@1' });
  const divide = (canary: { version: number; percent: number }, acceptBreaking?: boolean) =>
    deploy.handlers.traffic({ deployment: 'riders', canary, acceptBreaking });
  await expect(divide({ version: 1, percent: 5 })).rejects.toMatchObject({ code: 'deploy.invalid_traffic' });
  await expect(deploy.handlers.traffic({ deployment: 'riders', shadow: 1 })).rejects.toMatchObject({
    code: 'deploy.invalid_traffic',
  });
  await expect(divide({ version: 9, percent: 5 })).rejects.toMatchObject({ code: 'package.version_not_found' });
  models.require('riders', 2, 'temperature');
  await expect(divide({ version: 2, percent: 5 })).rejects.toMatchObject({ code: 'deploy.breaking_version' });
  expect((await divide({ version: 2, percent: 100 }, true)).deployment.traffic.canary?.percent).toBe(100);
  expect((await divide({ version: 2, percent: 1 })).deployment.traffic.canary?.percent).toBe(1);
  await deploy.handlers.traffic({ deployment: 'riders', canary: null });

  models.damage('riders', 2);
  await expect(deploy.handlers.traffic({ deployment: 'riders', shadow: 2 })).rejects.toMatchObject({
    code: 'serving.model_unreadable',
  });
  const { deployment } = await deploy.handlers.status({ deployment: 'riders' });
  expect(deployment).toMatchObject({ status: 'running', error: null, traffic: { shadow: null } });
  expect(new Set(await versions(url, 10))).toEqual(new Set([1]));
});

test('a canary that cannot be loaded any more does not keep the active version from answering after a restart', async () => {
  const first = openDeploy();
  await first.deploy.handlers.start({ reference: 'riders@1', canary: { version: 2, percent: 100 } });
  await first.close();
  const { deploy, models } = openDeploy(first.context.project.path);
  models.damage('riders', 2);
  await deploy.start?.();
  const deployment = async () => (await deploy.handlers.list({})).deployments[0];
  await expect.poll(async () => (await deployment())?.error).toMatch(/cannot be loaded/);
  await expect.poll(async () => (await deployment())?.status).toBe('running');
  expect(new Set(await versions((await deployment())?.url as string, 10))).toEqual(new Set([1]));
});

test('what a shadow answered is kept and never counts as an answer of the deployment', async () => {
  const { context, deploy } = openDeploy();
  const { url, id } = await deploy.handlers.start({ reference: 'riders@1', shadow: 2 });
  await send(url, ['a', 'b', 'c']);
  const compared = async () => (await deploy.handlers.status({ deployment: id })).versions[1]?.compared.rows;
  await expect.poll(compared).toBe(3);
  await deploy.collect(id);
  expect(deploy.logParts(id, null, null)).toMatchObject([{ version: 1, rows: 3 }]);
  const stored = context.database.all('SELECT version, rows, is_shadow FROM log_parts ORDER BY version');
  expect(stored).toEqual([
    { version: 1, rows: 3, is_shadow: 0 },
    { version: 2, rows: 3, is_shadow: 1 },
  ]);
  expect(deploy.traffic(id, null, null)).toMatchObject({ requests: 1, rows: 3 });
});

/** What the engine told about versions that were taken back. */
function undone({ context }: Pick<ReturnType<typeof openDeploy>, 'context'>) {
  const events: SequencedEvent[] = [];
  context.events.listen((event: SequencedEvent) => event.type === 'release.undone' && events.push(event));
  return events;
}

test('a canary that passes a bound has no callers any more, with the reason among the releases and an event', async () => {
  const opened = openDeploy();
  const { deploy } = opened;
  const events = undone(opened);
  const { url } = await deploy.handlers.start({ reference: 'riders@1', canary: { version: 2, percent: 100 } });
  await deploy.handlers.traffic({ deployment: 'riders', bounds: { disagreement: 30, requests: 5 } });
  await versions(url, 5);
  await expect.poll(() => events).toHaveLength(1);
  expect(events[0]).toMatchObject({ deployment: 'riders', title: 'riders: version 2 was taken back' });
  expect(new Set(await versions(url, 10))).toEqual(new Set([1]));
  const { deployment, releases } = await deploy.handlers.status({ deployment: 'riders' });
  expect(deployment.traffic.canary).toEqual({ version: 2, percent: 0 });
  expect(releases.at(-1)).toMatchObject({
    version: 2,
    kind: 'traffic',
    reason: 'canary back at 0 %: the disagreement with the active version over the last 5 rows is 40, above 30',
  });
});

test('after a release by alias that passes a bound the version before is put back, once', async () => {
  const opened = await released({ p95Milliseconds: 0.000_001, requests: 5 });
  const { deploy, url } = opened;
  const events = undone(opened);
  await versions(url, 6);
  await expect.poll(() => events).toHaveLength(1);
  await expect.poll(async () => new Set(await versions(url, 10))).toEqual(new Set([1]));
  await versions(url, 20);
  const { deployment, releases } = await deploy.handlers.status({ deployment: 'riders' });
  expect(deployment).toMatchObject({ version: 1, follows: null });
  expect(releases.filter(({ kind }) => kind === 'rollback')).toHaveLength(1);
  expect(releases.at(-1)?.reason).toMatch(/^rolled back from version 2, champion is followed no more: the 95th/);
  expect(events).toHaveLength(1);
});

test('a release that passes a bound and cannot be taken back goes on answering, and everyone is told', async () => {
  const opened = await released({ p95Milliseconds: 0.000_001, requests: 5 });
  const { deploy, models, url } = opened;
  const events = undone(opened);
  models.damage('riders', 1);
  await versions(url, 6);
  await expect.poll(() => events).toHaveLength(1);
  expect(events[0]).toMatchObject({
    title: 'riders: version 2 passed a bound and could not be taken back',
    detail: expect.stringMatching(/^The 95th .*\. riders is as it was before: /),
  });
  expect(new Set(await versions(url, 10))).toEqual(new Set([2]));
  const { deployment } = await deploy.handlers.status({ deployment: 'riders' });
  expect(deployment).toMatchObject({ version: 2, follows: 'champion' });
});
