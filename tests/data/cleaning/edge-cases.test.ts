import { describe, expect, test } from 'vitest';
import type { CleaningStep } from '../../../engine/contract/cleaning-steps.ts';
import type { Cell } from '../../../engine/contract/data-rows.ts';
import type { ColumnType } from '../../../engine/contract/values.ts';
import { cleaned, type SmallTable, writeTable } from '../../support/run-recipe.ts';

function column(name: string, type: ColumnType, values: Cell[], scale?: number): SmallTable {
  return { columns: [{ name, type, ...(scale === undefined ? {} : { scale }) }], rows: values.map((value) => [value]) };
}

async function values(step: CleaningStep, source: SmallTable): Promise<unknown[]> {
  return (await cleaned([step], source)).rows.map((row) => row[0]);
}

function retype(type: ColumnType, more: object = {}): CleaningStep {
  return { kind: 'retype', columns: { x: type }, misfits: 'missing', ...more };
}

describe('a value is never changed silently by another type', () => {
  test.each<[ColumnType, ColumnType, Cell[], Cell[], object?]>([
    [
      'text',
      'int64',
      ['7', ' 8 ', '+9', '1.5', '1e3', '9223372036854775808', '', 'x', null, '1_000', '0x1F'],
      [7, 8, 9, null, null, null, null, null, null, null, null],
    ],
    [
      'text',
      'float64',
      ['1.5', '.5', '5.', '-1e3', 'nan', 'inf', '1e999', '1,5', ' 2 '],
      [1.5, 0.5, 5, -1000, null, null, null, null, 2],
    ],
    [
      'text',
      'decimal',
      ['1.50', '1.505', '1.500', '12', '.25', 'x'],
      ['1.50', null, '1.50', '12.00', '0.25', null],
      { scale: 2 },
    ],
    ['text', 'boolean', ['true', 'NO', 'Y', '0', '2', ''], [true, false, true, false, null, null]],
    [
      'text',
      'date',
      ['2024-02-29', '2023-02-29', '29.02.2024', '2024-2-1', ' 2024-01-01 '],
      ['2024-02-29', null, null, null, '2024-01-01'],
    ],
    ['text', 'date', ['29.02.2024', '29.02.2023', '2024-02-29'], ['2024-02-29', null, null], { format: '%d.%m.%Y' }],
    [
      'text',
      'timestamp',
      [
        '2024-01-01',
        '2024-01-01 10:00',
        '2024-01-01T10:00:00+02:00',
        '2024-01-01T10:00:00Z',
        '2024-01-01 25:00',
        'now',
      ],
      ['2024-01-01T00:00:00Z', '2024-01-01T10:00:00Z', '2024-01-01T08:00:00Z', '2024-01-01T10:00:00Z', null, null],
    ],
    [
      'text',
      'timestamp',
      ['2024-07-01 12:00', '2024-01-01 12:00', '2024-07-01 12:00Z'],
      ['2024-07-01T10:00:00Z', '2024-01-01T11:00:00Z', '2024-07-01T12:00:00Z'],
      { zone: 'Europe/Paris' },
    ],
    ['int64', 'float64', [1, '9007199254740993', '9007199254740992'], [1, null, 9007199254740992]],
    ['int64', 'boolean', [0, 1, 2], [false, true, null]],
    ['float64', 'int64', [1, 1.5, -0, 1e300, null], [1, null, 0, null, null]],
    ['float64', 'decimal', [1.25, 0.1, 1.005, 1e300], ['1.25', '0.10', null, null], { scale: 2 }],
    ['decimal', 'int64', ['3.00', '3.50'], [3, null]],
    ['decimal', 'float64', ['0.10', '3.50'], [0.1, 3.5]],
    ['boolean', 'int64', [true, false, null], [1, 0, null]],
    ['date', 'timestamp', ['2024-02-29'], ['2024-02-29T00:00:00Z']],
    ['timestamp', 'date', ['2024-02-29T00:00:00Z', '2024-02-29T00:00:01Z'], ['2024-02-29', null]],
    ['timestamp', 'text', ['2024-02-29T10:20:30Z'], ['2024-02-29T10:20:30Z']],
    ['float64', 'text', [1.5, 1e21], ['1.5', '1e+21']],
  ])('%s to %s', async (from, to, before, after, more = {}) => {
    const source = column('x', from, before, from === 'decimal' ? 2 : undefined);
    expect(await values(retype(to, more), source)).toEqual(after);
  });

  test('where it is refused, the values and their rows are named', async () => {
    const step: CleaningStep = { kind: 'retype', columns: { x: 'int64' } };
    await expect(cleaned([step], column('x', 'text', ['1', 'two', null, '3.5']))).rejects.toMatchObject({
      code: 'data.misfits',
      message: 'Step 1 (retype): Column "x" has 2 values that are not int64: "two" in row 2, "3.5" in row 4.',
      details: { step: 1, count: 2 },
    });
  });

  test.each<[ColumnType, ColumnType]>([
    ['date', 'int64'],
    ['int64', 'date'],
    ['boolean', 'date'],
  ])('%s cannot become %s', async (from, to) => {
    await expect(cleaned([retype(to)], column('x', from, [null]))).rejects.toMatchObject({ code: 'data.invalid_step' });
  });
});

