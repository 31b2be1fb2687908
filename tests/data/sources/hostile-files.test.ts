import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { GalleyError } from '../../../engine/base/errors.ts';
import { importNew, importText, rowsOf } from '../../support/import-files.ts';
import { zipOf } from '../../support/make-zip.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const folder = join(import.meta.dirname, '..', '..', 'fixtures', 'formats');

function refusal(content: string | Uint8Array, name = 'file'): Promise<GalleyError> {
  return importText(content, name).then(
    () => {
      throw new Error('the file was taken');
    },
    (error: GalleyError) => error,
  );
}

const workbookParts = {
  '_rels/.rels':
    '<Relationships><Relationship Id="r1" Type="a/officeDocument" Target="xl/workbook.xml"/></Relationships>',
  'xl/workbook.xml': '<workbook><sheets><sheet name="A" sheetId="1" r:id="r1" xmlns:r="r"/></sheets></workbook>',
  'xl/_rels/workbook.xml.rels':
    '<Relationships><Relationship Id="r1" Type="a/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
};

function workbook(sheet: string | Buffer, parts: Record<string, string> = {}): Buffer {
  return zipOf({ ...workbookParts, 'xl/worksheets/sheet1.xml': sheet, ...parts });
}

const sheetOf = (rows: string) => `<worksheet><sheetData>${rows}</sheetData></worksheet>`;
const header = '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>';

test('the smallest workbook is read, with rows and cells that do not say where they are', async () => {
  const version = await importText(
    workbook(
      sheetOf('<row><c t="inlineStr"><is><t>a</t></is></c><c t="str"><v>b</v></c></row><row><c><v>1</v></c></row>'),
    ),
    'small.xlsx',
  );
  expect(await rowsOf(version)).toEqual([[1, null]]);
  expect(version.schema.map((column) => column.name)).toEqual(['a', 'b']);
});

test.for([
  [
    'a workbook whose XML declares entities',
    'data.corrupt_file',
    /document type/,
    () =>
      workbook(
        `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>${sheetOf(`${header}<row><c t="str"><v>&b;</v></c></row>`)}`,
      ),
  ],
  [
    'a workbook whose XML is cut off',
    'data.corrupt_file',
    /Unclosed|Unexpected/,
    () => workbook(`<worksheet><sheetData>${header}`),
  ],
  [
    'a workbook whose XML is not UTF-8',
    'data.corrupt_file',
    /not valid|invalid/i,
    () => workbook(Buffer.from('<worksheet>\xff</worksheet>', 'latin1')),
  ],
  [
    'names that lead out of the folder',
    'data.corrupt_file',
    /invalid relative path/,
    () => zipOf({ ...workbookParts, '../../etc/passwd': 'x' }),
  ],
  ['absolute names', 'data.corrupt_file', /absolute path/, () => zipOf({ ...workbookParts, '/etc/passwd': 'x' })],
  [
    'a cell outside the table',
    'data.ragged_rows',
    /column XFD/,
    () =>
      workbook(sheetOf(`${header}<row r="2"><c r="A2"><v>1</v></c></row><row r="3"><c r="XFD3"><v>1</v></c></row>`)),
  ],
  [
    'a header that is too wide',
    'data.too_many_columns',
    /10000 columns/,
    () =>
      workbook(
        sheetOf(
          '<row r="1"><c r="A1" t="str"><v>a</v></c><c r="XFD1" t="str"><v>b</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>',
        ),
      ),
  ],
  ['a zip archive of other files', 'data.binary_or_wrong_type', /unpack it/, () => zipOf({ 'a.csv': 'a\n1\n' })],
  [
    'an .ods spreadsheet',
    'data.binary_or_wrong_type',
    /OpenDocument/,
    () =>
      zipOf({
        mimetype: 'application/vnd.oasis.opendocument.spreadsheet',
        'content.xml': '<x/>',
        'META-INF/manifest.xml': '<x/>',
      }),
  ],
  ['an .xlsb workbook', 'data.binary_or_wrong_type', /xlsb/, () => zipOf({ 'xl/workbook.bin': 'x' })],
  [
    'a Word document',
    'data.binary_or_wrong_type',
    /Word/,
    () =>
      zipOf({
        '_rels/.rels':
          '<Relationships><Relationship Id="r1" Type="a/officeDocument" Target="word/document.xml"/></Relationships>',
        'word/document.xml': '<x/>',
      }),
  ],
  [
    'a tar archive in gzip',
    'data.binary_or_wrong_type',
    /tar archive/,
    () => {
      const tar = Buffer.alloc(1024);
      tar.write('a.csv');
      tar.write('ustar', 257);
      return gzipSync(tar);
    },
  ],
  ['gzip within gzip', 'data.binary_or_wrong_type', /packed twice/, () => gzipSync(gzipSync('a\n1\n'))],
  [
    'gzip that is cut off',
    'data.corrupt_file',
    /cut off/,
    () => gzipSync(randomBytes(10_000).toString('hex')).subarray(0, 5000),
  ],
  [
    'zstd that is cut off',
    'data.corrupt_file',
    /cut off/,
    () => zstdCompressSync(randomBytes(10_000).toString('hex')).subarray(0, 5000),
  ],
  ['a SQLite database', 'data.binary_or_wrong_type', /SQLite.*connect/, () => Buffer.from('SQLite format 3\0')],
  ['a PDF file', 'data.binary_or_wrong_type', /PDF/, () => Buffer.from('%PDF-1.7\n')],
  ['a picture', 'data.binary_or_wrong_type', /PNG/, () => Buffer.from('89504e470d0a1a0a', 'hex')],
  ['Feather version 1', 'data.binary_or_wrong_type', /version 1/, () => Buffer.from('FEA1....')],
] as const)('%s: %s', async ([, code, message, make]) => {
  const error = await refusal(make());
  expect({ code: error.code, message: error.message }).toEqual({ code, message: expect.stringMatching(message) });
});

