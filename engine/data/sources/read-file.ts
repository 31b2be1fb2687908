import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GalleyError } from '../../base/errors.ts';
import type { ImportOptions } from '../../contract/import-options.ts';
import type { Problem } from '../../contract/values.ts';
import { type SchemaColumn, sameColumn } from '../schema.ts';
import { type CellReading, type CellsFile, cellReadings, cellsQuery, cellsTable, loadCells } from './cells-file.ts';
import { unpack, unpackedName } from './compression.ts';
import { type CsvFile, readCsvFile } from './csv-file.ts';
import { columnReadings, csvQuery, csvTable, loadCsv } from './csv-load.ts';
import { type SeenColumns, schemaOfScan } from './csv-schema.ts';
import { mergeSeen, misfit, type SeenKinds, shownCell, typeWords } from './csv-types.ts';
import { fractionDigits } from './decimal-digits.ts';
import { changesOf, type FileChanges } from './file-changes.ts';
import { wholeRecords } from './head-file.ts';
import type { LoadAhead } from './load-ahead.ts';
import { md5Of } from './md5.ts';
import { loadParquet, type ParquetFile, parquetQuery, readParquetFile } from './parquet-file.ts';
import type { ReadContext } from './read-context.ts';
import { type ReadingHints, type ReadingRules, rulesFor } from './reading-rules.ts';
import { openSource, readHead, type SourceFile } from './source-file.ts';
import { stagingFile } from './staging-file.ts';

const packedHeadBytes = 1 << 20;

/** A file that was read and understood but not yet written as Parquet. */
export type ReadFile =
  | ({ form: 'csv' } & CsvFile)
  | ({ form: 'cells' } & CellsFile)
  | ({ form: 'parquet' } & ParquetFile);

export type UntypedFile = Exclude<ReadFile, { form: 'parquet' }>;

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
  /** Bytes of its longest row as text, where that is known. */
  longestRow?: number;
  source: Source;
  changes: FileChanges;
}

/**
 * Reads a file of any form without writing it as a part: what it is, its bytes say.
 * @param options how it is read; what is left out is found from the file
 * @param hints what earlier files of the dataset showed, for cells that prove nothing by themselves
 * @throws GalleyError `data.*`
 */
export async function readFile(
  source: SourceFile,
  context: ReadContext,
  options: ImportOptions = {},
  hints: ReadingHints = {},
): Promise<ReadFile> {
  switch (source.kind) {
    case 'parquet':
      return { form: 'parquet', ...(await readParquetFile(source, context)) };
    case 'arrow': {
      const { readArrowFile } = await import('./arrow/arrow-file.ts');
      return { form: 'parquet', ...(await readArrowFile(source, context)) };
    }
    case 'json': {
      const { readJsonFile } = await import('./json/json-file.ts');
      return { form: 'cells', ...(await readJsonFile(source, context, options)) };
    }
    case 'zip': {
      const { readXlsxFile } = await import('./xlsx/xlsx-file.ts');
      return { form: 'cells', ...(await readXlsxFile(source, context, options)) };
    }
    case 'gzip':
    case 'zstd':
      return await readPackedFile(source, context, options, hints);
    default:
      return { form: 'csv', ...(await readCsvFile(source, context, options, hints)) };
  }
}

/** The unpacked file; for a preview of text only its first whole records. */
async function unpackedSource(source: SourceFile, context: ReadContext, options: ImportOptions): Promise<SourceFile> {
  const name = unpackedName(source.name);
  if (context.headRows !== undefined) {
    const head = await unpack(source, context, packedHeadBytes);
    const inner = openSource(head.path, name);
    if (head.isWhole) return inner;
    if (inner.kind === 'utf8') {
      await writeFile(head.path, wholeRecords(readHead(head.path, packedHeadBytes), options));
      return openSource(head.path, name);
    }
  }
  return openSource((await unpack(source, context)).path, name);
}

