import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { GalleyError } from '../../base/errors.ts';
import type { ImportOptions } from '../../contract/import-options.ts';
import { plainCopy } from './csv-copy.ts';
import { type CsvDialect, guessDialect } from './csv-dialect.ts';
import { type CsvScan, CsvScanner, nulError } from './csv-scan.ts';
import type { ReadContext } from './read-context.ts';
import { readHead, type SourceFile } from './source-file.ts';
import { stagingFile } from './staging-file.ts';
import { transcode } from './transcode.ts';
import { encodingError, Utf8Check } from './utf8.ts';

/** Columns that one table may have. */
const mostColumns = 10_000;
const headBytes = 1 << 20;
const chunkBytes = 1 << 20;
const byteOrderMark = '\uFEFF';

/** A CSV file that was read once from end to end and is ready for DuckDB. */
export interface CsvFile {
  source: SourceFile;
  /** The file itself, or a copy in plain UTF-8, line feeds and quotes. */
  readable: string;
  isCopy: boolean;
  /** Bytes before the first data record of `readable`, where it is no copy with plain quotes. */
  dataStart: number;
  dialect: CsvDialect;
  scan: CsvScan;
  /** Of the file's own bytes. */
  md5: string;
}

/** The dialect of a file in UTF-8, from its first megabyte, and the length of its byte order mark. */
export function dialectOf(
  path: string,
  bytes: number,
  name: string,
  options: ImportOptions = {},
): { dialect: CsvDialect; markBytes: number } {
  const head = readHead(path, headBytes);
  const text = head.toString('utf8');
  const marked = text.startsWith(byteOrderMark);
  const dialect = guessDialect(marked ? text.slice(1) : text, head.length === bytes, name, options);
  const markBytes = marked ? 3 : 0;
  const nul = head.subarray(0, markBytes + dialect.dataOffset).indexOf(0);
  if (nul >= 0) throw nulError(head.subarray(0, nul).toString('latin1').split('\n').length);
  if (dialect.names.length > mostColumns) {
    throw new GalleyError(
      'data.too_many_columns',
      `${name} has ${dialect.names.length} columns; Galley takes up to ${mostColumns}.`,
      { details: { columns: dialect.names.length, limit: mostColumns } },
    );
  }
  return { dialect, markBytes };
}

async function md5OfFile(path: string): Promise<string> {
  const hash = createHash('md5');
  for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Feeds every byte of a file to `visit`, with its place; yields to the event loop between chunks. */
async function readChunks(path: string, visit: (chunk: Buffer, position: number) => void): Promise<void> {
  const file = await open(path);
  try {
    const buffer = Buffer.alloc(chunkBytes);
    for (let position = 0; ; ) {
      const { bytesRead } = await file.read(buffer, 0, chunkBytes, position);
      if (bytesRead === 0) return;
      visit(buffer.subarray(0, bytesRead), position);
      position += bytesRead;
    }
  } finally {
    await file.close();
  }
}

/**
 * Reads a CSV file from end to end: which kinds of cell each column has, whether it is well formed, its md5.
 * @throws GalleyError with the line: `data.invalid_encoding`, and what CsvScanner and guessDialect throw
 */
export async function readCsvFile(
  source: SourceFile,
  context: ReadContext,
  options: ImportOptions = {},
): Promise<CsvFile> {
  const isUtf8 = source.kind === 'utf8';
  const path = isUtf8 ? source.path : stagingFile(context, 'utf8');
  const bytes = isUtf8 ? source.bytes : await transcode(source, path);
  const { dialect, markBytes } = dialectOf(path, bytes, source.name, options);
  const dataStart = markBytes + dialect.dataOffset;
  const md5 = createHash('md5');
  const utf8 = new Utf8Check();
  const scanner = new CsvScanner({
    delimiter: dialect.delimiter,
    columns: dialect.names.length,
    firstLine: dialect.dataLine,
  });
  let isText = true;
  await readChunks(path, (chunk, position) => {
    context.throwIfCanceled();
    md5.update(chunk);
    isText &&= utf8.feed(chunk, position + chunk.length === bytes);
    const skipped = Math.min(chunk.length, Math.max(0, dataStart - position));
    if (skipped < chunk.length) scanner.feed(chunk.subarray(skipped));
    context.progress('reading', position + chunk.length, bytes);
  });
  if (!isText) throw await encodingError(path, source.name);
  const scan = scanner.finish();
  if (scan.rows === 0) {
    throw new GalleyError('data.no_rows', `${source.name} has a header but no row.`, {
      details: { file: source.name },
    });
  }
  const sourceMd5 = isUtf8 ? md5.digest('hex') : await md5OfFile(source.path);
  const file = { source, readable: path, isCopy: !isUtf8, dataStart, dialect, scan, md5: sourceMd5 };
  if (!scan.irregular) return file;
  const copy = stagingFile(context, 'plain');
  await plainCopy(path, copy, dialect.delimiter, dataStart);
  return { ...file, readable: copy, isCopy: true };
}
