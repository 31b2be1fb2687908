import { rmSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { SchemaColumn } from '../schema.ts';
import { dialectOf } from './csv-file.ts';
import { copyStatement, csvQuery } from './csv-load.ts';
import { CsvScanner } from './csv-scan.ts';
import { chooseType } from './csv-types.ts';
import { readHead, type SourceFile } from './source-file.ts';

const headBytes = 1 << 20;
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

  /** @param schema of the version that is appended to, if the file is not read for itself */
  static async begin(
    instance: DuckDBInstance,
    source: SourceFile,
    stagingFolder: string,
    schema?: readonly SchemaColumn[],
  ): Promise<LoadAhead | undefined> {
    if (source.kind !== 'utf8' || source.bytes < leastBytes) return undefined;
    const guess = guessedQuery(source, schema);
    if (guess === undefined) return undefined;
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

/** The query for a file like its first megabyte; undefined where that is not well formed or lacks a column. */
function guessedQuery(source: SourceFile, schema?: readonly SchemaColumn[]): Guess | undefined {
  try {
    const { dialect, markBytes } = dialectOf(source.path, source.bytes, source.name);
    const columns = dialect.names.length;
    const scanner = new CsvScanner({ delimiter: dialect.delimiter, columns, firstLine: dialect.dataLine });
    scanner.feed(readHead(source.path, headBytes).subarray(markBytes + dialect.dataOffset));
    const { seen } = scanner;
    const guessed = dialect.names.map((name, place) => ({
      name,
      type: chooseType(name, seen[place] ?? new Map()).type,
    }));
    if (schema?.some((column) => !dialect.names.includes(column.name))) return undefined;
    const scan = { irregular: false, longestRecord: 0, seen };
    const query = csvQuery({ readable: source.path, dialect, scan }, schema ?? guessed);
    return { query, columns: (schema ?? guessed).length };
  } catch {
    return undefined;
  }
}
