import { isLoopback } from '../../../contract/network-access.ts';
import type { ChannelSpec } from './channel-store.ts';
import { failure } from './failure.ts';
import { type Message, subjectOf, textOf } from './message.ts';

const limitMilliseconds = 15_000;
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
): Promise<void> {
  const { host = '', security = 'tls', port = defaultPorts[security], user, from = '', to = [] } = spec;
  if (security === 'none' && !isLoopback(host)) throw failure(`${host} is not on this machine and needs TLS.`, false);
  // Loaded when the first e-mail is sent: few projects send any.
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(user !== undefined && { auth: { user, pass: password ?? '' } }),
    tls: { minVersion: 'TLSv1.2', ...(authorities !== undefined && { ca: authorities }) },
    connectionTimeout: limitMilliseconds,
    greetingTimeout: limitMilliseconds,
    socketTimeout: limitMilliseconds,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.sendMail({
      from: { name: 'Galley', address: from },
      to: to.map((address) => ({ name: '', address })),
      subject: subjectOf(message),
      text: textOf(message),
      messageId: `<${message.id}@galley.invalid>`,
      date: new Date(message.at),
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
  } catch (error) {
    throw failure(reasonOf(error, host), isPassing(error), `${host}:${port}`);
  } finally {
    transport.close();
  }
}

/** The library puts a code of its own in place of that of the certificate. */
function reasonOf(error: unknown, host: string): unknown {
  const isUnknown = error instanceof Error && /self-signed|unable to (verify|get)/.test(error.message);
  return isUnknown ? `${host} has a certificate that this machine does not know.` : error;
}

/** A refusal that begins with 5 is for good. */
function isPassing(error: unknown): boolean {
  const { responseCode = 0 } = error as { responseCode?: number };
  return responseCode < 500;
}
