import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { GalleyError } from '../../engine/base/errors.ts';
import { importNew, importText } from '../support/import-files.ts';
import { writeBySql } from '../support/tables.ts';
import { temporaryFolder } from '../support/temporary.ts';

async function refusal(content: string | Uint8Array, name?: string): Promise<GalleyError> {
  return importText(content, name).then(
    () => {
      throw new Error('the file was taken');
    },
    (error: GalleyError) => error,
  );
}

const manyRows = Array.from({ length: 200_000 }, (_, index) => `${index},plain text`);

test.for([
  ['an empty file', '', 'data.empty_file'],
  ['blank lines only', '\n\n  \n', 'data.empty_file'],
  ['a header only', 'a,b,c\n', 'data.no_rows'],
  ['a header and blank lines', 'a,b,c\n\n\n', 'data.no_rows'],
  ['a web page', '<!DOCTYPE html>\n<html><body>Not found</body></html>', 'data.not_tabular'],
  ['JSON without rows', '[[1, 2], [3, 4]]', 'data.not_tabular'],
  ['the beginning of a workbook', Buffer.from('504b030414000600', 'hex'), 'data.corrupt_file'],
  ['the beginning of a gzip file', Buffer.from('1f8b0800000000000003', 'hex'), 'data.corrupt_file'],
  ['NUL bytes', 'a,b\n1,x\u0000y\n', 'data.binary_or_nul'],
  ['NUL bytes in the header', 'a\u0000,b\n1,2\n', 'data.binary_or_nul'],
] as const)('%s is refused', async ([, content, code]) => {
  const error = await refusal(content);
  expect(error.code).toBe(code);
  expect(error.kind).toBe('invalid');
  expect(error.hint).not.toBe('');
});

test.for([
  ['too many cells', 'a,b\n1,2\n3,4,5\n6,7,8,9\n', 'data.ragged_rows', [3, 4]],
  ['too many cells after a quoted line break', 'a,b\n"1\n2",3\n4,5,6\n', 'data.ragged_rows', [4]],
  ['an open quote', 'a,b\n1,2\n3,"x\n4,5\n', 'data.unterminated_quote', [3]],
  ['an open quote in the header', 'a,"b\n1,2\n', 'data.unterminated_quote', [1]],
  ['text after a quote', 'a,b\n1,"x" y\n', 'data.malformed_quote', [2]],
  ['damaged UTF-8', Buffer.from('612c620ac3a92c630ac3b82ce90ac3a62c640a', 'hex'), 'data.invalid_encoding', [3]],
  ['neither UTF-8 nor Windows-1252', Buffer.from('612c620a312c630a322c810a', 'hex'), 'data.invalid_encoding', [3]],
] as const)('%s is refused with its line', async ([, content, code, lines]) => {
  const error = await refusal(content);
  expect(error.code).toBe(code);
  expect(error.details.lines).toEqual(lines);
  expect(error.message).toContain(`ine ${lines[0]}`);
});

test('what is wrong late in a large file is found, too, with its line', async () => {
  const ragged = await refusal(['a,b', ...manyRows, '1,2,3'].join('\n'));
  expect([ragged.code, ragged.details.lines]).toEqual(['data.ragged_rows', [200_002]]);
  const wrong = await refusal(Buffer.concat([Buffer.from(['a,b', ...manyRows, '1,'].join('\n')), Buffer.from([0x81])]));
  expect([wrong.code, wrong.details.lines]).toEqual(['data.invalid_encoding', [200_002]]);
});

test('a file that is not there is refused', async () => {
  await expect(importNew(join(temporaryFolder(), 'none.csv'))).rejects.toMatchObject({
    code: 'data.file_not_found',
    kind: 'not_found',
  });
});

test('a Parquet file that was cut off is refused, whatever its name', async () => {
  const whole = await writeBySql('SELECT i FROM range(10) AS numbers(i)', 'parquet');
  const bytes = readFileSync(whole);
  expect((await refusal(bytes.subarray(0, bytes.length - 20), 'cut.parquet')).code).toBe('data.corrupt_parquet');
  expect((await refusal(bytes.subarray(0, 100), 'cut.csv')).code).toBe('data.corrupt_parquet');
  const broken = Buffer.from(bytes);
  broken.fill(7, bytes.length - 150, bytes.length - 8);
  expect((await refusal(broken, 'broken.parquet')).code).toBe('data.corrupt_parquet');
  expect((await refusal('a,b\n1,2\n', 'named.parquet')).code).toBe('data.corrupt_parquet');
});

test('Parquet columns of types that cannot be held are refused by name', async () => {
  const path = await writeBySql('SELECT 1 AS a, [1, 2] AS many', 'parquet');
  await expect(importNew(path)).rejects.toMatchObject({
    code: 'data.unsupported_type',
    details: { column: 'many', type: 'INTEGER[]' },
  });
  const empty = await writeBySql('SELECT 1 AS a WHERE false', 'parquet');
  await expect(importNew(empty)).rejects.toMatchObject({ code: 'data.no_rows' });
});

test('more columns than Galley takes are refused with the limit', async () => {
  const names = Array.from({ length: 10_001 }, (_, index) => `c${index}`);
  const error = await refusal(`${names.join(',')}\n${names.map(() => '1').join(',')}\n`);
  expect(error).toMatchObject({ code: 'data.too_many_columns', details: { limit: 10_000, columns: 10_001 } });
});

test('odd but readable files are read', async () => {
  const mixed = await importText('a,b\r\n1,x\n2,y\r\n');
  expect(mixed.rows).toBe(2);
  const spaced = await importText('a,b\n1, "x, y"\n2,  "z"\n');
  expect([spaced.rows, spaced.schema.map((column) => column.type)]).toEqual([2, ['int64', 'text']]);
  const utf16 = await importText(Buffer.from('\ufeffa,b\n1,ø\n', 'utf16le'));
  expect(utf16.rows).toBe(1);
  const path = join(temporaryFolder(), "it's a file; DROP.csv");
  writeFileSync(path, 'a,b\n1,2\n');
  expect((await importNew(path)).rows).toBe(1);
});
