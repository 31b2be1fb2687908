import { randomBytes } from 'node:crypto';
import { type Clock, systemClock } from './clock.ts';

export type IdPrefix =
  | 'prj'
  | 'swp'
  | 'ds'
  | 'dsv'
  | 'con'
  | 'chk'
  | 'run'
  | 'mdl'
  | 'mv'
  | 'dep'
  | 'str'
  | 'key'
  | 'rel'
  | 'pl'
  | 'plr'
  | 'job'
  | 'alert'
  | 'row'
  | 'req';
export type NewId = (prefix: IdPrefix) => string;

/** `prefix_` + UUIDv7 (RFC 9562) without hyphens: ids sort by the time they were made. */
export function idSource(clock: Clock = systemClock, random: (size: number) => Uint8Array = randomBytes): NewId {
  return (prefix) => {
    const bytes = new Uint8Array(16);
    bytes.set(random(10), 6);
    let time = clock.now();
    for (let index = 5; index >= 0; index--) {
      bytes[index] = time % 256;
      time = Math.floor(time / 256);
    }
    bytes[6] = ((bytes[6] as number) & 0x0f) | 0x70;
    bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
    return `${prefix}_${Buffer.from(bytes).toString('hex')}`;
  };
}
