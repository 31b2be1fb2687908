import { afterEach, expect, test, vi } from 'vitest';
import { retrainPortableCommands } from '../../../engine/command-line/retrain-portable-commands.ts';
import { dataProject } from '../../support/data-project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const role = 'arn:aws:iam::123456789012:role/galley';
const store = { name: 'team', address: 's3://rides/galley' };

afterEach(() => vi.unstubAllEnvs());

test('a remote is kept with its role', async () => {
  const { data } = dataProject('here', { path: temporaryFolder() });
  await data.handlers.addRemote({ ...store, role });
  expect(await data.handlers.remotes({})).toMatchObject({ remotes: [{ role, accessKey: null }] });
});

test.each([
  [{ ...store, role: 'galley' }, 'is no role'],
  [{ ...store, role, endpoint: 'http://store.example.org' }, 'would get the identity token unencrypted'],
  [{ ...store, role, endpoint: 'store' }, 'would get the identity token unencrypted'],
  [{ name: 'team', address: 'ssh://ada@example.org/srv', role }, 'Only an S3-compatible store is opened by a role'],
])('the role of %o is refused', async (remote, message) => {
  const { data } = dataProject('here', { path: temporaryFolder() });
  await expect(data.handlers.addRemote(remote)).rejects.toMatchObject({
    code: 'data.invalid_remote',
    message: expect.stringContaining(message),
  });
  expect(await data.handlers.remotes({})).toEqual({ remotes: [] });
});

const step = retrainPortableCommands.find(({ words }) => words === 'retrain step');

/** The remote of a step with that environment. */
function remoteOf(environment: Record<string, string>): unknown {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const flags = { task: 'fit', in: 'in', out: 'out' };
  return step?.input(['resources/samples/penguins/penguins.csv'], flags).remote;
}

test('a step takes the role that it is told, else that of its pod, and a key before both', () => {
  const place = { GALLEY_REMOTE: 's3://rides/galley', AWS_ROLE_ARN: `${role}-of-pod` };
  expect(remoteOf(place)).toEqual({ address: 's3://rides/galley', role: `${role}-of-pod` });
  expect(remoteOf({ ...place, GALLEY_REMOTE_ROLE: role })).toEqual({ address: 's3://rides/galley', role });
  expect(remoteOf({ ...place, GALLEY_REMOTE_ACCESS_KEY: 'AKIA' })).toEqual({
    address: 's3://rides/galley',
    accessKey: 'AKIA',
  });
});

test('no role opens what is no S3-compatible store', () => {
  expect(remoteOf({ GALLEY_REMOTE: '/srv/galley', AWS_ROLE_ARN: role })).toEqual({ address: '/srv/galley' });
});
