import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDuck, parquetTable, sqlName } from '../../../engine/store/duck.ts';
import { importNew } from '../../support/import-files.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const folder = join(import.meta.dirname, '..', '..', 'fixtures', 'formats');

interface Expected {
  columns: [name: string, type: string][];
  rows: (string | null)[][];
  warnings: string[];
}

const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Record<string, Expected>;

async function textRows(paths: string[], names: string[]): Promise<unknown[][]> {
  const duck = await openDuck({ allowed: paths, temporaryFolder: temporaryFolder() });
  const connection = await duck.connect();
  try {
    const columns = names.map((name) => `${sqlName(name)}::VARCHAR`).join(', ');
    return (await connection.runAndReadAll(`SELECT ${columns} FROM ${parquetTable(paths)}`)).getRowsJson();
  } finally {
    connection.closeSync();
    duck.closeSync();
  }
}

test.for(Object.entries(expected))('%s', async ([name, { columns, rows, warnings }]) => {
  const version = await importNew(join(folder, name));
  expect(version.schema.map((column) => [column.name, column.type])).toEqual(columns);
  const paths = version.parts.map((part) => part.file);
  expect(
    await textRows(
      paths,
      columns.map(([column]) => column),
    ),
  ).toEqual(rows);
  expect(version.rows).toBe(rows.length);
  expect(version.warnings.map((warning) => warning.code).sort()).toEqual([...warnings].sort());
});

test('the same table has the same identity from every format', async () => {
  const names = ['records.json', 'records.json.gz', 'lines.ndjson', 'lines.ndjson.zst', 'table.json', 'lists.json'];
  const versions = await Promise.all(names.map((name) => importNew(join(folder, name))));
  expect(new Set(versions.map((version) => version.identity)).size).toBe(1);
  const arrow = ['types.feather', 'types_lz4.feather', 'types_zstd.feather', 'types.arrows', 'types.feather.gz'];
  const written = await Promise.all(arrow.map((name) => importNew(join(folder, name))));
  expect(new Set(written.map((version) => version.identity)).size).toBe(1);
});

test('columns that appear late in NDJSON are kept', async () => {
  const version = await importNew(join(folder, 'late.ndjson'));
  expect(version.rows).toBe(3000);
  const rows = await textRows(
    version.parts.map((part) => part.file),
    ['id', 'late'],
  );
  expect(rows.filter(([, late]) => late !== null)).toEqual([
    ['2998', 'line\nbreak'],
    ['2999', 'end'],
  ]);
});

test('lists of Arrow are refused with the column', async () => {
  await expect(importNew(join(folder, 'list.feather'))).rejects.toMatchObject({
    code: 'data.unsupported_type',
    details: { column: 'list' },
  });
});
