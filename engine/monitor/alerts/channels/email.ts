import { isLoopback } from '../../../contract/network-access.ts';
import type { ChannelSpec } from './channel-store.ts';
import { failure } from './failure.ts';
import { type Message, subjectOf, textOf } from './message.ts';
import { variableOf } from './secret-variables.ts';

/** Of each step, and of all of them: a server that goes on saying something would never be given up. */
const limitMilliseconds = 15_000;
const wholeMilliseconds = 60_000;
export const defaultPorts = { tls: 465, starttls: 587, none: 25 } as const;

/**
 * Sends a message as an e-mail of plain text. The connection is safe from the start or made so before anything is said;
 * only a server on this machine may do without.
 * @param authorities certificates (PEM) to trust beside those of the system
 * @throws Failure
 */
export async function sendEmail(
  spec: ChannelSpec,
  password: string | undefined,
  message: Message,
  authorities?: string,
  limit = wholeMilliseconds,
): Promise<void> {
  const { host = '', security = 'tls', port = defaultPorts[security], user, from = '', to = [] } = spec;
  if (security === 'none' && !isLoopback(host)) throw failure(`${host} is not on this machine and needs TLS.`, false);
  if (user !== undefined && password === undefined) {
    throw failure(
      `${host} wants a password for ${user}, and none is known on this machine: set the channel again with one, or ${variableOf(spec.name)}.`,
      true,
    );
  }
  // Loaded when the first e-mail is sent: few projects send any.
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(user !== undefined && { auth: { user, pass: password as string } }),
    tls: { minVersion: 'TLSv1.2', ...(authorities !== undefined && { ca: authorities }) },
    connectionTimeout: limitMilliseconds,
    greetingTimeout: limitMilliseconds,
    socketTimeout: limitMilliseconds,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(failure(`${host}:${port} took longer than ${limit / 1000} s.`, true)),
    limit,
  );
  try {
    const sending = transport.sendMail({
      from: { name: 'Galley', address: from },
      to: to.map((address) => ({ name: '', address })),
      subject: subjectOf(message),
      text: textOf(message),
      messageId: `<${message.id}@galley.invalid>`,
      date: new Date(message.at),
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
    await Promise.race([sending, late.promise]);
  } catch (error) {
    throw failure(reasonOf(error, host, port), isPassing(error), `${host}:${port}`);
  } finally {
    clearTimeout(timer);
    transport.close();
  }
}

/** The library puts a code of its own in place of that of the certificate. */
function reasonOf(error: unknown, host: string, port: number): unknown {
  const says = error instanceof Error ? error.message : '';
  if (/self-signed|unable to (verify|get)/.test(says)) {
    return `${host} has a certificate that this machine does not know.`;
  }
  if (/wrong version number/i.test(says)) {
    return `${host}:${port} does not speak TLS from the start: set the channel with starttls, or another port.`;
  }
  if (/greeting never received/i.test(says)) {
    return `${host}:${port} did not greet: set the channel with tls where the port wants TLS from the start, or another port.`;
  }
  return error;
}

/** A refusal that begins with 5 is for good. */
function isPassing(error: unknown): boolean {
  const { responseCode = 0 } = error as { responseCode?: number };
  return responseCode < 500;
}