/** The container of Office 97 with one name in its directory. */
function compoundFile(name: string): Buffer {
  const file = Buffer.alloc(2048);
  file.write('d0cf11e0a1b11ae1', 0, 'hex');
  file.writeUInt16LE(9, 30);
  file.writeUInt32LE(1, 48);
  file.write(name, 1024, 'utf16le');
  return file;
}

test('old workbooks and such with a password are told apart', async () => {
  expect(await refusal(compoundFile('Workbook'))).toMatchObject({
    code: 'data.binary_or_wrong_type',
    message: expect.stringMatching(/\.xls\)/),
  });
  expect(await refusal(compoundFile('EncryptedPackage'))).toMatchObject({ code: 'data.password_protected' });
});

test.for([
  ['[{"a": 1}, {"a": ', 'data.malformed_json', 1],
  ['[{"a": 1},\n {"a": 01}]', 'data.malformed_json', 2],
  ['{"a": 1}\n{"a": tru}\n', 'data.malformed_json', 2],
  ['{"a": 1}\n{"a": "x\ty"}\n', 'data.malformed_json', 2],
  ['{"a": 1}\n{"a": "\\ud800"}\n', 'data.malformed_json', 2],
  ['{"a": 1}\n{"a": 1, "a": 2}\n', 'data.duplicate_key', 2],
  ['{"a.b": 1}\n{"a.b": 1, "a": {"b": 2}}\n', 'data.duplicate_key', 2],
  ['{"a": 1}\n[1]\n', 'data.not_tabular', 2],
  ['[{"a": 1}, 5]', 'data.not_tabular', 1],
  ['[{"a": 1}] x', 'data.malformed_json', 1],
  ['{"a": [1, 2], "b": [1]}', 'data.not_tabular', undefined],
  ['{"a": [{"x": 1}], "b": [{"x": 1}]}', 'data.not_tabular', undefined],
  ['[]', 'data.no_rows', undefined],
  ['[{}]', 'data.no_rows', undefined],
] as const)('%s is refused: %s', async ([content, code, line]) => {
  const error = await refusal(content);
  expect(error.code).toBe(code);
  if (line !== undefined) expect(error.details.lines).toEqual([line]);
});

test('deep nesting is refused, however deep', async () => {
  expect((await refusal(`[{"a": ${'['.repeat(100_000)}`)).code).toBe('data.too_deep');
  expect((await refusal(`${'{"a":'.repeat(100_000)}`)).code).toBe('data.too_deep');
  expect((await refusal(`[${'['.repeat(100_000)}`)).code).toBe('data.not_tabular');
});

test('what stands in a JSON file is kept to the last digit', async () => {
  const version = await importText(
    '[{"i": 9223372036854775807, "f": 1e300, "big": 12345678901234567890, "s": "\\u00e9\\n\\u0000,\\"", "n": NaN},\n' +
      '{"i": -9007199254740993, "f": 0.1, "big": 1, "s": "", "n": -Infinity}]',
    'numbers.json',
  );
  expect(version.schema.map(({ type }) => type)).toEqual(['int64', 'float64', 'text', 'text', 'float64']);
  expect(await rowsOf(version)).toEqual([
    ['9223372036854775807', 1e300, '12345678901234567890', 'é\n\u0000,"', 'NaN'],
    ['-9007199254740993', 0.1, '1', '', '-Infinity'],
  ]);
});

test('a bomb is refused before it fills memory or disk', { timeout: 60_000 }, async () => {
  const zeros = Buffer.alloc(64 << 20, '0,0\n');
  const bomb = gzipSync(zeros, { level: 9 });
  const error = await refusal(Buffer.concat(Array.from({ length: 6 }, () => bomb)), 'bomb.csv.gz');
  expect(error.code).toBe('data.expands_too_much');
  const sheet = Buffer.alloc(300 << 20, ' ');
  const packed = deflateRawSync(sheet);
  const inZip = await refusal(
    zipOf(workbookParts, { 'xl/worksheets/sheet1.xml': { packed, bytes: sheet.length } }),
    'bomb.xlsx',
  );
  expect(inZip.code).toBe('data.expands_too_much');
});

test.for(['types.feather', 'types_lz4.feather', 'types.arrows', 'openpyxl.xlsx', 'records.json', 'small.csv.zst'])(
  'every beginning of %s is refused or read, and nothing else',
  async (name) => {
    const whole = readFileSync(join(folder, name));
    const path = join(temporaryFolder(), name);
    for (let share = 1; share < 8; share++) {
      writeFileSync(path, whole.subarray(0, Math.floor((whole.length * share) / 8)));
      const outcome = await importNew(path).catch((error: GalleyError) => error);
      if (outcome instanceof Error) expect((outcome as GalleyError).code).toMatch(/^data\./);
      else expect(name).toMatch(/\.arrows$/);
    }
  },
);
