import { createHmac } from 'node:crypto';
import { galleyVersion } from '../../../base/galley-version.ts';
import { sendHttp } from '../../../store/http-client.ts';
import type { ChannelSpec } from './channel-store.ts';
import { type Failure, failure } from './failure.ts';
import type { Message } from './message.ts';

const limitMilliseconds = 10_000;
/** Answers after which the same request may do better later. */
const passing = [408, 425, 429];

/**
 * Posts a message as JSON, signed as standardwebhooks.com says where there is a secret: HMAC-SHA256 over
 * `id.timestamp.body`. Redirects are not followed, and the answer is not read. Messages about it name the host only, since the
 * rest of an address may be a secret.
 * @param now UTC epoch milliseconds
 * @throws Failure
 */
export async function postWebhook(
  spec: ChannelSpec,
  secret: string | undefined,
  message: Message,
  now: number,
  signal = AbortSignal.timeout(limitMilliseconds),
): Promise<void> {
  const url = new URL(spec.url as string);
  const body = JSON.stringify(message);
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'user-agent': `Galley/${galleyVersion}`,
    ...signedHeaders(message.id, body, secret, now),
  };
  try {
    const response = await sendHttp(url, { method: 'POST', headers, body: Buffer.from(body), signal });
    const status = response.statusCode ?? 0;
    response.resume().destroy();
    if (status >= 200 && status < 300) return;
    const isRedirect = status >= 300 && status < 400;
    const reason = isRedirect ? `${status}, a redirect, which is not followed` : String(status);
    throw failure(`${url.host} answered with ${reason}.`, status >= 500 || passing.includes(status));
  } catch (error) {
    throw asFailure(error, url.host, signal);
  }
}

function asFailure(error: unknown, host: string, signal: AbortSignal): Failure {
  return signal.aborted ? failure(`${host} did not answer in time.`, true) : failure(error, true, host);
}

/** Headers of Standard Webhooks. A secret that begins with `whsec_` is base64 of the key, another one is the key. */
export function signedHeaders(
  id: string,
  body: string,
  secret: string | undefined,
  now: number,
): Record<string, string> {
  const timestamp = String(Math.floor(now / 1000));
  const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp };
  if (secret === undefined) return headers;
  const prefix = 'whsec_';
  const key = secret.startsWith(prefix) ? Buffer.from(secret.slice(prefix.length), 'base64') : secret;
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { ...headers, 'webhook-signature': `v1,${signature}` };
}
