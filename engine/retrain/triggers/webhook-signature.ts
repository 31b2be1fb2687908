import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** What a webhook was sent. Names of headers are small. */
export interface Received {
  headers: Readonly<Record<string, string | undefined>>;
  body: Buffer;
}

/** A signed time may be this far from the engine's. */
const toleranceMilliseconds = 5 * 60_000;

/**
 * Whether a request was made by someone who knows the secret, in one of three ways: as standardwebhooks.com says
 * (`webhook-id`, `webhook-timestamp` and `webhook-signature` over `id.timestamp.body`, at most five minutes old), as GitHub
 * does (`X-Hub-Signature-256` over the body), or with the secret itself (`Authorization: Bearer`).
 * @param now UTC epoch milliseconds
 * @returns what tells this delivery from others, null where nothing does; undefined where it is refused
 */
export function deliveryOf(secret: string, { headers, body }: Received, now: number): string | null | undefined {
  const { authorization, 'x-hub-signature-256': hub, 'webhook-signature': signature } = headers;
  if (signature !== undefined) return standardDelivery(secret, signature, { headers, body }, now);
  if (hub !== undefined) {
    const expected = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
    return isSame(hub, expected) ? `body ${expected}` : undefined;
  }
  if (authorization === undefined || !isSame(authorization, `Bearer ${secret}`)) return undefined;
  const id = headers['webhook-id'] ?? headers['x-github-delivery'];
  return id === undefined ? null : `id ${id}`;
}

function standardDelivery(
  secret: string,
  signatures: string,
  { headers, body }: Received,
  now: number,
): string | undefined {
  const { 'webhook-id': id = '', 'webhook-timestamp': timestamp = '' } = headers;
  if (id === '' || !/^\d{1,12}$/.test(timestamp)) return undefined;
  if (Math.abs(now - Number(timestamp) * 1000) > toleranceMilliseconds) return undefined;
  const prefix = 'whsec_';
  const key = secret.startsWith(prefix) ? Buffer.from(secret.slice(prefix.length), 'base64') : secret;
  const expected = `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
  return signatures.split(' ').some((given) => isSame(given, expected)) ? `id ${id}` : undefined;
}

/** In a time that says nothing of either. */
function isSame(given: string, expected: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(expected));
}
