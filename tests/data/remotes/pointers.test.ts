import { expect, test } from 'vitest';
import { RemotePointers } from '../../../engine/data/pointers/remote-pointers.ts';
import { accountOf } from '../../../engine/data/remotes/secrets.ts';
import { SecretStore } from '../../../engine/store/secrets.ts';
import { openEngine } from '../../deploy/open-engine.ts';

const here = { format: 1, name: 'team', address: 'ssh://ada@here.example.org/srv', endpoint: null } as const;
const pointer = { ...here, region: null, host_key: null };

/** The pointers of a project whose remote `team` has the password `hush`. */
async function withPassword() {
  const context = openEngine();
  const secrets = new SecretStore(async () => undefined, {});
  const pointers = new RemotePointers(context, secrets);
  pointers.put(pointer);
  const account = accountOf(context, pointer);
  await secrets.save(account, 'hush');
  return { pointers, password: async () => (await secrets.find({ account, variable: undefined })).secret };
}

test('a remote that stays where it is keeps its password, in another region, too', async () => {
  const { pointers, password } = await withPassword();
  pointers.put({ ...pointer, region: 'eu-west-2' });
  expect(pointers.all()).toEqual([{ ...pointer, region: 'eu-west-2' }]);
  expect(await password()).toBe('hush');
});

test.each([
  { address: 'ssh://ada@elsewhere.example.org/srv' },
  { endpoint: 'https://elsewhere.example.org' },
  { host_key: 'SHA256:c29tZWJvZHkgZWxzZQ' },
])('a remote that leads elsewhere by %o loses the password that was meant for the other place', async (change) => {
  const { pointers, password } = await withPassword();
  pointers.put({ ...pointer, ...change });
  expect(pointers.all()).toEqual([{ ...pointer, ...change }]);
  expect(await password()).toBeUndefined();
});

test('a removed remote takes its password with it', async () => {
  const { pointers, password } = await withPassword();
  pointers.remove('team');
  expect(pointers.all()).toEqual([]);
  expect(await password()).toBeUndefined();
});
