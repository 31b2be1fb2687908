import { expect, test } from 'vitest';
import { secretsOf } from '../../../engine/data/remotes/secrets.ts';
import type { RemoteSettings } from '../../../engine/data/remotes/store.ts';
import type { SecretStore } from '../../../engine/store/secrets.ts';
import { openEngine } from '../../deploy/open-engine.ts';

const without = { find: async () => ({ place: 'missing' }) } as unknown as SecretStore;
const remote = { name: 'cloud', secretVariable: 'TEAM_SECRET' } as RemoteSettings;

test('a variable that is not set is named, with what to do about it', async () => {
  await expect(secretsOf(openEngine(), without, remote)).rejects.toMatchObject({
    code: 'data.secret_needed',
    message: expect.stringContaining('TEAM_SECRET'),
    hint: expect.stringContaining('Set TEAM_SECRET'),
  });
});

test('a remote without a secret needs none', async () => {
  expect(await secretsOf(openEngine(), without, { ...remote, secretVariable: null })).toEqual({});
});
