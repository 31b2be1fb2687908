import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { JobContext } from '../../jobs/job-process.ts';
import { duckType, type SchemaColumn } from '../schema.ts';
import { copyStatement } from '../sources/csv-load.ts';
import { cellSql } from './cell-input.ts';
import { writeWhole } from './delta-read.ts';
import { neutralNames, nullColumns, positionedRows } from './delta-sql.ts';
import type { EditPlan, PlannedCells } from './edit-plan.ts';
import type { PartFile } from './leaf-reader.ts';
import { withRowDuck } from './row-duck.ts';

const rowsInStatement = 500;

async function insertRows(connection: DuckDBConnection, table: string, rows: readonly string[]): Promise<void> {
  for (let start = 0; start < rows.length; start += rowsInStatement) {
    await connection.run(`INSERT INTO ${table} VALUES ${rows.slice(start, start + rowsInStatement).join(', ')}`);
  }
}

/** `position`, `sequence` and for each of some columns its value and whether there is one. */
async function fillCells(
  connection: DuckDBConnection,
  table: string,
  schema: readonly SchemaColumn[],
  places: readonly number[],
  rows: readonly { position: number; sequence: number; cells: PlannedCells }[],
): Promise<void> {
  const columns = places.map((place) => `, v${place} ${duckType(schema[place] as SchemaColumn)}, s${place} BOOLEAN`);
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${table} (position BIGINT, sequence INTEGER${columns.join('')})`);
  const values = rows.map(({ position, sequence, cells }) => {
    const cellsInSql = places.map((place) => {
      const text = cells[place];
      return `, ${cellSql(schema[place] as SchemaColumn, text ?? null)}, ${text !== undefined}`;
    });
    return `(${position}, ${sequence}${cellsInSql.join('')})`;
  });
  await insertRows(connection, table, values);
}

function placesIn(cells: readonly PlannedCells[]): number[] {
  return [...new Set(cells.flatMap((of) => Object.keys(of).map(Number)))].sort((left, right) => left - right);
}

/** New rows stand before an edited row at the same place, each with its own number there. */
function withSequences(plan: EditPlan) {
  const counts = new Map<number, number>();
  const next = (position: number) => {
    const sequence = (counts.get(position) ?? 0) + 1;
    counts.set(position, sequence);
    return sequence;
  };
  const inserted = plan.inserted.map(({ before, cells }) => ({ position: before, sequence: next(before), cells }));
  const edited = plan.edits.map(({ row, cells }) => ({ position: row, sequence: next(row), cells }));
  return { inserted, edited };
}

/** Writes edits as a row delta over whole files; answers where it stands. */
async function writeEdits(
  connection: DuckDBConnection,
  schema: readonly SchemaColumn[],
  whole: readonly PartFile[],
  plan: EditPlan,
  path: string,
): Promise<void> {
  const { inserted, edited } = withSequences(plan);
  const editedPlaces = placesIn(edited.map(({ cells }) => cells));
  const insertedPlaces = placesIn(inserted.map(({ cells }) => cells));
  await fillCells(connection, 'edited_rows', schema, editedPlaces, edited);
  await fillCells(connection, 'new_rows', schema, insertedPlaces, inserted);
  await fillCells(
    connection,
    'gone_rows',
    schema,
    [],
    [...plan.removed, ...edited.map(({ position }) => position)].map((position) => ({
      position,
      sequence: 0,
      cells: {},
    })),
  );
  const change = schema.map((_, place) =>
    editedPlaces.includes(place) ? `CASE WHEN s${place} THEN v${place} ELSE c${place} END AS c${place}` : `c${place}`,
  );
  const fresh = schema.map((column, place) =>
    insertedPlaces.includes(place) ? `v${place} AS c${place}` : `NULL::${duckType(column)} AS c${place}`,
  );
  const positions = edited.map(({ position }) => position);
  const [first, last] = positions.reduce(
    ([least, most], position) => [Math.min(least, position), Math.max(most, position)],
    [Number.POSITIVE_INFINITY, -1],
  ) as [number, number];
  const old = positionedRows(schema, whole, Math.min(first, last + 1), last + 1);
  const query =
    `SELECT position, sequence, ${nullColumns(schema)} FROM gone_rows` +
    ` UNION ALL SELECT position, sequence, ${change.join(', ')} FROM (${old}) AS old JOIN edited_rows USING (position)` +
    ` UNION ALL SELECT position, sequence, ${fresh.join(', ')} FROM new_rows ORDER BY position, sequence`;
  const changes = `SELECT position, sequence, ${neutralNames(schema)} FROM (${query}) AS changes`;
  await connection.run(copyStatement(changes, path, schema.length));
}

/** The rows of a version after edits, in whole files of the staging folder. */
export async function editRows(
  job: JobContext,
  schema: SchemaColumn[],
  whole: readonly PartFile[],
  plan: EditPlan,
): Promise<PartFile[]> {
  const path = join(job.stagingFolder, 'edits.parquet');
  const files = whole.map((file) => file.path);
  await withRowDuck(job, schema.length, files, async (duck) => {
    const connection = await duck.connect();
    try {
      await writeEdits(connection, schema, whole, plan, path);
    } finally {
      connection.closeSync();
    }
  });
  return withRowDuck(job, schema.length, files, (duck) => layOver(job, duck, schema, whole, path));
}

/** Whole files with a row delta laid over them, as whole files again. */
export async function layOver(
  { stagingFolder, throwIfCanceled }: JobContext,
  duck: DuckDBInstance,
  schema: SchemaColumn[],
  whole: readonly PartFile[],
  path: string,
): Promise<PartFile[]> {
  const delta = { path, bytes: statSync(path).size, parts: whole.length - 1, removed: 0, inserted: 0 };
  const form = { schema, parts: [...whole], delta };
  const connection = await duck.connect();
  try {
    return await writeWhole({ connection, throwIfCanceled, progress: () => {} }, form, stagingFolder, 'edited');
  } finally {
    connection.closeSync();
  }
}
