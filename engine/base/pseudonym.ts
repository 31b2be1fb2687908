import { createHmac } from 'node:crypto';

/** Hexadecimal digits of a pseudonym. */
export const pseudonymDigits = 16;

/**
 * A pseudonym: the first 64 bits of HMAC-SHA256 (RFC 2104) of the value as text, in hexadecimal. The same value has the same
 * one in all datasets of the project, and none that can be computed without the project's key.
 */
export function pseudonym(key: Uint8Array, value: string): string {
  return createHmac('sha256', key).update(value).digest('hex').slice(0, pseudonymDigits);
}
