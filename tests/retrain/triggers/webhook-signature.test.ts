import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { deliveryOf } from '../../../engine/retrain/triggers/webhook-signature.ts';

const secret = `whsec_${Buffer.from('a key of thirty-two bytes, or so').toString('base64')}`;
const now = Date.UTC(2026, 2, 2);
const body = Buffer.from('{"parameters":{"rows":20}}');
const hub = (key: string, of = body) => `sha256=${createHmac('sha256', key).update(of).digest('hex')}`;

function standard(at: number, key: Buffer | string = Buffer.from(secret.slice(6), 'base64')) {
  const timestamp = String(Math.floor(at / 1000));
  const signature = createHmac('sha256', key).update(`msg_1.${timestamp}.`).update(body).digest('base64');
  return { 'webhook-id': 'msg_1', 'webhook-timestamp': timestamp, 'webhook-signature': `v1,wrong v1,${signature}` };
}

test('a body that was signed with the secret is taken, in each of three ways', () => {
  expect(deliveryOf(secret, { headers: { 'x-hub-signature-256': hub(secret) }, body }, now)).toBe(
    `body ${hub(secret)}`,
  );
  expect(deliveryOf(secret, { headers: standard(now), body }, now)).toBe('id msg_1');
  expect(deliveryOf(secret, { headers: { authorization: `Bearer ${secret}` }, body }, now)).toBeNull();
  const named = { authorization: `Bearer ${secret}`, 'x-github-delivery': 'd1' };
  expect(deliveryOf(secret, { headers: named, body }, now)).toBe('id d1');
});

test.each([
  ['nothing', {}],
  ['another secret', { 'x-hub-signature-256': hub('another') }],
  ['another body', { 'x-hub-signature-256': hub(secret, Buffer.from('{}')) }],
  ['another bearer', { authorization: 'Bearer another' }],
  ['the secret without its scheme', { authorization: secret }],
  ['a time that is past', standard(now - 301_000)],
  ['a time to come', standard(now + 301_000)],
  ['a signature by another key', standard(now, 'another')],
  [
    'a wrong signature beside the right bearer',
    { authorization: `Bearer ${secret}`, 'x-hub-signature-256': 'sha256=0' },
  ],
])('%s is refused', (_, headers) => {
  expect(deliveryOf(secret, { headers, body }, now)).toBeUndefined();
});
