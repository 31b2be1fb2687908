import { expect, test } from 'vitest';
import { networkAddresses } from '../../engine/deploy/network-addresses.ts';
import { send } from '../serving/running-server.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { openDeploy, ridersRow } from './open-deploy.ts';

const body = JSON.stringify({ row: ridersRow(20) });

async function statusWith(url: string, secret?: string): Promise<number> {
  const authorization = secret && { authorization: `Bearer ${secret}` };
  return (await send(url, { body, headers: { 'content-type': 'application/json', ...authorization } })).status;
}

test('a key is shown once, kept as a hash, taken at once and refused at once when it is revoked', async () => {
  const { context, deploy } = openDeploy();
  const { url } = await deploy.handlers.start({ reference: 'riders@1' });
  await deploy.handlers.configure({ deployment: 'riders', settings: { network: { requireKey: true } } });
  expect(await statusWith(url)).toBe(401);
  const { key, secret } = await deploy.handlers.createKey({ deployment: 'riders', name: 'shop' });
  expect(Buffer.from(secret.slice('galley_'.length), 'base64url')).toHaveLength(32);
  expect(key).toMatchObject({ name: 'shop', prefix: secret.slice(0, 13), lastUsedAt: null, revokedAt: null });
  expect(JSON.stringify(context.database.all('SELECT * FROM api_keys'))).not.toContain(secret.slice(13));
  expect(await statusWith(url, secret)).toBe(200);
  expect(await deploy.handlers.try({ deployment: 'riders', row: ridersRow(20) })).toMatchObject({ prediction: 137 });

  const { keys } = await deploy.handlers.keys({ deployment: 'riders' });
  expect(keys).toEqual([{ ...key, lastUsedAt: expect.any(String) }]);
  const pid = deploy.processId('riders');
  const { key: revoked } = await deploy.handlers.revokeKey({ deployment: 'riders', key: 'shop' });
  expect(revoked).toEqual({ ...keys[0], revokedAt: expect.any(String) });
  expect(await statusWith(url, secret)).toBe(401);
  expect(deploy.processId('riders')).toBe(pid);
});

test('a name is free again once its key is revoked; wrong names are refused', async () => {
  const { deploy } = openDeploy();
  await deploy.handlers.start({ reference: 'riders@1' });
  const create = () => deploy.handlers.createKey({ deployment: 'riders', name: 'shop' });
  const first = await create();
  await expect(create()).rejects.toMatchObject({ code: 'deploy.key_name_taken' });
  await deploy.handlers.revokeKey({ deployment: 'riders', key: first.key.id });
  const second = await create();
  await expect(deploy.handlers.revokeKey({ deployment: 'riders', key: 'shoo' })).rejects.toMatchObject({
    code: 'deploy.key_not_found',
    message: 'riders has no key "shoo"; did you mean "shop"?',
  });
  const { keys } = await deploy.handlers.keys({ deployment: 'riders' });
  expect(keys.map(({ id, revokedAt }) => [id, revokedAt === null])).toEqual([
    [second.key.id, true],
    [first.key.id, false],
  ]);
});

test('a deployment is opened to the network only with a key, which callers then need, and closed again', async () => {
  const { deploy } = openDeploy(temporaryFolder());
  const started = await deploy.handlers.start({ reference: 'riders@1' });
  const listenAt = (host: string | null) =>
    deploy.handlers.configure({ deployment: 'riders', settings: { network: { host } } });
  await expect(listenAt('0.0.0.0')).rejects.toMatchObject({ code: 'deploy.key_required' });
  expect((await deploy.handlers.settings({ deployment: 'riders' })).settings).toEqual({});
  expect(await statusWith(started.url)).toBe(200);

  const { secret } = await deploy.handlers.createKey({ deployment: 'riders', name: 'shop' });
  const open = await listenAt('0.0.0.0');
  expect(open).toMatchObject({ deployment: { status: 'running', error: null, url: started.url } });
  expect(open.addresses).toEqual(networkAddresses('0.0.0.0', started.port));
  expect(await statusWith(started.url)).toBe(401);
  expect(await statusWith(started.url, secret)).toBe(200);
  for (const address of open.addresses) expect(await statusWith(address, secret)).toBe(200);
  expect(await deploy.handlers.try({ deployment: 'riders', row: ridersRow(20) })).toMatchObject({ prediction: 137 });

  const closed = await listenAt(null);
  expect(closed).toMatchObject({ settings: {}, addresses: [], deployment: { status: 'running' } });
  expect(await statusWith(started.url)).toBe(200);
  for (const address of open.addresses) await expect(statusWith(address, secret)).rejects.toThrow();
});
