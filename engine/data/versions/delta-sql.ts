import { sqlName, sqlText } from '../../store/duck.ts';
import { duckType, type SchemaColumn } from '../schema.ts';
import type { PartFile } from './leaf-reader.ts';
import { rowsOf } from './stored-form.ts';

/** SQL over files of rows and over row deltas. Data columns are `c0`, `c1`, … in it, so that no name of a user is in the way. */

/** `c0, c1, …`, with something before each. */
export function neutralNames(schema: readonly SchemaColumn[], prefix = ''): string {
  return schema.map((_, place) => `${prefix}c${place}`).join(', ');
}

/** Neutral columns under their own names again. */
export function ownNames(schema: readonly SchemaColumn[]): string {
  return schema.map((column, place) => `c${place} AS ${sqlName(column.name)}`).join(', ');
}

/** Rows [from, to) of files that follow each other: `position`, which counts from 0, and the data columns. */
export function positionedRows(
  schema: readonly SchemaColumn[],
  files: readonly PartFile[],
  from = 0,
  to = rowsOf(files),
): string {
  const columns = schema.map((column, place) => `${sqlName(column.name)} AS c${place}`).join(', ');
  const selects: string[] = [];
  let start = 0;
  for (const { path, rows } of files) {
    const first = Math.max(from, start) - start;
    const last = Math.min(to, start + rows) - start - 1;
    if (first <= last) {
      selects.push(
        `SELECT file_row_number + ${start} AS position, ${columns} FROM read_parquet(${sqlText(path)})` +
          ` WHERE file_row_number BETWEEN ${first} AND ${last}`,
      );
    }
    start += rows;
  }
  return selects.length > 0 ? selects.join(' UNION ALL ') : `${emptyRows(schema)} WHERE false`;
}

function emptyRows(schema: readonly SchemaColumn[]): string {
  return `SELECT 0::BIGINT AS position, ${nullColumns(schema)}`;
}

/** A missing value of every data column. */
export function nullColumns(schema: readonly SchemaColumn[]): string {
  return schema.map((column, place) => `NULL::${duckType(column)} AS c${place}`).join(', ');
}

/**
 * Rows of the positions [from, to) of files with a delta laid over them, in their order: the data columns. What is
 * inserted before `to` belongs to the range that begins there; after the last row it is `to` = rows + 1 that has it.
 */
export function mergedRows(
  schema: readonly SchemaColumn[],
  files: readonly PartFile[],
  deltaPath: string,
  from: number,
  to: number,
): string {
  const delta = `read_parquet(${sqlText(deltaPath)})`;
  const range = `position >= ${from} AND position < ${to}`;
  const names = neutralNames(schema);
  return (
    `SELECT ${names} FROM (` +
    `SELECT position, 2147483647 AS sequence, ${names} FROM (${positionedRows(schema, files, from, to)}) AS old` +
    ` ANTI JOIN (SELECT position FROM ${delta} WHERE sequence = 0 AND ${range}) AS gone USING (position)` +
    ` UNION ALL SELECT position, sequence, ${names} FROM ${delta} WHERE sequence > 0 AND ${range}` +
    ') AS both_kinds ORDER BY position, sequence'
  );
}
