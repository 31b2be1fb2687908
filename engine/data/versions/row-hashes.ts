import type { DuckDBConnection } from '@duckdb/node-api';
import { parquetTable, sqlName } from '../../store/duck.ts';
import type { SchemaColumn } from '../schema.ts';
import type { PartFile } from './leaf-reader.ts';

/** Hashes of rows as DuckDB makes them. They live in memory only: another release of DuckDB may hash otherwise. */
function hashOfRow(schema: readonly SchemaColumn[]): string {
  return `hash(${schema.map((column) => sqlName(column.name)).join(', ')})`;
}

/** The payload of a vector of UBIGINT, private in the types; see tests/data/versions/row-hashes.test.ts. */
function itemsOf(vector: unknown): BigUint64Array {
  return (vector as { items: BigUint64Array }).items;
}

/** The hashes of rows one chunk after the other, so that two tables can be compared without holding either. */
export class RowHashes {
  readonly #chunks: AsyncGenerator<BigUint64Array>;
  #rest = new BigUint64Array(0);

  constructor(connection: DuckDBConnection, schema: readonly SchemaColumn[], files: readonly PartFile[]) {
    this.#chunks = chunksOf(connection, schema, files);
  }

  /** The next hashes without taking them, none at the end. */
  async peek(): Promise<BigUint64Array> {
    if (this.#rest.length === 0) {
      const next = await this.#chunks.next();
      if (!next.done) this.#rest = new BigUint64Array(next.value);
    }
    return this.#rest;
  }

  take(count: number): void {
    this.#rest = this.#rest.subarray(count);
  }

  /** Everything that is left, undefined where that is more than `limit` rows. */
  async rest(limit: number): Promise<BigUint64Array | undefined> {
    const taken: BigUint64Array[] = [];
    let rows = 0;
    for (let chunk = await this.peek(); chunk.length > 0; chunk = await this.peek()) {
      taken.push(chunk);
      rows += chunk.length;
      if (rows > limit) return undefined;
      this.take(chunk.length);
    }
    const all = new BigUint64Array(rows);
    let offset = 0;
    for (const chunk of taken) {
      all.set(chunk, offset);
      offset += chunk.length;
    }
    return all;
  }

  async close(): Promise<void> {
    await this.#chunks.return(undefined);
  }
}

async function* chunksOf(
  connection: DuckDBConnection,
  schema: readonly SchemaColumn[],
  files: readonly PartFile[],
): AsyncGenerator<BigUint64Array> {
  const paths = files.map(({ path }) => path);
  const result = await connection.stream(`SELECT ${hashOfRow(schema)} FROM ${parquetTable(paths)}`);
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    yield itemsOf(chunk.getColumnVector(0));
  }
}
