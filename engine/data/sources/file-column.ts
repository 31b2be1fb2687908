import { join } from 'node:path';
import { GalleyError } from '../../base/errors.ts';
import type { ImportOptions } from '../../contract/import-options.ts';
import { sqlName, sqlText } from '../../store/duck.ts';
import type { SchemaColumn } from '../schema.ts';
import { copyStatement } from './csv-load.ts';
import { type ReadContext, runWatched } from './read-context.ts';
import type { ImportedPart } from './read-file.ts';
import { isReservedName } from './unique-names.ts';

function fault(name: string, message: string): GalleyError {
  return new GalleyError('data.invalid_options', message, { details: { fileColumn: name } });
}

/**
 * The columns of a version that its files must have themselves: all but the one with the names of the files.
 * @throws GalleyError `data.invalid_options` where the version has no such column of texts
 */
export function withoutFileColumn(
  schema: SchemaColumn[] | undefined,
  { fileColumn }: ImportOptions,
): SchemaColumn[] | undefined {
  if (fileColumn === undefined || schema === undefined) return schema;
  if (!schema.some(({ name, type }) => name === fileColumn && type === 'text')) {
    throw fault(
      fileColumn,
      `The version that rows are added to has no column of texts "${fileColumn}" for names of files.`,
    );
  }
  return schema.filter(({ name }) => name !== fileColumn);
}

/**
 * The schema of files with the column that names them: where the version before has it, else at the end.
 * @throws GalleyError `data.invalid_options` where a file has that column itself, or the name cannot be one
 */
export function withFileColumn(
  schema: SchemaColumn[],
  { fileColumn }: ImportOptions,
  before: SchemaColumn[] | undefined,
): SchemaColumn[] {
  if (fileColumn === undefined) return schema;
  const isTaken = schema.some(({ name }) => name.toLowerCase() === fileColumn.toLowerCase());
  if (isTaken) throw fault(fileColumn, `The files have a column "${fileColumn}" already; choose another name.`);
  if (fileColumn.trim() !== fileColumn || fileColumn.includes('\0') || isReservedName(fileColumn)) {
    throw fault(fileColumn, `${JSON.stringify(fileColumn)} cannot be the name of a column; choose another one.`);
  }
  return before ?? [...schema, { name: fileColumn, type: 'text' }];
}

/** Writes a part again with the name of its file in every row. */
export async function nameFile(
  part: ImportedPart,
  schema: readonly SchemaColumn[],
  index: number,
  { fileColumn }: ImportOptions,
  context: ReadContext,
): Promise<ImportedPart> {
  if (fileColumn === undefined) return part;
  const file = join(context.stagingFolder, `named-part-${index}.parquet`);
  const name = sqlText(part.source.name.normalize('NFC'));
  const selects = schema.map((column) => (column.name === fileColumn ? `${name} AS ` : '') + sqlName(column.name));
  const query = `SELECT ${selects.join(', ')} FROM read_parquet(${sqlText(part.file)})`;
  await runWatched(context, copyStatement(query, file, schema.length), 'loading');
  return { ...part, file };
}
