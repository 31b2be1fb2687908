import type { DuckDBConnection } from '@duckdb/node-api';
import type { SchemaColumn } from '../schema.ts';
import { copyStatement } from '../sources/csv-load.ts';
import { neutralNames, nullColumns, positionedRows } from './delta-sql.ts';
import type { PartFile } from './leaf-reader.ts';
import { type Alignment, alignRows, commonPrefix } from './row-alignment.ts';
import { RowHashes } from './row-hashes.ts';

/** Rows on either side, without those that both begin with, that are compared in memory: 45 bytes each. */
const mostRows = 8_000_000;

/** New rows against old ones; where they begin with all of these, the rest is not told. */
export interface Comparison extends Alignment {
  /** Rows that both begin with. */
  prefix: number;
}

const unchanged: Alignment = {
  removed: new Uint32Array(0),
  inserted: new Uint32Array(0),
  before: new Uint32Array(0),
};

function shifted(places: Uint32Array, by: number): Uint32Array {
  return by === 0 ? places : places.map((place) => place + by);
}

/**
 * How the rows of some files became those of others, told by hashes of the rows; undefined where too many would have to
 * be held in memory.
 */
export async function compareRows(
  connections: { old: DuckDBConnection; fresh: DuckDBConnection },
  schema: readonly SchemaColumn[],
  old: readonly PartFile[],
  fresh: readonly PartFile[],
): Promise<Comparison | undefined> {
  const left = new RowHashes(connections.old, schema, old);
  const right = new RowHashes(connections.fresh, schema, fresh);
  try {
    let prefix = 0;
    for (;;) {
      const [one, other] = [await left.peek(), await right.peek()];
      const same = commonPrefix(one, other);
      left.take(same);
      right.take(same);
      prefix += same;
      if (same === 0 || same < Math.min(one.length, other.length)) break;
    }
    if ((await left.peek()).length === 0) return { prefix, ...unchanged };
    const oldRest = await left.rest(mostRows);
    const freshRest = oldRest && (await right.rest(mostRows));
    if (!oldRest || !freshRest) return undefined;
    const { removed, inserted, before } = alignRows(oldRest, freshRest);
    return {
      prefix,
      removed: shifted(removed, prefix),
      inserted: shifted(inserted, prefix),
      before: shifted(before, prefix),
    };
  } finally {
    await left.close();
    await right.close();
  }
}

async function fillTable(
  connection: DuckDBConnection,
  name: string,
  columns: string,
  rows: number,
  append: (row: number) => (number | bigint)[],
): Promise<void> {
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${name} (${columns})`);
  const appender = await connection.createAppender(name, undefined, 'temp');
  for (let row = 0; row < rows; row++) {
    for (const value of append(row)) appender.appendBigInt(BigInt(value));
    appender.endRow();
  }
  appender.closeSync();
}

/** Writes what a comparison found as a row delta (docs/formats.md, "Manifest"). */
export async function writeDelta(
  connection: DuckDBConnection,
  schema: readonly SchemaColumn[],
  { removed, inserted, before }: Alignment,
  fresh: readonly PartFile[],
  target: string,
): Promise<void> {
  await fillTable(connection, 'removed_rows', 'position BIGINT', removed.length, (row) => [removed[row] as number]);
  let sequence = 0;
  await fillTable(
    connection,
    'inserted_rows',
    'place BIGINT, position BIGINT, sequence BIGINT',
    inserted.length,
    (row) => {
      sequence = row > 0 && before[row] === before[row - 1] ? sequence + 1 : 1;
      return [inserted[row] as number, before[row] as number, sequence];
    },
  );
  const first = inserted[0] ?? 0;
  const end = (inserted.at(-1) ?? -1) + 1;
  const query =
    `SELECT position, 0::INTEGER AS sequence, ${nullColumns(schema)} FROM removed_rows` +
    ` UNION ALL SELECT known.position, known.sequence::INTEGER, ${neutralNames(schema)}` +
    ` FROM (${positionedRows(schema, fresh, first, end)}) AS fresh JOIN inserted_rows AS known ON known.place = fresh.position` +
    ' ORDER BY position, sequence';
  await connection.run(copyStatement(query, target, schema.length));
  await connection.run('DROP TABLE removed_rows');
  await connection.run('DROP TABLE inserted_rows');
}
