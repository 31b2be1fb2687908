import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withTableFile } from '../../engine/data/sources/table-file.ts';
import { temporaryFolder } from '../support/temporary.ts';

test('an apostrophe in a quoted label is no quote of its own', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'labels.csv');
  const labels = Array.from({ length: 40 }, (_, row) => (row % 2 === 0 ? "n'o" : 'yes'));
  writeFileSync(path, `id,label\n${labels.map((label, row) => `i${row},"${label}"\n`).join('')}`);
  const read = await withTableFile(path, { temporaryFolder: folder }, async ({ connection, table }) => {
    return (await connection.runAndReadAll(`SELECT label FROM ${table([{ name: 'label', form: 'written' }])}`))
      .getRows()
      .flat();
  });
  expect(read).toEqual(labels);
});

test('one reader for every format: as written, or as values in one form', async () => {
  const folder = temporaryFolder();
  const csv = join(folder, 'prices.csv');
  writeFileSync(csv, 'id;price;day\n007;1.234,50;31.01.2024\n008;-;01.02.2024\n');
  const json = join(folder, 'prices.ndjson');
  writeFileSync(json, '{"id": "007", "price": 1234.5}\n{"id": "008", "price": null}\n');
  const read = (path: string, form: 'written' | 'value', names: string[]) =>
    withTableFile(path, { temporaryFolder: folder }, async ({ connection, table }) =>
      (await connection.runAndReadAll(`FROM ${table(names.map((name) => ({ name, form })))}`)).getRows(),
    );
  expect(await read(csv, 'written', ['price', 'id', 'day'])).toEqual([
    ['1.234,50', '007', '31.01.2024'],
    ['-', '008', '01.02.2024'],
  ]);
  expect(await read(csv, 'value', ['id', 'price', 'day'])).toEqual([
    ['007', '1234.5', '2024-01-31'],
    ['008', null, '2024-02-01'],
  ]);
  expect(await read(json, 'value', ['id', 'price'])).toEqual([
    ['007', '1234.5'],
    ['008', null],
  ]);
});
