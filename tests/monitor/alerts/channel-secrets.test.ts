import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ChannelStore } from '../../../engine/monitor/alerts/channels/channel-store.ts';
import { Channels } from '../../../engine/monitor/alerts/channels/index.ts';
import { Database } from '../../../engine/store/database.ts';
import { type Keychain, SecretStore } from '../../../engine/store/secrets.ts';
import { Trust } from '../../../engine/store/trust.ts';
import { fixedClock } from '../../support/fixed.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { messageOf } from './message-sample.ts';

function world({
  isTrusted = true,
  environment = {},
}: {
  isTrusted?: boolean;
  environment?: Record<string, string>;
} = {}) {
  const database = new Database(join(temporaryFolder(), 'galley.db'));
  onTestFinished(() => database.close());
  database.migrate();
  const kept = new Map<string, string>();
  const keychain: Keychain = {
    get: async (account) => kept.get(account),
    set: async (account, secret) => void kept.set(account, secret),
    remove: async (account) => void kept.delete(account),
  };
  const project = { id: 'prj_1', name: 'Prices', path: temporaryFolder() };
  const trust = new Trust(temporaryFolder());
  if (isTrusted) trust.grant(project);
  const channels = new Channels({
    context: { clock: fixedClock(), project },
    store: new ChannelStore(database),
    secrets: new SecretStore(async () => keychain, environment),
    trust,
  });
  /** What somebody who passes the project on may have done. */
  const alter = (part: object) =>
    database.run('UPDATE alert_channels SET spec = json_patch(spec, ?)', JSON.stringify(part));
  return { channels, kept, database, alter, trust, project };
}

const mail = {
  name: 'mail',
  kind: 'email',
  host: 'smtp.example.org',
  from: 'a@example.org',
  to: ['b@example.org'],
} as const;
const spec = { ...mail, to: [...mail.to] };

test('a secret is in the keychain only, stays where it is left out, and goes with its channel', async () => {
  const { channels, kept, database } = world();
  const channel = await channels.set(spec, 'tops3cret');
  expect(channel).toEqual({ ...spec, hasSecret: true, lastError: null });
  expect([...kept.values()]).toEqual(['tops3cret']);
  expect(JSON.stringify(database.all('SELECT * FROM alert_channels'))).not.toContain('tops3cret');
  expect(await channels.set({ ...spec, to: ['c@example.org'] })).toMatchObject({ hasSecret: true });
  expect(await channels.set(spec, '')).toMatchObject({ hasSecret: false });
  await channels.set(spec, 'again');
  await channels.remove('mail');
  expect(kept.size).toBe(0);
});

test('a password for one server is not sent to another', async () => {
  const { channels, kept } = world();
  await channels.set(spec, 'tops3cret');
  expect(await channels.set({ ...spec, host: 'evil.example.org' })).toMatchObject({ hasSecret: false });
  expect(kept.size).toBe(0);
  expect(await channels.set({ ...spec, host: 'new.example.org' }, 'other')).toMatchObject({ hasSecret: true });
});

test('a project that was altered to name another server gets no password for it', async () => {
  const { channels, alter } = world();
  await channels.set(spec, 'tops3cret');
  alter({ host: 'evil.example.org' });
  expect(await channels.list()).toMatchObject([{ host: 'evil.example.org', hasSecret: false }]);
});

test('a command runs only where it was set on this machine, whatever is trusted besides', async () => {
  const { channels, alter } = world();
  const command = [process.execPath, '-e', 'process.exit(0)'];
  await channels.set({ name: 'run', kind: 'command', command });
  await channels.send('run', messageOf());
  alter({ command: [process.execPath, '-e', 'console.log("other")'] });
  await expect(channels.send('run', messageOf())).rejects.toMatchObject({
    message: expect.stringContaining('not set on this machine'),
    mayPass: true,
  });
});

test('without a keychain a secret comes from the variable of its channel, of no other', async () => {
  const { channels } = world({ environment: { GALLEY_ALERT_SECRET_ON_CALL: 'whisper' } });
  const hook = { name: 'on-call', kind: 'webhook', url: 'https://example.org' } as const;
  expect(await channels.set(hook)).toMatchObject({ hasSecret: true });
  expect(await channels.set({ ...hook, name: 'other' })).toMatchObject({ hasSecret: false });
});

test('a project that nobody trusts yet tells nothing, and the channel says so', async () => {
  const { channels } = world({ isTrusted: false });
  const command = [process.execPath, '-e', 'process.exit(0)'];
  await channels.set({ name: 'run', kind: 'command', command });
  await expect(channels.send('run', messageOf())).rejects.toMatchObject({ mayPass: true });
  expect(await channels.list()).toMatchObject([{ lastError: expect.stringContaining('nobody on this machine') }]);
  const trusted = world();
  await trusted.channels.set({ name: 'run', kind: 'command', command });
  await trusted.channels.send('run', messageOf());
  expect(await trusted.channels.list()).toMatchObject([{ lastError: null }]);
});

test('what the channels of a project from elsewhere would do is listed, and which command waits for its own consent', async () => {
  const { channels, alter, trust, project } = world({ isTrusted: false });
  await channels.set({ name: 'chat', kind: 'webhook', url: 'https://chat.example.org/secret' });
  await channels.set({ name: 'pager', kind: 'command', command: ['/usr/bin/notify', '--text', 'a b'] });
  await channels.set(spec);
  const listed = [
    { place: 'alert channel chat', does: 'posts to chat.example.org', needs: null },
    { place: 'alert channel mail', does: 'sends e-mail to b@example.org by smtp.example.org', needs: null },
    { place: 'alert channel pager', does: 'runs /usr/bin/notify --text "a b"', needs: null },
  ];
  expect(channels.actions()).toEqual(listed);
  alter({ command: ['/tmp/theirs'] });
  trust.grant(project);
  const pager = channels.actions().find(({ place }) => place === 'alert channel pager');
  expect(pager).toEqual({
    place: 'alert channel pager',
    does: 'runs /tmp/theirs',
    needs: expect.stringContaining('set'),
  });
  await expect(channels.send('pager', messageOf())).rejects.toThrow('was not set on this machine');
});

test('a channel that was altered to an address that is not safe is not used', async () => {
  const { channels, alter } = world();
  await channels.set({ name: 'chat', kind: 'webhook', url: 'https://chat.example.org/hook' }, 'tops3cret');
  alter({ url: 'http://evil.example.org/hook' });
  await expect(channels.send('chat', messageOf())).rejects.toMatchObject({
    mayPass: false,
    message: expect.stringContaining('needs https'),
  });
  alter({ url: 'nowhere' });
  await expect(channels.send('chat', messageOf())).rejects.toMatchObject({ mayPass: false });
});

test('a mail server that wants a password which nobody gave is not asked, and the channel says what to do', async () => {
  const { channels } = world();
  await channels.set({ ...spec, user: 'me' });
  await expect(channels.test('mail')).rejects.toMatchObject({
    code: 'monitor.not_told',
    message: expect.stringContaining('GALLEY_ALERT_SECRET_MAIL'),
  });
});
