import { randomFillSync } from 'node:crypto';

/** Random bytes are drawn many at a time: one draw for each id costs as much as answering a small request. */
const pool = Buffer.alloc(4096);
let digits = '';
let used = 0;

/** Random bytes as two small hexadecimal digits each. @param bytes up to 4096 */
export function randomHex(bytes: number): string {
  if (used + bytes * 2 > digits.length) {
    digits = randomFillSync(pool).toString('hex');
    used = 0;
  }
  used += bytes * 2;
  return digits.slice(used - bytes * 2, used);
}
