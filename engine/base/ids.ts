import { type Clock, systemClock } from './clock.ts';
import { randomHex } from './random-hex.ts';

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
  | 'wat'
  | 'key'
  | 'rel'
  | 'pl'
  | 'plr'
  | 'job'
  | 'alert'
  | 'row'
  | 'req';
export type NewId = (prefix: IdPrefix) => string;

const variantDigits = '89ab';

/**
 * `prefix_` + UUIDv7 (RFC 9562) without hyphens: ids sort by the time they were made.
 * @param random bytes as hexadecimal digits
 */
export function idSource(clock: Clock = systemClock, random: (bytes: number) => string = randomHex): NewId {
  let madeAt = Number.NaN;
  let time = '';
  return (prefix) => {
    const now = clock.now();
    if (now !== madeAt) {
      madeAt = now;
      time = now.toString(16).padStart(12, '0');
    }
    const digits = random(10);
    const variant = variantDigits[Number.parseInt(digits[4] as string, 16) & 3];
    return `${prefix}_${time}7${digits.slice(1, 4)}${variant}${digits.slice(5)}`;
  };
}
