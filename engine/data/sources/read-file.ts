import { join } from 'node:path';
import { GalleyError } from '../../base/errors.ts';
import type { ImportOptions } from '../../contract/import-options.ts';
import type { Problem } from '../../contract/values.ts';
import { type SchemaColumn, sameColumn } from '../schema.ts';
import { type CsvFile, readCsvFile } from './csv-file.ts';
import { loadCsv } from './csv-load.ts';
import { chooseType, mergeSeen, misfit, type SeenKinds, shortened } from './csv-types.ts';
import type { LoadAhead } from './load-ahead.ts';
import { loadParquet, type ParquetFile, readParquetFile } from './parquet-file.ts';
import type { ReadContext } from './read-context.ts';
import type { SourceFile } from './source-file.ts';

/** A file that was read and understood but not yet written as Parquet. */
export type ReadFile = ({ form: 'csv' } & CsvFile) | ({ form: 'parquet' } & ParquetFile);

/** Where rows came from. */
export interface Source {
  name: string;
  /** Of the source file's bytes, for DVC. */
  md5: string;
  bytes: number;
}

export interface ImportedPart {
  /** Path of the Parquet file. */
  file: string;
  rows: number;
  source: Source;
}

/**
 * Reads a CSV or Parquet file without writing it.
 * @param options how it is read; what is left out is found from the file
 * @throws GalleyError `data.*`
 */
export async function readFile(
  source: SourceFile,
  context: ReadContext,
  options: ImportOptions = {},
): Promise<ReadFile> {
  return source.kind === 'parquet'
    ? { form: 'parquet', ...(await readParquetFile(source, context)) }
    : { form: 'csv', ...(await readCsvFile(source, context, options)) };
}

function columnNames(file: ReadFile): string[] {
  return file.form === 'csv' ? file.dialect.names : file.schema.map((column) => column.name);
}

function changed(file: ReadFile, message: string, details: Record<string, unknown>): GalleyError {
  return new GalleyError('data.schema_changed', `${file.source.name}: ${message}`, {
    details: { file: file.source.name, ...details },
  });
}

/** Names in quotes, the first few of many. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => `"${name}"`);
  return names.length > 5 ? `${shown.join(', ')} and ${names.length - 5} more columns` : shown.join(', ');
}

/**
 * Checks that a file's rows can follow rows of a schema unchanged; columns may stand in another order.
 * @throws GalleyError `data.schema_changed`
 */
export function requireSchema(file: ReadFile, schema: readonly SchemaColumn[]): void {
  const names = columnNames(file);
  const missing = schema.filter((column) => !names.includes(column.name)).map((column) => column.name);
  const added = names.filter((name) => !schema.some((column) => column.name === name));
  if (missing.length > 0 || added.length > 0) {
    const lacks = missing.length > 0 ? `it lacks ${listed(missing)}` : '';
    const has = added.length > 0 ? `it has ${listed(added)} besides` : '';
    throw changed(file, [lacks, has].filter(Boolean).join('; ').concat('.'), { missing, added });
  }
  for (const column of schema) {
    const place = names.indexOf(column.name);
    if (file.form === 'parquet') {
      const found = file.schema[place];
      if (!sameColumn(column, found)) {
        throw changed(file, `column "${column.name}" is ${found?.type} where the version has ${column.type}.`, {
          column: column.name,
        });
      }
      continue;
    }
    const wrong = misfit(file.scan.seen[place] as SeenKinds, column.type);
    if (wrong) {
      throw changed(
        file,
        `line ${wrong.line} holds "${shortened(wrong.text)}" in column "${column.name}", which is ${column.type}.`,
        { column: column.name, lines: [wrong.line] },
      );
    }
  }
}

/** The schema that takes all files unchanged: of the first one where it is Parquet, else the narrowest for all CSVs. */
export function schemaOf(files: readonly ReadFile[]): { schema: SchemaColumn[]; warnings: Problem[] } {
  const first = files[0] as ReadFile;
  if (first.form === 'parquet') return { schema: first.schema, warnings: first.warnings };
  const csvFiles = files.filter((file) => file.form === 'csv');
  const warnings: Problem[] = csvFiles.flatMap((file) => file.dialect.warnings);
  const schema = first.dialect.names.map((name, place) => {
    const seen = csvFiles.reduce<SeenKinds>((merged, file) => {
      const found = file.scan.seen[file.dialect.names.indexOf(name)];
      return found ? mergeSeen(merged, found) : merged;
    }, first.scan.seen[place] as SeenKinds);
    const choice = chooseType(name, seen);
    warnings.push(...choice.warnings);
    return { name, type: choice.type };
  });
  return { schema, warnings };
}

/** Writes a file as `part-<index>.parquet` of the staging folder. */
export async function writePart(
  file: ReadFile,
  schema: readonly SchemaColumn[],
  index: number,
  context: ReadContext,
  ahead?: LoadAhead,
): Promise<ImportedPart> {
  const target = join(context.stagingFolder, `part-${index}.parquet`);
  const rows =
    file.form === 'csv'
      ? await loadCsv(file, schema, target, context, ahead)
      : await loadParquet(file, schema, target, context);
  const { name, bytes } = file.source;
  return { file: target, rows, source: { name, md5: file.md5, bytes } };
}
