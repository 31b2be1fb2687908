import { expect, test } from 'vitest';
import { importText, rowsOf } from '../support/import-files.ts';

async function columnOf(...cells: string[]) {
  const version = await importText(['x,y', ...cells.map((cell) => `${cell},1`)].join('\n'));
  const rows = await rowsOf(version);
  return { type: version.schema[0]?.type, values: rows.map((row) => row[0]), warnings: version.warnings };
}

test('a late leading zero makes the column text and says where', async () => {
  const cells = Array.from({ length: 30_000 }, (_, index) => String(index + 1));
  const { type, values, warnings } = await columnOf(...cells, '01234');
  expect(type).toBe('text');
  expect(values.at(-1)).toBe('01234');
  expect(values[0]).toBe('1');
  expect(warnings).toMatchObject([{ code: 'data.mixed_types', line: 30_002, column: 'x' }]);
});

test.for([
  ['whole numbers', ['1', '-2', '0', ''], 'int64', [1, -2, 0, null]],
  ['padded numbers', [' 1', '2 ', '\t3', '   '], 'int64', [1, 2, 3, null]],
  ['quoted numbers', ['"1"', '"2"', '""'], 'int64', [1, 2, null]],
  ['whole numbers and decimals', ['1', '2.5', '.5', '5.', '1e3', '-0'], 'float64', [1, 2.5, 0.5, 5, 1000, -0]],
  ['a rounded whole number', ['1', '2.0'], 'float64', [1, 2]],
  ['numbers beyond int64', ['1', '9223372036854775808'], 'text', ['1', '9223372036854775808']],
  ['whole numbers that float64 would round', ['9007199254740993', '0.5'], 'text', ['9007199254740993', '0.5']],
  ['the ends of int64', ['9223372036854775807'], 'int64', ['9223372036854775807']],
  ['a number beyond float64', ['1.5', '1e400', '-1e400'], 'float64', [1.5, 'Infinity', '-Infinity']],
  ['a number that float64 turns into 0', ['1.5', '1e-400'], 'text', ['1.5', '1e-400']],
  ['telephone numbers', ['+4512345678', '+4598765432'], 'text', ['+4512345678', '+4598765432']],
  ['words for numbers', ['1.5', 'NaN', '-inf', '-'], 'float64', [1.5, null, '-Infinity', null]],
  ['words for numbers without a number', ['NaN', 'inf'], 'text', ['NaN', 'inf']],
  ['words for numbers among texts', ['NA', 'Oslo', '-'], 'text', ['NA', 'Oslo', '-']],
  ['groups of digits', ['"1,234"', '"1,234,567"', '5'], 'int64', [1234, 1234567, 5]],
  ['one group of digits, which may be a fraction', ['"1,234"', '"2,345"'], 'text', ['1,234', '2,345']],
  ['a telephone number in groups', ['123 456 789', '234 567 890'], 'text', ['123 456 789', '234 567 890']],
  ['groups and fractions', ["1'234.50", "2'000'000.25"], 'float64', [1234.5, 2000000.25]],
  ['words for truth', ['yes', 'No', 'NA', ''], 'boolean', [true, false, null, null]],
  ['one word for truth only', ['F', 'F'], 'text', ['F', 'F']],
  ['words for truth that do not go together', ['y', 'off'], 'text', ['y', 'off']],
  ['0 and 1', ['0', '1'], 'int64', [0, 1]],
  ['truth', ['true', 'FALSE', 'True', ''], 'boolean', [true, false, true, null]],
  ['truth and a number', ['true', '1'], 'text', ['true', '1']],
  ['days', ['2024-02-29', '0001-01-01', ''], 'date', ['2024-02-29', '0001-01-01', null]],
  ['a day that never was', ['2024-02-29', '2023-02-29'], 'text', ['2024-02-29', '2023-02-29']],
  ['days in another order', ['31/01/2024', '05/12/1999', '-'], 'date', ['2024-01-31', '1999-12-05', null]],
  [
    'days after months',
    ['01/31/2024 08:30', '12/05/1999'],
    'timestamp',
    ['2024-01-31T08:30:00Z', '1999-12-05T00:00:00Z'],
  ],
  ['days or months', ['03/04/2024', '05/06/2024'], 'text', ['03/04/2024', '05/06/2024']],
  ['days in both orders', ['31/01/2024', '01/31/2024'], 'text', ['31/01/2024', '01/31/2024']],
  ['a day in another order that never was', ['31/01/2024', '30/02/2024'], 'text', ['31/01/2024', '30/02/2024']],
  [
    'moments',
    ['2024-01-31 21:59', '2024-01-31T21:59:59.123456'],
    'timestamp',
    ['2024-01-31T21:59:00Z', '2024-01-31T21:59:59.123456Z'],
  ],
  [
    'moments in zones',
    ['2024-01-31T21:59:59+02:00', '2024-01-31T21:59:59Z', '2024-01-31 21:59:59-0330', ''],
    'timestamp',
    ['2024-01-31T19:59:59Z', '2024-01-31T21:59:59Z', '2024-02-01T01:29:59Z', null],
  ],
  [
    'moments with and without a zone',
    ['2024-01-31T21:59:59Z', '2024-01-31T21:59:59'],
    'text',
    ['2024-01-31T21:59:59Z', '2024-01-31T21:59:59'],
  ],
  ['finer than microseconds', ['2024-01-31T21:59:59.1234567'], 'text', ['2024-01-31T21:59:59.1234567']],
  ['a moment that never was', ['2024-01-31T24:00:00'], 'text', ['2024-01-31T24:00:00']],
  ['text with spaces', [' a ', 'b'], 'text', [' a ', 'b']],
] as const)('%s', async ([, cells, type, values]) => {
  const found = await columnOf(...cells);
  expect(found.type).toBe(type);
  expect(found.values).toEqual(values);
});

test('only the empty cell is missing', async () => {
  const { type, values } = await columnOf('a', '', 'NA', 'null', 'None', '-', 'N/A');
  expect(type).toBe('text');
  expect(values).toEqual(['a', null, 'NA', 'null', 'None', '-', 'N/A']);
});
