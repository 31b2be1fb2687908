import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { Condition, RowFilter, SortKey } from '../../../engine/contract/data-rows.ts';
import { dataProject } from '../../support/data-project.ts';
import { writeBySql } from '../../support/tables.ts';
import { temporaryFolder } from '../../support/temporary.ts';

function fileOf(text: string): string {
  const path = join(temporaryFolder(), 'table.csv');
  writeFileSync(path, text);
  return path;
}

const all = (...conditions: Condition[]): RowFilter => ({ match: 'all', conditions });

async function shop() {
  const project = dataProject();
  await project.add({
    name: 'shop',
    files: [
      fileOf(
        'n,x,name,day,at,open\n1,0.5,Ann,2024-01-01,2024-01-01T08:00:00Z,true\n2,-1.5,bob,2024-01-02,2024-01-01T09:30:00Z,false\n' +
          '3,,100%,2024-02-01,2024-01-02T08:00:00Z,true\n,2.5,"It\'s",2024-03-01,2024-01-03T08:00:00Z,\n5,4,,2024-03-02,2024-01-04T08:00:00Z,false\n',
      ),
    ],
  });
  const rows = (filter?: RowFilter, sort?: SortKey[]) =>
    project.data.handlers.rows({ reference: 'shop', offset: 0, limit: 100, filter, sort, columns: ['n'] });
  const positions = async (filter?: RowFilter, sort?: SortKey[]) => (await rows(filter, sort)).positions;
  return { ...project, rows, positions };
}

test('each operator lets the right rows through', async () => {
  const { positions } = await shop();
  const find = (column: string, operator: Condition['operator'], ...values: NonNullable<Condition['values']>) =>
    positions(all({ column, operator, values }));
  expect(await find('n', '=', 2)).toEqual([1]);
  expect(await find('n', '!=', 2)).toEqual([0, 2, 3, 4]);
  expect(await find('n', '<', 2.5)).toEqual([0, 1]);
  expect(await find('n', '<=', 1)).toEqual([0]);
  expect(await find('x', '>', 0.5)).toEqual([3, 4]);
  expect(await find('x', '>=', '0.5')).toEqual([0, 3, 4]);
  expect(await find('n', 'between', 2, 3)).toEqual([1, 2]);
  expect(await find('n', 'one_of', 1, 5)).toEqual([0, 4]);
  expect(await find('n', 'missing')).toEqual([3]);
  expect(await find('name', 'present')).toEqual([0, 1, 2, 3]);
  expect(await find('name', '=', 'Bob')).toEqual([]);
  expect(await find('name', 'contains', 'B')).toEqual([1]);
  expect(await find('name', 'contains', '%')).toEqual([2]);
  expect(await find('name', 'starts_with', "it'")).toEqual([3]);
  expect(await find('day', '>=', '2024-02-01')).toEqual([2, 3, 4]);
  expect(await find('day', 'starts_with', '2024-03')).toEqual([3, 4]);
  expect(await find('at', '=', '2024-01-01T09:30:00Z')).toEqual([1]);
  expect(await find('open', '=', true)).toEqual([0, 2]);
});

test('conditions combine with all and any, and groups of them', async () => {
  const { positions, rows } = await shop();
  const open: Condition = { column: 'open', operator: '=', values: [true] };
  const late: Condition = { column: 'n', operator: '>', values: [2] };
  expect(await positions({ match: 'any', conditions: [open, late] })).toEqual([0, 2, 4]);
  expect(await positions(all(open, late))).toEqual([2]);
  expect(
    await positions({
      match: 'any',
      conditions: [
        { match: 'all', conditions: [open, late] },
        { column: 'n', operator: 'missing' },
      ],
    }),
  ).toEqual([2, 3]);
  expect((await rows(all(open))).total).toBe(2);
});

test('a value that does not fit its column is refused, and no text becomes SQL', async () => {
  const { positions } = await shop();
  const refused = (condition: Condition) =>
    expect(positions(all(condition))).rejects.toMatchObject({ code: 'data.invalid_filter' });
  await refused({ column: 'n', operator: '=', values: ['1 OR 1=1'] });
  await refused({ column: 'n', operator: '=', values: [null] });
  await refused({ column: 'name', operator: '=', values: [1] });
  await refused({ column: 'day', operator: '<', values: ['yesterday'] });
  await refused({ column: 'n', operator: 'between', values: [1] });
  await refused({ column: 'n', operator: 'missing', values: [1] });
  await refused({ column: 'n', operator: 'contains', values: [1] });
  await expect(positions(all({ column: 'z', operator: 'missing' }))).rejects.toMatchObject({
    code: 'data.unknown_column',
  });
  expect(await positions(all({ column: 'name', operator: '=', values: ["' OR 1=1 --"] }))).toEqual([]);
});

