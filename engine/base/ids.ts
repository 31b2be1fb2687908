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
  | 'reh'
  | 'bf'
  | 'job'
  | 'alert'
  | 'row'
  | 'req'
  | 'srv';
export type NewId = (prefix: IdPrefix) => string;

const variantDigits = '89ab';

/** Of the 12 bits that count the ids of a millisecond; each begins in the lower half. */
const mostCounted = 0xfff;
const mostFirst = 0x7ff;

/**
 * `prefix_` + UUIDv7 (RFC 9562) without hyphens: ids sort in the order in which they were made, those of one millisecond by a
 * counter (section 6.2, method 1), also where the clock is set back.
 * @param random bytes as hexadecimal digits
 */
export function idSource(clock: Clock = systemClock, random: (bytes: number) => string = randomHex): NewId {
  let madeAt = Number.NEGATIVE_INFINITY;
  let counter = mostCounted;
  let time = '';
  const begin = (at: number, first: number) => {
    madeAt = at;
    counter = first;
    time = at.toString(16).padStart(12, '0');
  };
  return (prefix) => {
    const digits = random(10);
    const now = clock.now();
    const first = Number.parseInt(digits.slice(1, 4), 16) & mostFirst;
    if (now > madeAt) begin(now, first);
    else if (counter < mostCounted) counter++;
    else begin(madeAt + 1, first);
    const variant = variantDigits[Number.parseInt(digits[4] as string, 16) & 3];
    return `${prefix}_${time}7${counter.toString(16).padStart(3, '0')}${variant}${digits.slice(5)}`;
  };
}