/** Reads what is in a gzip or zstd file; name, size and md5 stay those of the packed file. */
async function readPackedFile(
  source: SourceFile,
  context: ReadContext,
  options: ImportOptions,
  hints: ReadingHints,
): Promise<ReadFile> {
  const inner = await unpackedSource(source, context, options);
  if (inner.kind === 'gzip' || inner.kind === 'zstd') {
    throw new GalleyError('data.binary_or_wrong_type', `${source.name} is packed twice; unpack it once and add that.`, {
      details: { file: source.name },
    });
  }
  const file = await readFile(inner, context, options, hints);
  return { ...file, source, md5: await md5Of(source.path, context, source.bytes) };
}

function columnNames(file: ReadFile): string[] {
  switch (file.form) {
    case 'csv':
      return file.dialect.names;
    case 'cells':
      return file.names;
    case 'parquet':
      return file.schema.map((column) => column.name);
  }
}

/** What each column of a file without types of its own holds. */
function seenOf(file: UntypedFile): readonly SeenKinds[] {
  return file.form === 'csv' ? file.scan.seen : file.seen;
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
export async function requireSchema(
  file: ReadFile,
  reading: Pick<Reading, 'schema' | 'rules'>,
  context: ReadContext,
): Promise<void> {
  const { schema, rules } = reading;
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
        const types = [found?.type ?? 'text', column.type].map((type) => typeWords[type]);
        throw changed(file, `column "${column.name}" is ${types[0]} where the version has ${types[1]}.`, {
          column: column.name,
        });
      }
      continue;
    }
    const wrong = misfit(column.name, seenOf(file)[place] as SeenKinds, column.type, rules);
    if (wrong) {
      throw changed(
        file,
        `${unitOf(file)} ${wrong.line} holds "${shownCell(column.name, wrong, rules)}" in column "${column.name}", which is ${typeWords[column.type]}.`,
        { column: column.name, lines: [wrong.line] },
      );
    }
  }
  if (file.form !== 'parquet') await requireScales(file, reading, context);
}

/** What the columns of the first file hold in all files. */
function seenTogether(files: readonly UntypedFile[]): SeenColumns {
  const [first, ...others] = files;
  if (first === undefined) return { names: [], seen: [], unit: 'line' };
  const places = others.map((file) => new Map(columnNames(file).map((name, place) => [name, place])));
  const names = columnNames(first);
  const seen = names.map((name, place) =>
    others.reduce<SeenKinds>((merged, file, index) => {
      const found = seenOf(file)[places[index]?.get(name) ?? -1];
      return found ? mergeSeen(merged, found) : merged;
    }, seenOf(first)[place] as SeenKinds),
  );
  return { names, seen, unit: unitOf(first) };
}

/** What a place in the file is called. */
function unitOf(file: UntypedFile): 'line' | 'row' {
  return file.form === 'cells' ? file.unit : 'line';
}

/** Gives the decimals of a schema as many digits after the point as the files have. */
async function withScales(
  schema: readonly SchemaColumn[],
  files: readonly UntypedFile[],
  rules: ReadingRules,
  context: ReadContext,
): Promise<SchemaColumn[]> {
  const scaled: SchemaColumn[] = [];
  for (const column of schema) {
    let scale = 0;
    if (column.type === 'decimal')
      for (const file of files)
        scale = Math.max(scale, (await fractionDigits(file, column.name, rules, context)).written);
    scaled.push(column.type === 'decimal' ? { ...column, scale } : column);
  }
  return scaled;
}

/** Decimals of a version that is there keep their digits: more of them would be cut off. */
async function requireScales(
  file: UntypedFile,
  { schema, rules }: Pick<Reading, 'schema' | 'rules'>,
  context: ReadContext,
): Promise<void> {
  for (const { name, type, scale = 0 } of schema) {
    if (type !== 'decimal') continue;
    const { needed } = await fractionDigits(file, name, rules, context);
    if (needed <= scale) continue;
    throw changed(file, `column "${name}" has ${needed} digits after the point where the version has ${scale}.`, {
      column: name,
    });
  }
}

/** Types that were asked for and that a file with types of its own does not have. */
function idleTypes({ schema, source }: ParquetFile, { types = {} }: ImportOptions): Problem[] {
  return schema.flatMap(({ name, type }) =>
    Object.hasOwn(types, name) && types[name] !== type
      ? [
          {
            code: 'data.own_types',
            message: `${source.name} has types of its own: column "${name}" stays ${typeWords[type]}. A cleaning step can change it.`,
            column: name,
          },
        ]
      : [],
  );
}

