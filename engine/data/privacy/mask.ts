import { pseudonymDigits } from '../../base/pseudonym.ts';
import type { Marks } from '../../contract/data-privacy.ts';
import type { RowPage } from '../../contract/data-rows.ts';
import { markOf } from './mark-of.ts';

/** What stands where a marked value is: the same whatever the value and its length; missing values stay missing. */
export const maskedText = '•••';

/** A page of rows with dots in its marked columns. */
export function maskedPage(page: RowPage, marks: Marks): RowPage {
  const isMasked = page.columns.map(({ name }) => markOf(marks, name) !== undefined);
  if (!isMasked.includes(true)) return page;
  const rows = page.rows.map((row) => row.map((cell, at) => (isMasked[at] && cell !== null ? maskedText : cell)));
  return { ...page, rows };
}

const blockBytes = 64;
function padded(key: Uint8Array, pad: number): string {
  const bytes = Buffer.alloc(blockBytes, pad);
  for (const [index, byte] of key.entries()) bytes[index] = byte ^ pad;
  return `unhex('${bytes.toString('hex')}')`;
}

/** `pseudonym` in SQL. @param key at most 64 bytes @param value an SQL expression */
export function pseudonymSql(key: Uint8Array, value: string): string {
  const inner = `unhex(sha256(${padded(key, 0x36)} || encode((${value})::VARCHAR)))`;
  return `left(sha256(${padded(key, 0x5c)} || ${inner}), ${pseudonymDigits})`;
}
