import { GalleyError } from '../../../base/errors.ts';
import type { Problem } from '../../../contract/values.ts';

/** The first word of a statement, without the comments and brackets before it. */
function firstWord(sql: string): string {
  const bare = sql.replace(/^(?:\s+|--[^\n]*(?:\n|$)|#[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/|\()+/, '');
  return /^[a-z]+/i.exec(bare)?.[0].toLowerCase() ?? '';
}

const readingWords = new Set(['select', 'with', 'values', 'table', 'show']);

/**
 * A query without the semicolon at its end. The transaction is read-only as well; this is for the message.
 * @throws GalleyError `data.query_failed` for a statement that does not read
 */
export function readingQuery(sql: string): string {
  if (!readingWords.has(firstWord(sql))) {
    throw new GalleyError(
      'data.query_failed',
      'The query must begin with SELECT, WITH, VALUES or TABLE: sources are only read.',
    );
  }
  return sql.trim().replace(/;\s*$/, '');
}

/** Rows without order may come in another one next time, and a version's identity depends on it. */
export function orderWarnings(name: string, ordered: boolean): Problem[] {
  if (ordered) return [];
  const message = `${name} has no order: the database may give its rows in another one next time, which makes a new version. Name a primary key or use a query with ORDER BY.`;
  return [{ code: 'data.no_row_order', message }];
}

/** True where a query says how its rows are ordered, as far as its words tell. */
export function saysOrder(sql: string): boolean {
  return /\border\s+by\b/i.test(sql);
}

export function unknownTable(name: string): GalleyError {
  return new GalleyError('data.unknown_table', `The database has no table ${name} that this user may read.`, {
    details: { table: name },
  });
}
