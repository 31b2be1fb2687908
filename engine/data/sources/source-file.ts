import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { GalleyError } from '../../base/errors.ts';
import { oldOfficeFile, passwordProtected } from './old-office-file.ts';

/** What a file is by its first bytes, not by its name. */
export type SourceKind =
  | 'parquet'
  | 'arrow'
  | 'json'
  /** A zip archive: an Excel workbook, or something that is refused once it is opened. */
  | 'zip'
  | 'gzip'
  | 'zstd'
  | 'utf8'
  | 'utf16le'
  | 'utf16be';

export interface SourceFile {
  path: string;
  name: string;
  bytes: number;
  kind: SourceKind;
}

const headLength = 1024;

const readableFormats: readonly (readonly [signature: string, kind: SourceKind])[] = [
  ['504b0304', 'zip'],
  ['1f8b', 'gzip'],
  ['28b52ffd', 'zstd'],
  ['4152524f5731', 'arrow'],
  ['ffffffff', 'arrow'],
];

const asTable = 'save it as CSV, .xlsx or Parquet and add that';

const otherFormats: readonly (readonly [signature: string, format: string, advice: string])[] = [
  ['504b0506', 'an empty zip archive', 'choose another file'],
  ['377abcaf', 'a 7-Zip archive', 'unpack it and add the files in it'],
  ['52617221', 'a RAR archive', 'unpack it and add the files in it'],
  ['425a68', 'a bzip2 archive', 'unpack it and add the file in it'],
  ['fd377a585a00', 'an xz archive', 'unpack it and add the file in it'],
  ['25504446', 'a PDF file', 'copy its table and paste it, or save it as CSV'],
  ['7b5c727466', 'an RTF document', 'copy its table and paste it, or save it as CSV'],
  ['89504e47', 'a PNG picture', 'choose a file with a table'],
  ['ffd8ff', 'a JPEG picture', 'choose a file with a table'],
  ['474946383', 'a GIF picture', 'choose a file with a table'],
  ['53514c69746520666f726d6174', 'a SQLite database', 'connect to it to add one of its tables'],
  ['46454131', 'a Feather file of version 1', 'write it again as Feather version 2 or Parquet'],
  ['4f626a01', 'an Avro file', asTable],
  ['4f5243', 'an ORC file', asTable],
  ['894844460d0a1a0a', 'an HDF5 file', asTable],
  ['7f454c46', 'a program', 'choose a file with a table'],
  ['4d5a9000', 'a program', 'choose a file with a table'],
];

export function readPart(path: string, position: number, length: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(length);
    return buffer.subarray(0, readSync(file, buffer, 0, length, position));
  } finally {
    closeSync(file);
  }
}

function wrongType(name: string, what: string, advice: string): GalleyError {
  return new GalleyError('data.binary_or_wrong_type', `${name} is ${what}; ${advice}.`, {
    details: { file: name, is: what },
  });
}

function refuseOtherFormats(head: Buffer, name: string): void {
  const hex = head.toString('hex');
  const other = otherFormats.find(([signature]) => hex.startsWith(signature));
  if (other) throw wrongType(name, other[1], other[2]);
  if (head.subarray(257, 262).toString('latin1') === 'ustar') {
    throw wrongType(name, 'a tar archive', 'unpack it and add the files in it');
  }
  const text = headText(head);
  if (/^<(!doctype|html|head|body|table|\?xml|!--)/i.test(text)) {
    throw new GalleyError('data.not_tabular', `${name} is an HTML or XML page, not a table.`, {
      details: { file: name },
    });
  }
}

function headText(head: Buffer): string {
  return head
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
}

/** True where a text begins as JSON: an object with a name in quotes, or a list of objects, lists or texts. */
function isJson(head: Buffer): boolean {
  return /^(\{\s*["}]|\[\s*[{["\]])/.test(headText(head));
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
 * @throws GalleyError `data.file_not_found`, `data.empty_file`, `data.binary_or_wrong_type`, `data.password_protected`,
 * `data.not_tabular`, `data.corrupt_parquet`
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
  const hex = head.subarray(0, 8).toString('hex');
  const kind = readableFormats.find(([signature]) => hex.startsWith(signature))?.[1];
  if (kind) return { path, name, bytes, kind };
  const old = oldOfficeFile(path, head);
  if (old) {
    if (old === 'protected') throw passwordProtected(name);
    throw wrongType(name, old, 'save it as .xlsx or CSV and add that');
  }
  refuseOtherFormats(head, name);
  return { path, name, bytes, kind: isJson(head) ? 'json' : 'utf8' };
}

/** The first bytes of a file, for guessing its dialect. */
export function readHead(path: string, length: number): Buffer {
  return readPart(path, 0, length);
}
