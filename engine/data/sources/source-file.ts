import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { GalleyError } from '../../base/errors.ts';

/** What a file is by its first bytes, not by its name. */
export type SourceKind = 'parquet' | 'utf8' | 'utf16le' | 'utf16be';

export interface SourceFile {
  path: string;
  name: string;
  bytes: number;
  kind: SourceKind;
}

const headLength = 1024;

const binaryFormats: readonly (readonly [signature: string, format: string])[] = [
  ['504b0304', 'a zip archive or an Excel workbook (xlsx)'],
  ['d0cf11e0', 'an old Excel or Word file'],
  ['1f8b', 'a gzip archive'],
  ['28b52ffd', 'a zstd archive'],
  ['377abcaf', 'a 7-Zip archive'],
  ['25504446', 'a PDF file'],
  ['89504e47', 'a PNG picture'],
  ['ffd8ff', 'a JPEG picture'],
  ['53514c69746520666f726d6174', 'a SQLite database'],
  ['4152524f5731', 'an Arrow file'],
  ['7f454c46', 'a program'],
];

function readPart(path: string, position: number, length: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(length);
    return buffer.subarray(0, readSync(file, buffer, 0, length, position));
  } finally {
    closeSync(file);
  }
}

function refuseOtherFormats(head: Buffer, name: string): void {
  const hex = head.toString('hex');
  const binary = binaryFormats.find(([signature]) => hex.startsWith(signature));
  if (binary) {
    throw new GalleyError('data.binary_or_wrong_type', `${name} is ${binary[1]}, not a CSV or Parquet file.`, {
      details: { file: name },
    });
  }
  const text = head
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  const other = /^<(!doctype|html|head|body|table|\?xml|!--)/i.test(text)
    ? 'an HTML or XML page'
    : /^(\{\s*"|\[\s*[{[])/.test(text)
      ? 'JSON'
      : undefined;
  if (other) {
    throw new GalleyError('data.not_tabular', `${name} is ${other}, not a table.`, { details: { file: name } });
  }
}

function isParquet(path: string, bytes: number, head: Buffer, name: string): boolean {
  const begins = head.subarray(0, 4).toString('latin1') === 'PAR1';
  if (!begins && !/\.parquet$/i.test(name)) return false;
  const ends = bytes >= 12 && readPart(path, bytes - 4, 4).toString('latin1') === 'PAR1';
  if (begins && ends) return true;
  throw new GalleyError(
    'data.corrupt_parquet',
    `${name} is not a whole Parquet file; perhaps its download was cut off.`,
    {
      details: { file: name },
    },
  );
}

/**
 * Looks at the first bytes of a file.
 * @throws GalleyError `data.file_not_found`, `data.empty_file`, `data.binary_or_wrong_type`, `data.not_tabular`,
 * `data.corrupt_parquet`
 */
export function openSource(path: string, name = basename(path)): SourceFile {
  if (!existsSync(path) || !statSync(path).isFile()) {
    throw new GalleyError('data.file_not_found', `There is no file ${path}.`, { details: { path } });
  }
  const bytes = statSync(path).size;
  if (bytes === 0) throw new GalleyError('data.empty_file', `${name} is empty.`, { details: { file: name } });
  const head = readPart(path, 0, headLength);
  if (isParquet(path, bytes, head, name)) return { path, name, bytes, kind: 'parquet' };
  const mark = head.length < 2 ? 0 : head.readUInt16BE(0);
  if (mark === 0xfffe) return { path, name, bytes, kind: 'utf16le' };
  if (mark === 0xfeff) return { path, name, bytes, kind: 'utf16be' };
  refuseOtherFormats(head, name);
  return { path, name, bytes, kind: 'utf8' };
}

/** The first bytes of a file, for guessing its dialect. */
export function readHead(path: string, length: number): Buffer {
  return readPart(path, 0, length);
}
