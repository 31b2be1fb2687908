import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { expect, onTestFinished, test } from 'vitest';
import type { ChannelSpec } from '../../../engine/monitor/alerts/channels/channel-store.ts';
import { sendEmail } from '../../../engine/monitor/alerts/channels/email.ts';
import { messageOf } from './message-sample.ts';

interface Mail {
  from: string;
  to: string[];
  secure: boolean;
  raw: string;
}

/** A key and a certificate for 127.0.0.1 that is signed by itself. */
const own = {
  key: readFileSync(new URL('../../fixtures/mail/key.pem', import.meta.url), 'utf8'),
  cert: readFileSync(new URL('../../fixtures/mail/cert.pem', import.meta.url), 'utf8'),
};

/** A mail server that keeps what it is sent. Its user is `me` with the password `right`. */
async function mailServer(options: SMTPServerOptions): Promise<{ port: number; mails: Mail[] }> {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    onAuth: ({ username, password }, _session, done) =>
      username === 'me' && password === 'right' ? done(null, { user: 'me' }) : done(new Error('wrong password')),
    onData: (stream, { envelope, secure }, done) => {
      let raw = '';
      stream.on('data', (part) => {
        raw += part;
      });
      stream.on('end', () => {
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
        mails.push({ from, to: envelope.rcptTo.map(({ address }) => address), secure, raw });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => {}); // Of clients that go away.
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { port: (server.server.address() as AddressInfo).port, mails };
}

const channel = (port: number, rest: Partial<ChannelSpec> = {}): ChannelSpec => ({
  name: 'mail',
  kind: 'email',
  host: '127.0.0.1',
  port,
  from: 'galley@example.org',
  to: ['ada@example.org', 'bob@example.org'],
  ...rest,
});

test('an alert arrives by TLS from the start and by STARTTLS, after the password was taken', async () => {
  const safe = await mailServer({ ...own, secure: true });
  await sendEmail(channel(safe.port, { security: 'tls', user: 'me' }), 'right', messageOf(), own.cert);
  const upgraded = await mailServer(own);
  await sendEmail(channel(upgraded.port, { security: 'starttls', user: 'me' }), 'right', messageOf(), own.cert);
  for (const { mails } of [safe, upgraded]) {
    expect(mails).toMatchObject([
      { from: 'galley@example.org', to: ['ada@example.org', 'bob@example.org'], secure: true },
    ]);
    const [{ raw } = { raw: '' }] = mails;
    expect(raw).toMatch(/^From: Galley <galley@example\.org>\r$/m);
    expect(raw).toMatch(/^To: ada@example\.org, bob@example\.org\r$/m);
    expect(raw).toMatch(/^Auto-Submitted: auto-generated\r$/m);
    expect(raw).toMatch(/^Message-ID: <prj_1-7@galley\.invalid>\r$/m);
    expect(raw).toContain('366 labelled rows.');
  }
});

test('nothing is sent where the server offers no TLS, or a certificate that nobody knows', async () => {
  const plain = await mailServer({ hideSTARTTLS: true, disabledCommands: ['STARTTLS'] });
  await expect(sendEmail(channel(plain.port, { security: 'starttls' }), undefined, messageOf())).rejects.toMatchObject({
    message: expect.stringContaining('127.0.0.1'),
  });
  const unknown = await mailServer(own);
  const failed = sendEmail(channel(unknown.port, { security: 'starttls', user: 'me' }), 'right', messageOf());
  await expect(failed).rejects.toMatchObject({
    message: expect.stringContaining('certificate that this machine does not know'),
  });
  expect([...plain.mails, ...unknown.mails]).toEqual([]);
});

test('a server on this machine may do without TLS, another one never', async () => {
  const { port, mails } = await mailServer({ disabledCommands: ['STARTTLS', 'AUTH'] });
  await sendEmail(channel(port, { security: 'none' }), undefined, messageOf());
  expect(mails).toMatchObject([{ secure: false }]);
  const far = sendEmail(channel(port, { security: 'none', host: 'smtp.example.org' }), undefined, messageOf());
  await expect(far).rejects.toMatchObject({ mayPass: false, message: expect.stringContaining('needs TLS') });
});

test('a wrong password is refused for good, and told without being named; a busy server may take it later', async () => {
  const { port, mails } = await mailServer({ ...own, secure: true });
  const spec = channel(port, { security: 'tls', user: 'me' });
  const failed = await sendEmail(spec, 'tops3cret', messageOf(), own.cert).catch((error) => error);
  expect(failed).toMatchObject({ mayPass: false, message: expect.stringContaining('wrong password') });
  expect(failed.message).not.toContain('tops3cret');
  expect(mails).toEqual([]);
  const busy = await mailServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    onMailFrom: (_address, _session, done) => done(Object.assign(new Error('try later'), { responseCode: 451 })),
  });
  const later = sendEmail(channel(busy.port, { security: 'none' }), undefined, messageOf());
  await expect(later).rejects.toMatchObject({ mayPass: true, message: expect.stringContaining('try later') });
});

test('the wrong kind of TLS says which one to try', async () => {
  const plain = await mailServer({ disabledCommands: ['STARTTLS', 'AUTH'] });
  await expect(sendEmail(channel(plain.port, { security: 'tls' }), undefined, messageOf())).rejects.toMatchObject({
    message: expect.stringContaining('starttls'),
  });
});

test('a server that never ends what it says is given up', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    const chatter = setInterval(() => socket.write('220-still here\r\n'), 20);
    socket.on('close', () => clearInterval(chatter));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const failed = sendEmail(channel(port, { security: 'none' }), undefined, messageOf(), undefined, 200);
  await expect(failed).rejects.toMatchObject({ mayPass: true, message: expect.stringContaining('longer than 0.2 s') });
});

test('a name of a column cannot add a header or a recipient', async () => {
  const { port, mails } = await mailServer({ disabledCommands: ['STARTTLS', 'AUTH'] });
  const title = 'x\r\nBcc: everyone@example.org\r\n\r\nhello';
  await sendEmail(channel(port, { security: 'none' }), undefined, messageOf({ title }));
  const [{ raw, to } = { raw: '', to: [] }] = mails;
  expect(to).toEqual(['ada@example.org', 'bob@example.org']);
  const head = raw.slice(0, raw.indexOf('\r\n\r\n'));
  expect(head).not.toMatch(/^Bcc:/im);
  expect(head.replaceAll(/\r\n\s+/g, ' ')).toContain('Subject: [bad] shop: x Bcc: everyone@example.org hello');
});
