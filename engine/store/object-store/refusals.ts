import { GalleyError } from '../../base/errors.ts';
import { errorOf } from './messages.ts';

const wrongKeys = new Set(['InvalidAccessKeyId', 'SignatureDoesNotMatch', 'InvalidToken', 'ExpiredToken']);

/** What an answer of a store that is no success means. `place` names bucket, key and host. */
export function refusal(status: number, body: string, place: string): GalleyError {
  const { code, message } = errorOf(body);
  const details = { status, code, place };
  if (code === 'NoSuchBucket') {
    return new GalleyError('data.unknown_database', `There is no bucket ${place}.`, {
      details,
      hint: 'Check the name of the bucket, the region, and whether the bucket belongs into the path.',
    });
  }
  if (wrongKeys.has(code)) {
    return new GalleyError('data.access_refused', `${place} does not take the access key or its secret (${code}).`, {
      details,
    });
  }
  if (status === 401 || status === 403) {
    return new GalleyError('data.access_refused', `${place} may not be read with these keys.`, { details });
  }
  if (status === 404) return new GalleyError('data.object_not_found', `There is no ${place}.`, { details });
  if (status === 301 || status === 307 || status === 400) {
    const said = message === '' ? `status ${status}` : message;
    return new GalleyError('data.not_served', `${place} answered: ${said}`, {
      details,
      hint: 'Check endpoint and region: many stores answer so when the bucket lies in another region.',
    });
  }
  const said = [code, message].filter(Boolean).join(': ') || 'without a reason';
  return new GalleyError('data.not_served', `${place} answered with status ${status}, ${said}.`, { details });
}
