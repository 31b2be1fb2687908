import { createHash } from 'node:crypto';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json | undefined };

/**
 * One text for one value (RFC 8785, JSON Canonicalization Scheme): keys sorted by UTF-16 code units, no white space,
 * numbers as ECMAScript writes them. Keys whose value is undefined are left out.
 * @throws TypeError for NaN and infinities, which JSON cannot hold.
 */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${value} has no JSON form`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const entries = Object.keys(value)
    .sort()
    .flatMap((key) => {
      const item = value[key];
      return item === undefined ? [] : [`${JSON.stringify(key)}:${canonicalJson(item)}`];
    });
  return `{${entries.join(',')}}`;
}

/** `sha256:<hex>` of bytes or of a text in UTF-8. */
export function contentHash(content: string | Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** Hash of a value's canonical JSON, the same on every platform. */
export function jsonHash(value: Json): string {
  return contentHash(canonicalJson(value));
}
