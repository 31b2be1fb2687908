import type { BrowseEntry, ConnectionSettings } from '../../../contract/data-connections.ts';
import type { ColumnType, Problem } from '../../../contract/values.ts';

/**
 * What a column of a database becomes. Values come as text; one that does not fit its type makes the whole column text,
 * with a warning. `number` is whole, decimal or text by what is found.
 */
export type Wish = { type: Exclude<ColumnType, 'decimal'> | 'number' } | { type: 'decimal'; scale: number };

export interface SourceColumn {
  name: string;
  wish: Wish;
}

/** One value, as text that loses nothing; null is missing. */
export type SourceRow = (string | null)[];

/** Rows of a table or query, read once, in batches. */
export interface RowReader {
  names: string[];
  /** Rows to expect, 0 where nobody knows. */
  expected: number;
  /** What is to be said of them, as of rows without order. */
  warnings: Problem[];
  batches(): AsyncIterable<SourceRow[]>;
  /** Once all rows are read: what each column is to become. */
  columns(): SourceColumn[];
}

/** What is read from a database. */
export type Selection = { schema?: string; table: string } | { sql: string };

/** SQL to run, and what is known of its rows before. */
export type PlannedQuery = { sql: string } & Pick<RowReader, 'warnings' | 'expected'>;

/** An open, read-only connection to a database: one transaction, so everything that is read is of one moment. */
export interface OpenDatabase {
  /** Name and version of the server. */
  server: string;
  encrypted: boolean;
  browse(path: readonly string[]): Promise<BrowseEntry[]>;
  /** @param limit of rows, for a preview */
  read(selection: Selection, limit?: number): Promise<RowReader>;
  /** Stops what the server does for this connection now. */
  cancel(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a connection. @throws GalleyError `data.host_unreachable`, `data.access_refused`, `data.unknown_database`, `data.tls_failed` */
export type OpensDatabase = (settings: ConnectionSettings, secret: string | undefined) => Promise<OpenDatabase>;

/** How many rows are asked for at a time. */
export const batchRows = 5000;
/** How long a server may take until it lets one in. */
export const connectMilliseconds = 15_000;
