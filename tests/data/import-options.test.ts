import { expect, test } from 'vitest';
import type { ChangeCount } from '../../engine/contract/data-changes.ts';
import type { ImportOptions } from '../../engine/contract/import-options.ts';
import type { ImportedVersion } from '../../engine/data/versions/import-job.ts';
import { importText, rowsOf } from '../support/import-files.ts';
import { rowsOfParquet } from '../support/tables.ts';

async function read(content: string | Uint8Array, options: ImportOptions = {}) {
  const version = await importText(content, 'table.csv', options);
  return {
    types: Object.fromEntries(version.schema.map(({ name, type }) => [name, type])),
    rows: await rowsOf(version),
    codes: version.warnings.map(({ code }) => code),
    version,
  };
}

function changes(version: ImportedVersion): Omit<ChangeCount, 'file'>[] {
  return version.parts.flatMap((part) => part.changes.counts.map(({ file: _, ...count }) => count));
}

const latin = Buffer.from('name;by\nZo\xeb;\x80rhus\n', 'latin1');

test.for<[string, string | Uint8Array, ImportOptions, Record<string, string>, unknown[][]]>([
  ['a delimiter', 'a:b\n1:x\n', { delimiter: ':' }, { a: 'int64', b: 'text' }, [[1, 'x']]],
  [
    'single quotes',
    "a,b\n'1,5','it''s'\n'2','x'\n",
    {},
    { a: 'text', b: 'text' },
    [
      ['1,5', "it's"],
      ['2', 'x'],
    ],
  ],
  ['single quotes that are given', "a,b\n'x,y',2\n", { quote: "'" }, { a: 'text', b: 'int64' }, [['x,y', 2]]],
  ['an apostrophe that is no quote', "a,b\n'tis,1\n", {}, { a: 'text', b: 'int64' }, [["'tis", 1]]],
  [
    'no quotes',
    'a\tb\n"x\t1\n5" pipe\t2\n',
    { quote: '' },
    { a: 'text', b: 'int64' },
    [
      ['"x', 1],
      ['5" pipe', 2],
    ],
  ],
  [
    'no quotes in uneven lines',
    'a,b\n"x\n5" pipe,2\n',
    { quote: '' },
    { a: 'text', b: 'int64' },
    [
      ['"x', null],
      ['5" pipe', 2],
    ],
  ],
  ['Windows-1252 that is given', latin, { encoding: 'windows-1252' }, { name: 'text', by: 'text' }, [['Zoë', '€rhus']]],
  [
    'UTF-16 without a mark',
    Buffer.from('a,b\n1,ø\n', 'utf16le'),
    { encoding: 'utf-16le' },
    { a: 'int64', b: 'text' },
    [[1, 'ø']],
  ],
  [
    'no header',
    'a,b\nc,d\n',
    { header: false },
    { column_1: 'text', column_2: 'text' },
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  ['a header of numbers', '2001,2002\n3,4\n', { header: true }, { 2001: 'int64', 2002: 'int64' }, [[3, 4]]],
  ['lines to skip', 'x\n"y\na,b\n1,2\n', { skipLines: 2 }, { a: 'int64', b: 'int64' }, [[1, 2]]],
  ['a decimal comma between commas', 'a,b\n"1,5",2\n', { decimal: ',' }, { a: 'float64', b: 'int64' }, [[1.5, 2]]],
  ['a thousands mark', 'a,b\n"1,234",2\n', { thousands: ',' }, { a: 'int64', b: 'int64' }, [[1234, 2]]],
  ['no thousands mark', 'a\n"1,234,567"\n', { thousands: '' }, { a: 'text' }, [['1,234,567']]],
  ['narrow spaces between groups', 'a;b\n1\u202f234,5;x\n', {}, { a: 'float64', b: 'text' }, [[1234.5, 'x']]],
  [
    'words for missing values, in texts, too',
    'a,b\n-999,n.a.\n1,x\n',
    { missing: ['-999', 'n.a.'] },
    { a: 'int64', b: 'text' },
    [
      [null, null],
      [1, 'x'],
    ],
  ],
  ['no words for missing values', 'a\n1\nNA\n', { missing: [] }, { a: 'text' }, [['1'], ['NA']]],
  ['days before months', 'a\n03/04/2024\n', { dates: 'day-month-year' }, { a: 'date' }, [['2024-04-03']]],
  [
    'months before days',
    'a\n3.4.2024 7:05\n',
    { dates: 'month-day-year' },
    { a: 'timestamp' },
    [['2024-03-04T07:05:00Z']],
  ],
  ['dates as they are', 'a\n31/01/2024\n', { dates: 'iso' }, { a: 'text' }, [['31/01/2024']]],
  [
    'types',
    'a,b\n1,y\n2,y\n',
    { types: { a: 'text', b: 'boolean' } },
    { a: 'text', b: 'boolean' },
    [
      ['1', true],
      ['2', true],
    ],
  ],
  ['a wider type', 'a\n1\n2\n', { types: { a: 'float64' } }, { a: 'float64' }, [[1], [2]]],
  [
    'ragged rows left out',
    'a,b\n1,2\nx\n3,4,5\n6,7\n',
    { ragged: 'skip' },
    { a: 'int64', b: 'int64' },
    [
      [1, 2],
      [6, 7],
    ],
  ],
])('%s', async ([, content, options, types, rows]) => {
  const found = await read(content, options);
  expect(found.types).toEqual(types);
  expect(found.rows).toEqual(rows);
});

test.for<[string, string, ImportOptions, string, number[]]>([
  ['short rows, where that is wanted', 'a,b\n1,2\n3\n', { ragged: 'refuse' }, 'data.ragged_rows', [3]],
  ['a type that does not hold a cell', 'a\n1\nx\n', { types: { a: 'int64' } }, 'data.type_misfit', [3]],
  ['a date that may begin with the month', 'a\n03/04/2024\n', { types: { a: 'date' } }, 'data.type_misfit', [2]],
  ['a fraction in whole numbers', 'a\n1\n2.5\n', { types: { a: 'int64' } }, 'data.type_misfit', [3]],
])('refuses %s', async ([, content, options, code, lines]) => {
  await expect(read(content, options)).rejects.toMatchObject({ code, details: { lines } });
});

test('refuses types of columns that are not there', async () => {
  await expect(read('a\n1\n', { types: { b: 'text' } })).rejects.toMatchObject({ code: 'data.unknown_column' });
});

test('a header whose quotes end within a cell is read as it stands', async () => {
  const { rows, types } = await read('x\n"1,5"\ty\n31\n\n', { delimiter: ',', skipLines: 1 });
  expect(types).toEqual({ '1,5\ty': 'int64' });
  expect(rows).toEqual([[31], [null]]);
});

test('a title above the header is left out with a warning', async () => {
  const { types, rows, codes, version } = await read('Report of 2024\n\nid,name,city\n1,Ann,Oslo\n2,Bob,Rome\n');
  expect(types).toEqual({ id: 'int64', name: 'text', city: 'text' });
  expect(rows).toHaveLength(2);
  expect(codes).toEqual(['data.skipped_lines']);
  expect(changes(version)).toEqual([{ column: null, kind: 'title', count: 1, lines: [1] }]);
});

test('a header cell of two lines is read with either line end', async () => {
  for (const [file, name] of [
    ['id,"two\nlines"\r\n1,x\r\n2,y\r\n', 'two\nlines'],
    ['id,"two\r\nlines"\n1,x\n2,y\n', 'two\r\nlines'],
  ] as const) {
    const { types, rows } = await read(file);
    expect(types).toEqual({ id: 'int64', [name]: 'text' });
    expect(rows).toEqual([
      [1, 'x'],
      [2, 'y'],
    ]);
  }
});

test('every change is counted with its lines, and written down in full', async () => {
  const file = [
    'id;price;day;ok;when;note',
    '1;1.234,50;31.01.2024;yes;2024-01-01T10:00:00+02:00;"two',
    'lines"',
    '2;NA;-;no;2024-01-01T10:00:00Z;NA',
    '',
    '3;2,5;01.02.2024;true',
    '4;inf;;off;;x',
  ].join('\n');
  await expect(read(file)).resolves.toMatchObject({ types: { ok: 'text' } });
  const { version, types, codes } = await read(file.replace('true', 'yes').replace('off', 'no'));
  expect(types).toEqual({ id: 'int64', price: 'float64', day: 'date', ok: 'boolean', when: 'timestamp', note: 'text' });
  expect(changes(version)).toEqual([
    { column: null, kind: 'padded', count: 1, lines: [6] },
    { column: 'price', kind: 'decimal', count: 1, lines: [6] },
    { column: 'price', kind: 'infinite', count: 1, lines: [7] },
    { column: 'price', kind: 'missing', count: 1, lines: [4] },
    { column: 'price', kind: 'thousands', count: 1, lines: [2] },
    { column: 'day', kind: 'date', count: 2, lines: [2, 6] },
    { column: 'day', kind: 'missing', count: 1, lines: [4] },
    { column: 'ok', kind: 'boolean', count: 4, lines: [2, 4, 6, 7] },
    { column: 'when', kind: 'zone', count: 1, lines: [2] },
  ]);
  expect(codes).toEqual(['data.padded_rows', 'data.infinite_numbers', 'data.missing_words', 'data.missing_words']);
  const written = await rowsOfParquet(version.parts[0]?.changes.file ?? '');
  expect(written).toHaveLength(13);
  expect(written).toContainEqual(['2', 'price', 'thousands', '1.234,50', '1234.5']);
  expect(written).toContainEqual(['6', null, 'padded', '3;2,5;01.02.2024;yes', '3;2,5;01.02.2024;yes;;']);
  expect(written).toContainEqual(['4', 'day', 'missing', '-', null]);
  expect(written).toContainEqual(['2', 'when', 'zone', '2024-01-01T10:00:00+02:00', '2024-01-01 08:00:00']);
});

test('rows that are left out are written down as they stand', async () => {
  const { version, rows } = await read('a,b\n1,2\n"x\ny"\n3, "4" ,5\n6,7\n', { ragged: 'skip' });
  expect(rows).toEqual([
    [1, 2],
    [6, 7],
  ]);
  expect(changes(version)).toEqual([{ column: null, kind: 'skipped', count: 2, lines: [3, 5] }]);
  expect(await rowsOfParquet(version.parts[0]?.changes.file ?? '')).toEqual([
    ['3', null, 'skipped', '"x\ny"', null],
    ['5', null, 'skipped', '3,"4" ,5', null],
  ]);
});

test('lines in Windows-1252 are counted, with what their bytes became', async () => {
  const { version, codes } = await read(latin);
  expect(codes).toEqual(['data.other_encoding']);
  expect(await rowsOfParquet(version.parts[0]?.changes.file ?? '')).toEqual([['2', null, 'encoding', 'eb80', 'ë€']]);
});

test('a plain file has no changes and makes no file of them', async () => {
  const { version } = await read('a,b,c\n1,x,true\n,,\n2.5,"y ",FALSE\n');
  expect(version.parts[0]?.changes).toEqual({ counts: [] });
});
