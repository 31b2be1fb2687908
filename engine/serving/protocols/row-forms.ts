import type { AnsweredRow } from '../answer-text.ts';
import { invalidRequest, requireRowCount } from '../checked-rows.ts';

/** A remark on a row, for protocols that have no place for remarks in a row. */
interface RowFlag {
  row: number;
  field: string;
  flag: string;
}

/** A JSON object's members. @throws GalleyError `serving.invalid_request` */
export function requireObject(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw invalidRequest(`${what} must be an object.`);
}

/** @throws GalleyError `serving.invalid_request` for a member that is not one of those */
export function requireMembers(value: Record<string, unknown>, what: string, members: readonly string[]): void {
  const stranger = Object.keys(value).find((key) => !members.includes(key));
  if (stranger === undefined) return;
  throw invalidRequest(
    `${what} has no member ${JSON.stringify(stranger.slice(0, 60))}; it may have ${members.join(', ')}.`,
  );
}

/**
 * Rows of columns that are lists of one length.
 * @param what names the columns in a refusal
 * @param largest rows that may be
 * @throws GalleyError `serving.invalid_request`
 */
export function rowsOfColumns(
  columns: Record<string, unknown>,
  what: string,
  largest: number,
): Record<string, unknown>[] {
  const lists = Object.entries(columns);
  const [first] = lists;
  if (!first) throw invalidRequest(`${what} has no columns.`);
  for (const [name, list] of lists) {
    const place = `${what}.${name.slice(0, 60)}`;
    if (!Array.isArray(list)) throw invalidRequest(`${place} must be a list with one value for each row.`);
    const { length } = first[1] as unknown[];
    if (list.length !== length) throw invalidRequest(`${place} has ${list.length} values, others have ${length}.`);
  }
  const count = (first[1] as unknown[]).length;
  requireRowCount(count, largest);
  return rowsOf(
    lists.map(([name]) => name),
    count,
    (row, column) => ((lists[column] as [string, unknown])[1] as unknown[])[row],
  );
}

/** Rows by name of values by position. */
export function rowsOf(
  names: readonly string[],
  count: number,
  valueAt: (row: number, column: number) => unknown,
): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, row) => {
    // Without a prototype, so that a column called `__proto__` is one like any other.
    const values: Record<string, unknown> = Object.create(null);
    for (const [column, name] of names.entries()) values[name] = valueAt(row, column);
    return values;
  });
}

/** The remarks on all rows, undefined where there is none. */
export function flagsOf(rows: readonly AnsweredRow[]): RowFlag[] | undefined {
  const flags = rows.flatMap(({ flags }, row) => (flags ?? []).map((flag) => ({ row, ...flag })));
  return flags.length > 0 ? flags : undefined;
}