test('rows are sorted by several columns; equal ones keep their order over parts', async () => {
  const { data, add } = dataProject();
  await add({ name: 'log', files: [fileOf('k,v\nb,1\na,1\nb,2\n')] });
  for (const part of ['k,v\na,1\nb,1\n', 'k,v\na,2\nb,1\n'])
    await add({ name: 'log', files: [fileOf(part)], append: true });
  const page = (sort: SortKey[], offset = 0) =>
    data.handlers.rows({ reference: 'log', offset, limit: 10, sort, filter: undefined });
  const up = (column: string) => ({ column, descending: false });
  const down = (column: string) => ({ column, descending: true });
  expect((await page([up('k')])).positions).toEqual([1, 3, 5, 0, 2, 4, 6]);
  expect((await page([down('v'), up('k')])).positions).toEqual([5, 2, 1, 3, 0, 4, 6]);
  const before = await page([down('k'), down('v')]);
  await data.handlers.prepareRows({ reference: 'log', sort: [down('k'), down('v')] });
  expect(await page([down('k'), down('v')])).toEqual(before);
  expect(await data.handlers.rows({ reference: 'log', offset: 2, limit: 3, columns: ['v'] })).toMatchObject({
    positions: [2, 3, 4],
    rows: [[2], [1], [1]],
    total: 7,
  });
});

test('far pages of a view are those of the view written out, also where columns have names of DuckDB', async () => {
  const { data, add } = dataProject();
  const path = await writeBySql(
    "SELECT i AS file_row_number, (i * 7919) % 5000 AS filename, CASE WHEN i % 3 = 0 THEN NULL ELSE 't' || i % 10 END AS c0 FROM range(5000) AS t(i)",
    'parquet',
  );
  await add({ name: 'log', files: [path] });
  const sort = [{ column: 'filename', descending: true }];
  const far = await data.handlers.rows({ reference: 'log', offset: 4000, limit: 3, sort });
  expect(far.rows.map((row) => row[1])).toEqual([999, 998, 997]);
  expect(far.positions).toEqual(far.rows.map((row) => row[0]));
  const filter = all({ column: 'c0', operator: '=', values: ['t4'] });
  const matching = Array.from({ length: 5000 }, (_, i) => i).filter((i) => i % 10 === 4 && i % 3 !== 0);
  await data.handlers.prepareRows({ reference: 'log', filter });
  const page = await data.handlers.rows({ reference: 'log', offset: 300, limit: 5, filter });
  expect(page).toMatchObject({ positions: matching.slice(300, 305), total: matching.length });
});

test('a caller that is gone stops the query', async () => {
  const { context, data, add } = dataProject();
  const path = await writeBySql('SELECT i AS a, hash(i)::VARCHAR AS b FROM range(3000) AS t(i)', 'parquet');
  await add({ name: 'log', files: [path] });
  const gone = new AbortController();
  const sort = [{ column: 'b', descending: false }];
  const use = context.duck.use.bind(context.duck);
  const endless = vi.spyOn(context.duck, 'use').mockImplementation((work, signal) =>
    use((connection) => {
      const run = connection.run.bind(connection);
      connection.run = (sql) => {
        if (!sql.startsWith('CREATE TABLE')) return run(sql);
        const running = run('SELECT count(*) FROM range(1000000000000) AS t(i) WHERE hash(i) = 0');
        gone.abort();
        return running;
      };
      return work(connection);
    }, signal),
  );
  const waiting = data.handlers.prepareRows({ reference: 'log', sort }, gone.signal);
  await expect(waiting).rejects.toMatchObject({ code: 'call.canceled' });
  endless.mockRestore();
  await data.handlers.prepareRows({ reference: 'log', sort });
  expect((await data.handlers.rows({ reference: 'log', offset: 2500, limit: 1, sort })).total).toBe(3000);
});

test('a condition in SQL lets rows through, alone and with a filter and an order', async () => {
  const { data, positions } = await shop();
  const page = (where: string, filter?: RowFilter, sort?: SortKey[]) =>
    data.handlers.rows({ reference: 'shop', offset: 0, limit: 100, where, filter, sort });
  expect((await page('n + coalesce(x, 0) > 2')).positions).toEqual([2, 4]);
  expect(
    await page("name ILIKE '%n%' OR day >= DATE '2024-03-01'", undefined, [{ column: 'day', descending: true }]),
  ).toMatchObject({
    positions: [4, 3, 0],
    total: 3,
  });
  expect((await page('n > 1', all({ column: 'open', operator: '=', values: [false] }))).positions).toEqual([1, 4]);
  expect(await positions()).toHaveLength(5);
  await expect(page('n + 1')).rejects.toMatchObject({ code: 'data.invalid_sql' });
  await expect(page('z > 1')).rejects.toMatchObject({ code: 'data.unknown_column' });
  await expect(page("n IN (SELECT 1 FROM read_csv('/etc/passwd'))")).rejects.toMatchObject({
    code: 'data.invalid_sql',
  });
  await data.handlers.prepareRows({ reference: 'shop', where: 'n > 1' });
  expect(await page('n > 1')).toMatchObject({ positions: [1, 2, 4], total: 3 });
});
