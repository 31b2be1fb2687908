import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ImportOptions } from '../../../engine/contract/import-options.ts';
import type { ImportedVersion } from '../../../engine/data/versions/import-job.ts';
import { importHere, importText, rowsOf } from '../../support/import-files.ts';
import { zipOf } from '../../support/make-zip.ts';
import { rowsOfParquet } from '../../support/tables.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const typesOf = ({ schema }: ImportedVersion) =>
  schema.map(({ type, scale }) => (scale === undefined ? type : `${type} ${scale}`));
const changesOf = ({ parts }: ImportedVersion) =>
  parts.flatMap(({ changes }) => changes.counts.map(({ column, kind, lines }) => [column, kind, ...lines]));

/** A workbook of one sheet; texts in quotes, numbers as they are, empty cells left out. */
function workbook(rows: string[][]): Buffer {
  const cell = (text: string, column: number, row: number) => {
    const reference = `r="${String.fromCharCode(65 + column)}${row + 1}"`;
    if (text === '') return '';
    return text.startsWith('"')
      ? `<c ${reference} t="inlineStr"><is><t>${text.slice(1, -1)}</t></is></c>`
      : `<c ${reference}><v>${text}</v></c>`;
  };
  const body = rows.map(
    (cells, row) => `<row r="${row + 1}">${cells.map((text, at) => cell(text, at, row)).join('')}</row>`,
  );
  return zipOf({
    '_rels/.rels':
      '<Relationships><Relationship Id="r1" Type="a/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    'xl/workbook.xml': '<workbook><sheets><sheet name="A" sheetId="1" r:id="r1" xmlns:r="r"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels':
      '<Relationships><Relationship Id="r1" Type="a/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${body.join('')}</sheetData></worksheet>`,
  });
}

test.for<[string, unknown[], ImportOptions, string[], unknown[][]]>([
  [
    'numbers in texts',
    [{ a: '12.50' }, { a: 3 }, { a: null }],
    { types: { a: 'float64' } },
    ['float64'],
    [[12.5], [3], [null]],
  ],
  ['whole numbers in texts', [{ a: ' 7 ' }, { a: '8' }], { types: { a: 'int64' } }, ['int64'], [[7], [8]]],
  [
    'decimals of texts and numbers',
    [{ a: '12.50' }, { a: 3 }, { a: '0.125' }],
    { types: { a: 'decimal' } },
    ['decimal 3'],
    [['12.500'], ['3.000'], ['0.125']],
  ],
  [
    'whole numbers beyond int64',
    [{ a: '123456789012345678901234' }, { a: 1 }],
    { types: { a: 'decimal' } },
    ['decimal 0'],
    [['123456789012345678901234'], ['1']],
  ],
  [
    'a decimal comma in texts beside numbers with a point',
    [{ a: '1.234,5' }, { a: 1.5 }, { a: '2,25' }],
    { types: { a: 'float64' }, decimal: ',' },
    ['float64'],
    [[1234.5], [1.5], [2.25]],
  ],
  [
    'dates and truth in texts',
    [
      { a: '31/01/2024', b: 'yes' },
      { a: '2/02/2024', b: 'no' },
    ],
    { types: { a: 'date', b: 'boolean' } },
    ['date', 'boolean'],
    [
      ['2024-01-31', true],
      ['2024-02-02', false],
    ],
  ],
  ['digits as texts', [{ a: 1.0 }, { a: 20 }], { types: { a: 'text' } }, ['text'], [['1'], ['20']]],
  [
    'given words for missing values, in texts, too',
    [
      { a: 1, b: 'x' },
      { a: 'n.a.', b: 'n.a.' },
    ],
    { missing: ['n.a.'] },
    ['int64', 'text'],
    [
      [1, 'x'],
      [null, null],
    ],
  ],
  ['no words for missing values', [{ a: 1 }, { a: 'NA' }], { missing: [] }, ['text'], [['1'], ['NA']]],
  [
    'words for missing values among numbers',
    [{ a: 1 }, { a: 'N/A' }, { a: 'null' }],
    {},
    ['int64'],
    [[1], [null], [null]],
  ],
  ['words for missing values among texts', [{ a: 'x' }, { a: 'NA' }], {}, ['text'], [['x'], ['NA']]],
])('JSON: %s', async ([, rows, options, types, expected]) => {
  const version = await importText(JSON.stringify(rows), 'table.json', options);
  expect(typesOf(version)).toEqual(types);
  expect(await rowsOf(version)).toEqual(expected);
});

test('what becomes of texts of JSON is counted with its line and written down', async () => {
  const lines = [
    '{"a": "1.5", "b": "yes", "c": "2024-01-01T10:00:00+02:00"}',
    '',
    '{"a": "NA", "b": "no", "c": null}',
    '{"a": "1,234.5", "b": "no", "c": null}',
  ].join('\n');
  const options: ImportOptions = { types: { a: 'float64', b: 'boolean' }, thousands: ',' };
  const version = await importText(lines, 'table.ndjson', options);
  expect(changesOf(version)).toEqual([
    ['a', 'missing', 3],
    ['a', 'thousands', 4],
    ['b', 'boolean', 1, 3, 4],
    ['c', 'zone', 1],
  ]);
  expect(await rowsOfParquet(version.parts[0]?.changes.file ?? '')).toContainEqual([
    '4',
    'a',
    'thousands',
    '1,234.5',
    '1234.5',
  ]);
  expect(version.warnings.map(({ code }) => code)).toEqual(['data.missing_words']);
});