/** How some files are read together. */
export interface Reading {
  schema: SchemaColumn[];
  rules: ReadingRules;
  warnings: Problem[];
}

/**
 * How files are read under one schema: the given one, else that of the first file that has types of its own (Parquet,
 * Arrow) in the order of the first file, else the narrowest for all.
 * @throws GalleyError `data.unknown_column`, `data.type_misfit` for types that were asked for
 */
export async function readingOf(
  files: readonly ReadFile[],
  context: ReadContext,
  options: ImportOptions = {},
  hints: ReadingHints = {},
  given?: SchemaColumn[],
): Promise<Reading> {
  const untyped = files.filter((file) => file.form !== 'parquet');
  const columns = seenTogether(untyped);
  const decimal = (untyped.find((file) => file.form === 'csv') ?? untyped[0])?.decimal ?? '.';
  const rules = rulesFor(columns.seen, decimal, options, hints);
  const typed = files.find((file) => file.form === 'parquet');
  const warnings = [...files.flatMap((file) => file.warnings), ...(typed ? idleTypes(typed, options) : [])];
  if (given) return { schema: given, rules, warnings };
  if (typed === undefined) {
    const chosen = schemaOfScan(columns, rules, options);
    const schema = await withScales(chosen.schema, untyped, rules, context);
    return { schema, rules, warnings: [...warnings, ...chosen.warnings] };
  }
  const order = columnNames(files[0] as ReadFile);
  const ordered = order.map((name) => typed.schema.find((column) => column.name === name));
  const isWhole = ordered.length === typed.schema.length && ordered.every((column) => column !== undefined);
  return { schema: isWhole ? (ordered as SchemaColumn[]) : typed.schema, rules, warnings };
}

/** SQL that reads a file with the columns, types and order of a schema that fits it. */
export function fileQuery(file: ReadFile, { schema, rules }: Pick<Reading, 'schema' | 'rules'>): string {
  switch (file.form) {
    case 'csv':
      return csvQuery(file, schema, rules);
    case 'cells':
      return cellsQuery(file, schema, rules);
    case 'parquet':
      return parquetQuery(file, schema);
  }
}

/** What reading a file changes of it. */
export async function fileChanges(file: ReadFile, reading: Reading, context: ReadContext): Promise<FileChanges> {
  if (file.form === 'parquet') return { counts: [] };
  const { schema, rules } = reading;
  const fileName = file.source.name;
  if (file.form === 'csv') {
    const { log } = file;
    const readings = columnReadings(file, schema, rules);
    const target = `${log.path}.parquet`;
    return changesOf({ fileName, table: csvTable(file), readings, lines: file.scan.lines, log, target }, context);
  }
  const table = cellsTable(file.readable, new Array<string>(file.width).fill('VARCHAR'), file.longestRow);
  const readings = cellReadings(file, schema, rules).flat() as CellReading[];
  const target = stagingFile(context, 'changes.parquet');
  return changesOf({ fileName, table, readings, lines: file.lines, target }, context);
}

/** Writes a file as `part-<index>.parquet` of the staging folder. */
export async function writePart(
  file: ReadFile,
  reading: Reading,
  index: number,
  context: ReadContext,
  ahead?: LoadAhead,
): Promise<ImportedPart> {
  const target = join(context.stagingFolder, `part-${index}.parquet`);
  const { schema, rules } = reading;
  const rows =
    file.form === 'csv'
      ? await loadCsv(file, schema, rules, target, context, ahead)
      : file.form === 'cells'
        ? await loadCells(file, schema, rules, target, context)
        : await loadParquet(file, schema, target, context);
  const changes = await fileChanges(file, reading, context);
  const { name, bytes } = file.source;
  const longestRow = file.form === 'csv' ? { longestRow: file.scan.longestRecord } : {};
  return { file: target, rows, ...longestRow, source: { name, md5: file.md5, bytes }, changes };
}
