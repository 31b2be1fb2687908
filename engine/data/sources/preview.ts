import { mkdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { FilePreview } from '../../contract/data-results.ts';
import type { ImportOptions } from '../../contract/import-options.ts';
import type { EngineContext } from '../../jobs/context.ts';
import { openDuck } from '../../store/duck.ts';
import { cellOf } from '../versions/views.ts';
import { changeWarnings } from './change-warnings.ts';
import { withFileColumn } from './file-column.ts';
import { effectiveOptions } from './found-options.ts';
import { writeHead } from './head-file.ts';
import type { ReadContext } from './read-context.ts';
import { fileChanges, fileQuery, readFile, readingOf } from './read-file.ts';
import type { ReadingHints } from './reading-rules.ts';
import { openSource, type SourceFile } from './source-file.ts';

const previewRows = 100;
/** Of formats that are not read in pieces so many rows are looked at. */
const headRows = 20 * previewRows;

/** A name for a dataset after a file's name. */
export function suggestedName(fileName: string): string {
  const name = fileName
    .replace(/\.(gz|zst)$/i, '')
    .replace(/\.(csv|tsv|txt|parquet|json|jsonl|ndjson|xlsx|xlsm|arrow|feather)$/i, '')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
    .slice(0, 64);
  return name === '' ? 'data' : name;
}

/** Whether a preview that may stop after its first rows has read all of a file. */
function isReadWhole({ kind }: SourceFile, rows: number): boolean {
  if (kind === 'gzip' || kind === 'zstd') return false;
  return kind === 'parquet' || kind === 'utf8' || kind === 'utf16le' || kind === 'utf16be' || rows < headRows;
}

/** How a preview reads. */
export interface PreviewOrder {
  options?: ImportOptions;
  hints?: ReadingHints;
}

/**
 * The first rows of a whole file as an import reads it: the same reader, so that they never disagree.
 * @throws GalleyError `data.*`
 */
export async function previewSource(
  source: SourceFile,
  context: ReadContext,
  { options = {}, hints = {} }: PreviewOrder,
): Promise<Omit<FilePreview, 'whole'>> {
  const file = await readFile(source, context, options, hints);
  const reading = await readingOf([file], context, options, hints);
  const { schema } = reading;
  const named = withFileColumn(schema, options, undefined);
  const found = await context.connection.runAndReadAll(`${fileQuery(file, reading)} LIMIT ${previewRows}`);
  const { counts } = await fileChanges(file, reading, context);
  return {
    suggestedName: suggestedName(source.name),
    columns: named.map(({ name, type }) => ({ name, type })),
    rows: found
      .getRowsJson()
      .map((row) => [
        ...row.map((value, index) => cellOf(schema[index]?.type ?? 'text', value)),
        ...(named.length > schema.length ? [source.name.normalize('NFC')] : []),
      ]),
    warnings: [...reading.warnings, ...changeWarnings(counts)],
    bytes: source.bytes,
    rowCount: file.form === 'csv' ? file.scan.rows : file.rows,
    changes: counts,
    ...effectiveOptions(file, reading, options),
    ...(file.form === 'cells' && file.sheet ? { sheets: file.sheet.all } : {}),
  };
}

/**
 * The first rows of a file, at once: of a large CSV file only the first megabyte is looked at, so later lines may widen a
 * type.
 * @throws GalleyError `data.*`
 */
export async function previewHead(
  context: EngineContext,
  path: string,
  order: PreviewOrder & { name?: string },
): Promise<FilePreview> {
  const folder = join(context.project.path, 'run', 'jobs', context.newId('job'));
  mkdirSync(folder, { recursive: true });
  try {
    const source = openSource(path, order.name ?? basename(path));
    const head = writeHead(source, folder, order.options);
    const duck = await openDuck({ allowed: [path, folder], temporaryFolder: folder });
    const connection = await duck.connect();
    try {
      const nothing = () => {};
      const read = {
        stagingFolder: folder,
        headRows,
        connection,
        progress: nothing,
        throwIfCanceled: nothing,
      };
      const preview = await previewSource(head ?? source, read, order);
      const isWhole = head === undefined && isReadWhole(source, preview.rowCount ?? 0);
      return { ...preview, bytes: source.bytes, rowCount: isWhole ? preview.rowCount : null, whole: isWhole };
    } finally {
      connection.closeSync();
      duck.closeSync();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
