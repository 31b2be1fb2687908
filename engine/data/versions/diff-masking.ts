import type { Masking } from '../../contract/data-privacy.ts';
import { sqlName } from '../../store/duck.ts';
import { pseudonymSql } from '../privacy/mask.ts';

/** Name of the secret that holds the project's key for pseudonyms, in hexadecimal. */
export const pseudonymKey = 'pseudonym-key';

/** What becomes of marked columns in a file of differences. */
export interface DiffMasking {
  how: Masking;
  columns: string[];
}

/**
 * SQL of a column's cells in such a file, undefined where they are left out.
 * @param table the alias of the table that has the column
 * @param key for pseudonyms, in hexadecimal
 */
export function maskedCell(
  table: string,
  name: string,
  mask: DiffMasking | undefined,
  key: string | undefined,
): string | undefined {
  const cell = `${table}.${sqlName(name)}`;
  if (!mask?.columns.includes(name)) return cell;
  if (mask.how === 'drop') return undefined;
  return mask.how === 'hash' && key !== undefined ? pseudonymSql(Buffer.from(key, 'hex'), cell) : 'NULL';
}