describe('columns without values, and values that are not finite', () => {
  test('nothing fills a column that has none', async () => {
    for (const method of ['mean', 'median', 'mode', 'previous', 'next'] as const) {
      const result = await cleaned(
        [{ kind: 'fill', columns: ['x'], with: method }],
        column('x', 'float64', [null, null]),
      );
      expect(result.rows).toEqual([[null], [null]]);
      expect(result.steps[0]?.cells).toBe(0);
    }
  });

  test('mean and median leave out NaN and infinities', async () => {
    const source = column('x', 'float64', ['NaN', 'Infinity', 1, 2, 6, null]);
    expect((await values({ kind: 'fill', columns: ['x'], with: 'mean' }, source)).at(-1)).toBe(3);
    expect((await values({ kind: 'fill', columns: ['x'], with: 'median' }, source)).at(-1)).toBe(2);
  });

  test('NaN are equal to each other, and so are missing values', async () => {
    const source = column('x', 'float64', ['NaN', null, 'NaN', null, 0, -0]);
    expect(await values({ kind: 'deduplicate' }, source)).toEqual(['NaN', null, 0]);
  });

  test('a join with missing keys matches nothing', async () => {
    const other = await writeTable({
      columns: [
        { name: 'x', type: 'int64' },
        { name: 'y', type: 'text' },
      ],
      rows: [
        [null, 'a'],
        [1, 'b'],
      ],
    });
    const result = await cleaned([{ kind: 'join', with: 'other', keys: ['x'] }], column('x', 'int64', [null, 1, 2]), {
      other,
    });
    expect(result.rows).toEqual([
      [null, null],
      [1, 'b'],
      [2, null],
    ]);
    expect(result.steps[0]?.counts).toEqual([{ what: 'rows without a match', count: 2 }]);
  });

  test('a join whose keys are not unique is refused, unless it says what to do', async () => {
    const other = await writeTable({
      columns: [
        { name: 'x', type: 'int64' },
        { name: 'y', type: 'text' },
      ],
      rows: [
        [1, 'a'],
        [1, 'b'],
      ],
    });
    await expect(
      cleaned([{ kind: 'join', with: 'other', keys: ['x'] }], column('x', 'int64', [1]), { other }),
    ).rejects.toMatchObject({
      code: 'data.invalid_step',
      message: expect.stringContaining('several rows for 1 of its keys, such as 1'),
    });
  });
});

describe('samples', () => {
  const rows = Array.from({ length: 2000 }, (_, index): Cell[] => [index, `name ${index % 50}`]);
  const columns: SmallTable['columns'] = [
    { name: 'id', type: 'int64' },
    { name: 'name', type: 'text' },
  ];

  test('a share takes about as many rows, and each row is in or out whatever else there is', async () => {
    const step: CleaningStep = { kind: 'sample', share: 0.25, seed: 7 };
    const all = await cleaned([step], { columns, rows });
    expect(all.rows.length).toBeGreaterThan(420);
    expect(all.rows.length).toBeLessThan(580);
    const half = await cleaned([step], { columns, rows: rows.filter((_, index) => index % 2 === 0) });
    expect(half.rows).toEqual(all.rows.filter(([id]) => Number(id) % 2 === 0));
    const other = await cleaned([{ ...step, seed: 8 }], { columns, rows });
    expect(other.rows).not.toEqual(all.rows);
  });

  test('golden rows: the hash never changes', async () => {
    const result = await cleaned([{ kind: 'sample', rows: 5, seed: 1 }], { columns, rows });
    expect(result.rows.map(([id]) => id)).toMatchSnapshot();
  });

  test('rows with equal values in the named columns are in together', async () => {
    const { rows: some } = await cleaned([{ kind: 'sample', share: 0.5, columns: ['name'] }], { columns, rows });
    const names = new Set(some.map((row) => row[1]));
    expect(some).toHaveLength(names.size * 40);
    expect(names.size).toBeGreaterThan(10);
    expect(names.size).toBeLessThan(40);
  });
});

