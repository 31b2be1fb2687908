import type { IncomingHttpHeaders } from 'node:http';
import { placeOf } from './hash-place.ts';

/** The header with which callers say what stays together: a user, a device, a session. */
export const routingKeyHeader = 'galley-routing-key';

/** What decides which version answers a request: the header, else its first row's id; undefined where it has neither. */
export function routingKey(headers: IncomingHttpHeaders, id?: unknown): string | undefined {
  const given = headers[routingKeyHeader];
  return typeof given === 'string' && given !== '' ? given : idKey(id);
}

/** The id of a row or of a request as a key, where it has one. */
export function idKey(id: unknown): string | undefined {
  return typeof id === 'string' ? id : undefined;
}

/**
 * Whether a canary answers that key. Each key has a fixed place in [0, 100), below which the percentage must lie: raising it
 * moves keys from the old version to the new one, never back.
 * @param canary another canary meets other keys first
 */
export function meetsCanary(key: string, canary: string, percent: number): boolean {
  return placeOf(`${canary}\n${key}`) * 100 < percent;
}
