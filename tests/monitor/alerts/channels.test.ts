import { createHmac } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { requireUsable } from '../../../engine/monitor/alerts/channels/channel-rules.ts';
import type { ChannelSpec } from '../../../engine/monitor/alerts/channels/channel-store.ts';
import { runCommand } from '../../../engine/monitor/alerts/channels/command.ts';
import { subjectOf, textOf } from '../../../engine/monitor/alerts/channels/message.ts';
import { postWebhook, signedHeaders } from '../../../engine/monitor/alerts/channels/webhook.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { messageOf } from './message-sample.ts';

interface Received {
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A receiver that answers with the statuses, one after the other, then with the last one. */
async function receiver(...statuses: number[]): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      received.push({ url: request.url ?? '', headers: request.headers, body });
      const status = statuses[Math.min(received.length, statuses.length) - 1] ?? 200;
      if (status === 0) return; // It never answers.
      response.writeHead(status, status >= 300 && status < 400 ? { location: '/elsewhere' } : {}).end('answer');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?token=hidden`, received };
}

const webhook = (url: string): ChannelSpec => ({ name: 'hook', kind: 'webhook', url });
const now = Date.parse('2026-06-01T10:00:00Z');

test('a webhook gets the alert as JSON, signed as Standard Webhooks says', async () => {
  const { url, received } = await receiver();
  const message = messageOf();
  await postWebhook(webhook(url), 'secret', message, now);
  const [{ headers, body } = {} as Received] = received;
  expect(JSON.parse(body)).toEqual(message);
  expect(headers).toMatchObject({
    'content-type': 'application/json',
    'webhook-id': message.id,
    'webhook-timestamp': '1780308000',
  });
  const expected = createHmac('sha256', 'secret').update(`${message.id}.1780308000.${body}`).digest('base64');
  expect(headers['webhook-signature']).toBe(`v1,${expected}`);
});

test('the signature is that of the specification, and there is none without a secret', async () => {
  // The example of github.com/standard-webhooks/standard-webhooks.
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const headers = signedHeaders('msg_p5jXN8AQM9LWM0D4loKWxJek', '{"test": 2432232314}', secret, 1614265330_000);
  expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  const { url, received } = await receiver();
  await postWebhook(webhook(url), undefined, messageOf(), now);
  expect(received[0]?.headers['webhook-signature']).toBeUndefined();
});

test.each([
  [302, false, 'a redirect, which is not followed'],
  [404, false, 'answered with 404'],
  [429, true, 'answered with 429'],
  [503, true, 'answered with 503'],
])('an answer of %i fails, may pass: %s', async (status, mayPass, says) => {
  const { url, received } = await receiver(status);
  const failed = await postWebhook(webhook(url), 'secret', messageOf(), now).catch((error) => error);
  expect(failed).toMatchObject({ mayPass, message: expect.stringContaining(says) });
  expect(failed.message).not.toContain('hidden');
  expect(received).toHaveLength(1);
});

test('a receiver that says nothing, or is not there, is given up, and its address is not told', async () => {
  const { url } = await receiver(0);
  const late = await postWebhook(webhook(url), 'x', messageOf(), now, AbortSignal.timeout(50)).catch((error) => error);
  expect(late).toMatchObject({
    mayPass: true,
    message: expect.stringMatching(/^127\.0\.0\.1:\d+ did not answer in time/),
  });
  const nobody = 'http://127.0.0.1:9/hook?token=hidden';
  const gone = await postWebhook(webhook(nobody), 'x', messageOf(), now).catch((error) => error);
  expect(gone).toMatchObject({ mayPass: true, message: expect.stringContaining('nothing listens on that port') });
  expect(gone.message).not.toContain('hidden');
});

test('a command gets the alert on its standard input and its arguments as they are, without a shell', async () => {
  const folder = temporaryFolder();
  const program = join(folder, 'take.mjs');
  writeFileSync(
    program,
    `import { readFileSync, writeFileSync } from 'node:fs';
     writeFileSync('taken.json', JSON.stringify({ given: process.argv.slice(2), message: JSON.parse(readFileSync(0, 'utf8')) }));`,
  );
  const hostile = '; touch hacked $(touch hacked) "';
  const command = [process.execPath, program, hostile];
  const message = messageOf({ title: 'a\nb "$(touch hacked)"' });
  await runCommand({ name: 'run', kind: 'command', command }, message, folder);
  expect(JSON.parse(readFileSync(join(folder, 'taken.json'), 'utf8'))).toEqual({ given: [hostile], message });
  expect(() => readFileSync(join(folder, 'hacked'))).toThrow();
});

test('a command that fails says why, one that takes too long is ended, one that is not there is named', async () => {
  const folder = temporaryFolder();
  const run = (code: string, limit?: number) =>
    runCommand(
      { name: 'run', kind: 'command', command: [process.execPath, '-e', code] },
      messageOf(),
      folder,
      limit,
    ).catch((error) => error.message);
  expect(await run('console.error("no network"); process.exit(3)')).toContain('ended with status 3: no network');
  const started = performance.now();
  expect(await run('setInterval(() => {}, 1000)', 300)).toContain('took longer than 0.3 s');
  expect(performance.now() - started).toBeLessThan(5000);
  const gone = { name: 'run', kind: 'command', command: ['galley-no-such-program'] } as const;
  await expect(runCommand({ ...gone, command: [...gone.command] }, messageOf(), folder)).rejects.toMatchObject({
    message: 'There is no program galley-no-such-program.',
  });
});

test('a command that is ended by a signal, or may not be run, says so in one line of bounded length', async () => {
  const folder = temporaryFolder();
  const messageOfFailed = (command: string[]) =>
    runCommand({ name: 'run', kind: 'command', command }, messageOf(), folder).catch((error) => error.message);
  const run = (code: string) => messageOfFailed([process.execPath, '-e', code]);
  expect(await run('process.kill(process.pid, "SIGTERM")')).toContain('was ended by SIGTERM');
  const long = await run('console.error("a\\nb " + "x".repeat(2000)); process.exit(1)');
  expect(long).toContain('status 1: a b xxx');
  expect(long.length).toBeLessThanOrEqual(500);
  const plain = join(folder, 'notes.txt');
  writeFileSync(plain, 'no program', { mode: 0o644 });
  expect(await messageOfFailed([plain])).toContain('may not be run by this user');
});

test('a command does not get the secrets of other channels', async () => {
  const folder = temporaryFolder();
  vi.stubEnv('GALLEY_ALERT_SECRET_MAIL', 'tops3cret');
  onTestFinished(() => void vi.unstubAllEnvs());
  const code = 'require("node:fs").writeFileSync("environment.json", JSON.stringify(process.env))';
  await runCommand({ name: 'run', kind: 'command', command: [process.execPath, '-e', code] }, messageOf(), folder);
  const environment = readFileSync(join(folder, 'environment.json'), 'utf8');
  expect(environment).toContain('"PATH"');
  expect(environment).not.toContain('tops3cret');
});

test('a command that reads nothing is no failure, however long the alert is', async () => {
  const command = [process.execPath, '-e', 'process.stdin.destroy()'];
  const message = messageOf({ detail: 'x'.repeat(300_000) });
  await runCommand({ name: 'run', kind: 'command', command }, message, temporaryFolder());
});

test('texts for people hold what others named on one line each', () => {
  const message = messageOf({ title: 'price\r\nBcc: everyone@example.org', detail: 'a\u2028b' });
  expect(subjectOf(message)).toBe('[bad] shop: price Bcc: everyone@example.org');
  expect(textOf(message)).toBe(
    [
      'price Bcc: everyone@example.org',
      '',
      'a b',
      'Since 2026-05-01T00:00:00.000Z, version 3 of shop in the project Prices.',
      'Broken in the same time: drift.',
      '',
      'What contributes most:',
      '- area (80 %): drift 0.4',
      '',
      'Look at the columns.',
      '',
    ].join('\n'),
  );
});

const mail = { name: 'mail', kind: 'email', host: 'smtp.example.org', from: 'a@example.org', to: ['b@example.org'] };

test.each([
  ['a webhook without an address', { name: 'hook', kind: 'webhook' }],
  ['a webhook with a host', { ...mail, kind: 'webhook', url: 'https://example.org' }],
  ['an address that is none', webhook('example.org/hook')],
  ['a file', webhook('file:///etc/passwd')],
  ['a password in the address', webhook('https://me:secret@example.org/hook')],
  ['http to another machine', webhook('http://example.org/hook')],
  ['e-mail without recipients', { ...mail, to: undefined }],
  ['two mailboxes in one', { ...mail, to: ['b@example.org, c@example.org'] }],
  ['a header in an address', { ...mail, to: ['b@example.org\r\nBcc: c@example.org'] }],
  ['a header in the sender', { ...mail, from: 'a@example.org>\nBcc: <c@example.org' }],
  ['no TLS to another machine', { ...mail, security: 'none' }],
  ['a command without a program', { name: 'run', kind: 'command' }],
])('%s is refused', (_, spec) => {
  const given = Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined));
  expect(() => requireUsable(given as unknown as ChannelSpec)).toThrow(
    expect.objectContaining({ code: 'monitor.channel_incomplete' }),
  );
});

test('what is whole is taken', () => {
  for (const spec of [webhook('https://example.org/hook'), webhook('http://127.0.0.1:8080/'), mail]) {
    requireUsable(spec as ChannelSpec);
  }
});

test('what a pipeline says is told in its own words, on one line of a subject', () => {
  const { id, at, project } = messageOf();
  const note = { pipeline: 'shop', run: 12, step: 'tell', message: 'A version waits.\r\nBcc: all@example.org' };
  const message = { event: 'pipeline.message' as const, id, at, project, note };
  expect(subjectOf(message)).toBe('[pipeline] shop 12: A version waits. Bcc: all@example.org');
  expect(textOf(message)).toBe(
    'A version waits.\nBcc: all@example.org\n\nSaid by tell in run 12 of the pipeline shop in the project Prices.\n',
  );
});