describe('names', () => {
  test.each([
    'two words',
    'quote"s',
    "it's",
    'select',
    '🚲',
    'filename',
    'file_row_number',
    'rowid',
    'c0',
    'n'.repeat(300),
  ])('%s', async (name) => {
    const source: SmallTable = {
      columns: [
        { name, type: 'int64' },
        { name: 'other', type: 'text' },
      ],
      rows: [
        [2, ' b '],
        [1, 'a'],
        [1, 'a'],
      ],
    };
    const sql = `"${name.replaceAll('"', '""')}" * 10`;
    const steps: CleaningStep[] = [
      { kind: 'trim' },
      { kind: 'derive', column: 'ten', sql },
      { kind: 'deduplicate', columns: [name] },
      { kind: 'lag', column: 'ten', by: 'day', rows: 1, into: 'before' },
      { kind: 'sort', by: [{ column: name }] },
    ];
    const day: CleaningStep = { kind: 'derive', column: 'day', sql: "DATE '2024-01-01'" };
    const result = await cleaned([day, ...steps], source);
    expect(result.rows).toEqual([
      [1, 'a', '2024-01-01', 10, 20],
      [2, 'b', '2024-01-01', 20, null],
    ]);
  });

  test.each([
    ['A', 'a'],
    ['a', '__galley_row'],
    ['a', ' '],
  ])('%s cannot become %s beside others', async (_, to) => {
    const source: SmallTable = {
      columns: [
        { name: 'a', type: 'int64' },
        { name: 'b', type: 'int64' },
      ],
      rows: [[1, 2]],
    };
    await expect(cleaned([{ kind: 'rename', columns: { b: to } }], source)).rejects.toMatchObject({
      code: 'data.invalid_step',
    });
  });
});

test('what fails on a value of the rows names its step, also among many in one query', async () => {
  const steps: CleaningStep[] = [
    { kind: 'trim' },
    { kind: 'derive', column: 'n', sql: 'x::INTEGER' },
    { kind: 'derive', column: 'm', sql: 'n + 1' },
  ];
  await expect(cleaned(steps, column('x', 'text', ['1', 'two']))).rejects.toMatchObject({
    code: 'data.misfits',
    message: expect.stringContaining("Step 2 (derive): Could not convert string 'two' to INT32"),
  });
});

test('days that exist once in four years, and hours that do not exist', async () => {
  const source = column('x', 'date', ['2024-02-28', '2024-02-29', '2024-03-01', '2023-02-28', '2023-03-01']);
  const rolling: CleaningStep = { kind: 'rolling', column: 'x', measure: 'count', by: 'x', span: '2 days', into: 'n' };
  expect((await cleaned([rolling], source)).rows.map((row) => row[1])).toEqual([1, 2, 2, 1, 2]);
});

test('a hundred steps in a row', async () => {
  const steps = Array.from(
    { length: 100 },
    (_, index): CleaningStep => ({ kind: 'derive', column: 'x', sql: `x + ${index % 2}` }),
  );
  const result = await cleaned(steps, column('x', 'int64', [0, 1]));
  expect(result.rows).toEqual([[50], [51]]);
  expect(result.steps).toHaveLength(100);
});

test('the same rows in other files have the same identity', async () => {
  const rows = Array.from({ length: 500 }, (_, index): Cell[] => [
    index % 7,
    index * 0.1,
    `2024-01-${String(1 + (index % 28)).padStart(2, '0')}`,
  ]);
  const source: SmallTable = {
    columns: [
      { name: 'g', type: 'int64' },
      { name: 'x', type: 'float64' },
      { name: 'd', type: 'date' },
    ],
    rows,
  };
  const steps: CleaningStep[] = [
    { kind: 'rolling', column: 'x', measure: 'mean', by: 'd', span: '7 days', group: ['g'], into: 'm' },
    { kind: 'rolling', column: 'x', measure: 'std', by: 'd', rows: 9, into: 's' },
    { kind: 'deduplicate', columns: ['g', 'd'], keep: 'last' },
    { kind: 'fill', columns: ['s'], with: 'mean' },
  ];
  const identities = new Set<string>();
  for (const size of [10, 500]) identities.add((await cleaned(steps, await writeTable(source, size))).identity);
  expect(identities.size).toBe(1);
});
