import { rmSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { ImportOptions } from '../../contract/import-options.ts';
import type { SchemaColumn } from '../schema.ts';
import { dialectOf } from './csv-decimal.ts';
import { scanOfHead } from './csv-file.ts';
import { copyStatement, csvQuery, wideColumns } from './csv-load.ts';
import { schemaOfScan } from './csv-schema.ts';
import { type ReadingHints, rulesFor } from './reading-rules.ts';
import { readHead, type SourceFile } from './source-file.ts';
import { headBytes, isUtf8Head } from './utf8.ts';

/** Below this a load takes no time worth saving. */
const leastBytes = 8 << 20;

/**
 * The load of a large CSV file, begun on the guess that the rest of the file is like its first megabyte, while the scan
 * still reads it from end to end. Where the scan finds otherwise the file is loaded again.
 */
export class LoadAhead {
  /** What is being read, and how: equal to the query of the finished scan where the guess was right. */
  readonly query: string;
  readonly #connection: DuckDBConnection;
  readonly #file: string;
  readonly #outcome: Promise<unknown>;
  #dropped = false;

  private constructor({ query, columns }: Guess, connection: DuckDBConnection, file: string) {
    this.query = query;
    this.#connection = connection;
    this.#file = file;
    this.#outcome = connection.run(copyStatement(query, file, columns)).then(
      () => undefined,
      (error: unknown) => error,
    );
  }

  static async begin(
    instance: DuckDBInstance,
    source: SourceFile,
    stagingFolder: string,
    reading: AheadReading,
  ): Promise<LoadAhead | undefined> {
    if (source.kind !== 'utf8' || source.bytes < leastBytes) return undefined;
    const guess = await guessedQuery(source, reading);
    if (guess === undefined || guess.columns > wideColumns) return undefined;
    return new LoadAhead(guess, await instance.connect(), join(stagingFolder, `ahead-${source.bytes}.parquet`));
  }

  /** Waits for the load and gives its file another name. @throws what DuckDB threw */
  async moveTo(target: string): Promise<void> {
    const error = await this.#outcome;
    if (error !== undefined) throw error;
    await rename(this.#file, target);
  }

  /** Ends the load if it still runs and removes what it wrote. */
  async drop(): Promise<void> {
    if (this.#dropped) return;
    this.#dropped = true;
    this.#connection.interrupt();
    await this.#outcome;
    this.#connection.closeSync();
    rmSync(this.#file, { force: true });
  }
}

interface Guess {
  query: string;
  columns: number;
}

/** How the whole file will be read. */
export interface AheadReading {
  options: ImportOptions;
  hints: ReadingHints;
  /** Of the version that is appended to, if the file is not read for itself. */
  schema: readonly SchemaColumn[] | undefined;
}

/** The query for a file like its first megabyte; undefined where that is not well formed or lacks a column. */
async function guessedQuery(source: SourceFile, { options, hints, schema }: AheadReading): Promise<Guess | undefined> {
  try {
    const { dialect, markBytes } = dialectOf(source.path, source.bytes, source.name, options);
    if (!dialect.isPlain || !isUtf8Head(source.path)) return undefined;
    const head = readHead(source.path, headBytes).subarray(markBytes + dialect.dataOffset);
    const { decimal, scan } = await scanOfHead(head, dialect, options, hints);
    const rules = rulesFor(scan.seen, decimal, options, hints);
    const names = schema?.map((column) => column.name) ?? dialect.names;
    if (names.some((name) => !dialect.names.includes(name))) return undefined;
    const found = { names: dialect.names, seen: scan.seen, unit: 'line' as const };
    const columns = schema ?? schemaOfScan(found, rules, options).schema;
    if (columns.some(({ type, scale }) => type === 'decimal' && scale === undefined)) return undefined;
    const readable = {
      readable: source.path,
      isHeadless: false,
      decimal,
      dialect,
      scan: { ...scan, longestRecord: 0 },
    };
    return { query: csvQuery(readable, columns, rules), columns: columns.length };
  } catch {
    return undefined;
  }
}
