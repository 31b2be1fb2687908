import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import { GalleyError } from '../base/errors.ts';

/** A text as a SQL literal. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A column name as a SQL identifier. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** `read_parquet([…])` over files, as one table in their order. */
export function parquetTable(paths: readonly string[]): string {
  return `read_parquet([${paths.map(sqlText).join(', ')}])`;
}

export interface DuckOptions {
  /** Files and folders that SQL may read or write; nothing else of the disk, and no network. */
  allowed: readonly string[];
  /** Where large operators may spill. */
  temporaryFolder: string;
  memoryLimit?: string;
  threads?: number;
  /** Gives memory back as soon as it is free, instead of keeping some hundred megabytes of it for later. */
  isFrugal?: boolean;
}

const frugal = { allocator_flush_threshold: '1MB', allocator_bulk_deallocation_flush_threshold: '1MB' };

/**
 * A DuckDB that can do nothing beyond what it was given: no extension is installed or loaded by itself, only the allowed
 * paths are reached, and its configuration is locked.
 */
export async function openDuck(options: DuckOptions): Promise<DuckDBInstance> {
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    memory_limit: options.memoryLimit ?? '1GB',
    temp_directory: options.temporaryFolder,
    preserve_insertion_order: 'true',
    ...(options.threads === undefined ? {} : { threads: String(options.threads) }),
    ...(options.isFrugal ? frugal : {}),
  });
  const connection = await instance.connect();
  const folders = [...options.allowed, options.temporaryFolder].map(sqlText).join(', ');
  await connection.run("SET GLOBAL TimeZone = 'UTC'");
  await connection.run(`SET allowed_directories = [${folders}]`);
  await connection.run(`SET allowed_paths = [${options.allowed.map(sqlText).join(', ')}]`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
  connection.closeSync();
  return instance;
}

/** @throws GalleyError `call.canceled` once the signal came. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new GalleyError('call.canceled', 'The caller no longer waits for the answer.');
}

/** DuckDB forgets an interrupt that comes between two queries, or before a query has begun: so it is repeated. */
const interruptMilliseconds = 10;

/**
 * Interrupts what runs on a connection, and what is begun on it, until the answer is called.
 */
export function keepInterrupting(connection: DuckDBConnection): () => void {
  connection.interrupt();
  const repeat = setInterval(() => connection.interrupt(), interruptMilliseconds);
  return () => clearInterval(repeat);
}

/** Short queries of the engine over the project's Parquet files. */
export class DuckReader {
  readonly #options: DuckOptions;
  #instance: Promise<DuckDBInstance> | undefined;

  constructor(options: DuckOptions) {
    this.#options = options;
  }

  /** Rows as arrays of plain values. */
  async rows(sql: string): Promise<DuckDBValue[][]> {
    return this.use(async (connection) => (await connection.runAndReadAll(sql)).getRows());
  }

  /** Rows as objects in JSON's types: dates and times as text, integers beyond 2^53 as text. */
  async objects(sql: string): Promise<Record<string, unknown>[]> {
    return this.use(async (connection) => (await connection.runAndReadAll(sql)).getRowObjectsJson());
  }

  /**
   * A connection for the time of `work`; its query is interrupted when the signal comes.
   * @throws GalleyError `call.canceled`
   */
  async use<Result>(work: (connection: DuckDBConnection) => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    const connection = await (await this.#open()).connect();
    let leave: (() => void) | undefined;
    const interrupt = () => {
      leave = keepInterrupting(connection);
    };
    try {
      throwIfAborted(signal);
      signal?.addEventListener('abort', interrupt, { once: true });
      const result = await work(connection);
      throwIfAborted(signal);
      return result;
    } catch (error) {
      throwIfAborted(signal);
      throw error;
    } finally {
      leave?.();
      signal?.removeEventListener('abort', interrupt);
      connection.closeSync();
    }
  }

  /** One instance for all; a failed opening is tried again at the next use. */
  #open(): Promise<DuckDBInstance> {
    this.#instance ??= openDuck(this.#options).catch((error) => {
      this.#instance = undefined;
      throw error;
    });
    return this.#instance;
  }

  async close(): Promise<void> {
    (await this.#instance)?.closeSync();
  }
}
