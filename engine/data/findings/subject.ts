import type { DuckDBConnection } from '@duckdb/node-api';
import type { ColumnProfile } from '../../contract/data.ts';
import type { Finding } from '../../contract/data-findings.ts';
import type { Condition, RowFilter } from '../../contract/data-rows.ts';

/** A version under examination. */
export interface ExaminedTable {
  connection: DuckDBConnection;
  /** `read_parquet(…)` with the columns named `c0`, `c1`, … in the order of the profile. */
  table: string;
  rows: number;
  profile: readonly ColumnProfile[];
  keyColumns: readonly string[];
  /** The time of the examination, in epoch milliseconds. */
  now: number;
  throwIfCanceled(): void;
}

/** A profiled column and its name in the table. */
export interface ExaminedColumn extends ColumnProfile {
  sql: string;
}

export function examinedColumns({ profile }: Pick<ExaminedTable, 'profile'>): ExaminedColumn[] {
  return profile.map((column, index) => ({ ...column, sql: `c${index}` }));
}

/** The values of one row of a query, as JSON has them. */
export async function firstRow({ connection }: ExaminedTable, sql: string): Promise<unknown[]> {
  return (await connection.runAndReadAll(sql)).getRowsJson()[0] ?? [];
}

export function conditions(match: RowFilter['match'], ...list: Condition[]): RowFilter {
  return { match, conditions: list };
}

export function present({ rows, missing }: ColumnProfile): number {
  return rows - missing;
}

/** A count as a person reads it. */
export function count(value: number, noun: string): string {
  return `${value.toLocaleString('en-US')} ${noun}${value === 1 ? '' : 's'}`;
}

/** A share as whole percent, never 0 or 100 where it is not exactly that. */
export function percent(part: number, whole: number): string {
  const share = (100 * part) / Math.max(1, whole);
  if (share > 0 && share < 1) return 'less than 1 %';
  if (share > 99 && share < 100) return 'more than 99 %';
  return `${Math.round(share)} %`;
}

/** A value in a sentence. */
export function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** Column names in a sentence. */
export function quoted(...names: readonly string[]): string {
  const last = `"${names.at(-1)}"`;
  if (names.length < 2) return last;
  return `${names
    .slice(0, -1)
    .map((name) => `"${name}"`)
    .join(', ')} and ${last}`;
}

export function finding(
  severity: Finding['severity'],
  code: string,
  columns: string[],
  words: Pick<Finding, 'message' | 'evidence' | 'advice'> & Partial<Pick<Finding, 'rows' | 'filter'>>,
): Finding {
  return { code, severity, columns, rows: null, filter: null, ...words };
}
