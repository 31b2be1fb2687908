import { hash } from 'node:crypto';

/** The fixed place of a text in [0, 1), by SHA-256: all texts together lie evenly there. */
export function placeOf(text: string): number {
  return hash('sha256', text, 'buffer').readUInt32BE(0) / 2 ** 32;
}
