import { GalleyError } from '../../base/errors.ts';

/** Something on the remote is not what Galley wrote there. */
export function damaged(key: string, reason: string): GalleyError {
  return new GalleyError('data.remote_damaged', `${key} on the remote ${reason}. Nothing of it was taken over.`, {
    details: { key },
  });
}

export function tooLarge(key: string, bytes: number): GalleyError {
  return damaged(key, `has ${bytes} bytes, far more than a description of a version can have`);
}

/** The remote cannot be reached or refuses. */
export function unreachable(address: string, reason: string, cause?: unknown): GalleyError {
  return new GalleyError('data.remote_unreachable', `${address}: ${reason}`, { details: { address }, cause });
}