test('lists of columns in JSON keep their places where one is read from texts', async () => {
  const text = '{"a": ["1", "2"], "b": ["x", "y"], "c": [true, null]}';
  const version = await importText(text, 'table.json', { types: { a: 'int64' } });
  expect(await rowsOf(version)).toEqual([
    [1, 'x', true],
    [2, 'y', null],
  ]);
});

test('a workbook takes types, words, header and lines above it', async () => {
  const rows = [
    ['"Report"', ''],
    ['"price"', '"sold"'],
    ['"1.50"', '3'],
    ['2', '"-"'],
    ['"n.a."', '4'],
  ];
  const version = await importText(workbook(rows), 'table.xlsx', {
    skipLines: 1,
    types: { price: 'decimal' },
    missing: ['n.a.', '-'],
  });
  expect(typesOf(version)).toEqual(['decimal 2', 'int64']);
  expect(await rowsOf(version)).toEqual([
    ['1.50', 3],
    ['2.00', null],
    [null, 4],
  ]);
  expect(changesOf(version)).toEqual([
    ['price', 'missing', 5],
    ['sold', 'missing', 4],
  ]);
  const bare = await importText(workbook(rows.slice(2)), 'table.xlsx', { header: false });
  expect(bare.schema.map(({ name }) => name)).toEqual(['column_1', 'column_2']);
  expect(bare.rows).toBe(3);
});

test.for<[string, string, string | Buffer, ImportOptions, RegExp, number[]]>([
  [
    'a text that is no number',
    'a.json',
    '[{"a": "1"},\n{"a": "x"}]',
    { types: { a: 'int64' } },
    /^Line 2 holds "x"/,
    [2],
  ],
  [
    'a row of a workbook',
    'a.xlsx',
    workbook([['"a"'], ['1'], ['"x"']]),
    { types: { a: 'int64' } },
    /^Row 3 holds "x"/,
    [3],
  ],
  ['a fraction in whole numbers', 'a.json', '[{"a": 1.5}]', { types: { a: 'int64' } }, /not a whole number/, [1]],
  ['leading zeros in decimals', 'a.csv', 'a\n007\n', { types: { a: 'decimal' } }, /not a decimal number/, [2]],
])('refuses %s', async ([, name, content, options, message, lines]) => {
  await expect(importText(content, name, options)).rejects.toMatchObject({
    code: 'data.type_misfit',
    message: expect.stringMatching(message),
    details: { lines },
  });
});

test.for<[string, string, ImportOptions, string, unknown[][]]>([
  ['decimals of CSV', 'a\n1.5\n-20\n0.125\n\n', {}, 'decimal 3', [['1.500'], ['-20.000'], ['0.125'], [null]]],
  ['with exponents', 'a\n15e-1\n2E2\n1.0\n', {}, 'decimal 1', [['1.5'], ['200.0'], ['1.0']]],
  [
    'with marks',
    'a;b\n1.234,50;x\n-2;y\n',
    { thousands: '.', decimal: ',' },
    'decimal 2',
    [
      ['1234.50', 'x'],
      ['-2.00', 'y'],
    ],
  ],
  ['beyond int64', 'a\n12345678901234567890\n1\n', {}, 'decimal 0', [['12345678901234567890'], ['1']]],
  ['without any value', 'a,b\n,x\n', {}, 'decimal 0', [[null, 'x']]],
  ['with words for missing', 'a\n1.5\nNA\n', {}, 'decimal 1', [['1.5'], [null]]],
])('%s are read exactly', async ([, text, options, type, rows]) => {
  const version = await importText(text, 'a.csv', { ...options, types: { a: 'decimal' } });
  expect(typesOf(version)[0]).toBe(type);
  expect(await rowsOf(version)).toEqual(rows);
});

test('a decimal has 38 digits in all', async () => {
  const text = `a\n${'1'.repeat(30)}\n0.${'1'.repeat(9)}\n`;
  await expect(importText(text, 'a.csv', { types: { a: 'decimal' } })).rejects.toMatchObject({
    code: 'data.type_misfit',
  });
});

test('digits that a decimal of the version lacks are refused instead of cut off', async () => {
  const first = await importText('a\n1.25\n', 'a.csv', { types: { a: 'decimal' } });
  const append = {
    schema: first.schema,
    parts: first.parts.map(({ file, rows }) => ({ path: file, rows })),
    leaves: first.leaves,
  };
  const path = join(temporaryFolder(), 'more.csv');
  writeFileSync(path, 'a\n3.200\n');
  expect(await importHere({ files: [{ path }], append })).toMatchObject({ rows: 2 });
  writeFileSync(path, 'a\n1.234\n');
  await expect(importHere({ files: [{ path }], append })).rejects.toMatchObject({
    code: 'data.schema_changed',
    message: expect.stringMatching(/3 digits after the point where the version has 2/),
  });
});
