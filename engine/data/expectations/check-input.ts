import type { DuckDBConnection } from '@duckdb/node-api';
import type { Expectation } from '../../contract/data-expectations.ts';
import type { SchemaColumn } from '../schema.ts';

/** Rows in Parquet files that are looked at beside the checked ones: a reference version, or what a column refers to. */
export interface OtherRows {
  paths: string[];
  schema: SchemaColumn[];
  rows: number;
}

export interface PreparedExpectation {
  key: string;
  expectation: Expectation;
  /** What the expectation compares with. */
  other?: OtherRows;
  /** Why it cannot be checked, which is no failure: nothing to compare with, SQL that nobody has trusted. */
  obstacle?: string;
  /** Why it cannot be met: what it says cannot be read. */
  fault?: string;
  /** A `rule` as SQL over the columns, checked and made from the user's text (sql-expression.ts). */
  condition?: string;
}

/** Everything that a check needs beside the rows; plain JSON, so that it can be handed to a job process. */
export interface CheckInput {
  dataset: string;
  expectations: PreparedExpectation[];
  /** UTC epoch milliseconds. */
  now: number;
  /** Rows of the version before, null where there is none. */
  rowsBefore: number | null;
  /** Columns whose values stand in no result: they are marked as personal or sensitive. */
  marked?: string[];
}

/** The rows that are checked. */
export interface CheckedRows {
  connection: DuckDBConnection;
  /** In the order of the rows. */
  paths: readonly string[];
  schema: readonly SchemaColumn[];
  rows: number;
}

/** Files that DuckDB must be allowed to read for a check, beside those of the rows. */
export function pathsOfCheck(input: CheckInput | null | undefined): string[] {
  return input?.expectations.flatMap((expectation) => expectation.other?.paths ?? []) ?? [];
}
