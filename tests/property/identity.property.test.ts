import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SchemaColumn } from '../../engine/data/schema.ts';
import type { ImportedVersion } from '../../engine/data/versions/import-job.ts';
import { importHere, importNew } from '../support/import-files.ts';
import { type TableValue, writeParquet } from '../support/tables.ts';
import { temporaryFolder } from '../support/temporary.ts';

const runs = { numRuns: 8, endOnFailure: true };

const schema: SchemaColumn[] = [
  { name: 'count', type: 'int64' },
  { name: 'ratio', type: 'float64' },
  { name: 'flag', type: 'boolean' },
  { name: 'day', type: 'date' },
  { name: 'moment', type: 'timestamp' },
  { name: 'note', type: 'text' },
];

const ratio = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .map((value) => (/[.e]/.test(String(value)) ? String(value) : `${value}.0`));
const time = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
const note = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter((text) => !text.includes('\0') && text === text.toWellFormed());

/** The first row fixes the types of a CSV file: it has a value that only its type can hold in every column. */
const firstRow: TableValue[] = [
  '-7',
  '0.5',
  true,
  '2024-02-29',
  '2024-02-29T12:30:00.5Z',
  'a "quoted", note\nin two lines',
];
const row: fc.Arbitrary<TableValue[]> = fc.tuple(
  fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String)),
  fc.option(ratio),
  fc.option(fc.boolean()),
  fc.option(time.map((value) => value.toISOString().slice(0, 10))),
  fc.option(time.map((value) => value.toISOString())),
  fc.option(note),
);
const table = fc.array(row, { maxLength: 30 }).map((rows) => [firstRow, ...rows]);

function csvOf(rows: readonly TableValue[][], lineEnd: string): string {
  const cell = (value: TableValue) => (value === null ? '' : `"${String(value).replaceAll('"', '""')}"`);
  return [schema.map((column) => column.name), ...rows].map((cells) => cells.map(cell).join(',')).join(lineEnd);
}

async function fromCsv(rows: readonly TableValue[][], lineEnd = '\n'): Promise<ImportedVersion> {
  const path = join(temporaryFolder(), 'table.csv');
  writeFileSync(path, csvOf(rows, lineEnd));
  return importNew(path);
}

async function fromParquet(rows: readonly TableValue[][]): Promise<ImportedVersion> {
  return importNew(await writeParquet(schema, rows));
}

async function appended(version: ImportedVersion, rows: readonly TableValue[][]): Promise<ImportedVersion> {
  const path = await writeParquet(schema, rows);
  const parts = version.parts.map((part) => ({ path: part.file, rows: part.rows }));
  return (await importHere({
    files: [{ path }],
    append: { schema: version.schema, leaves: version.leaves, parts },
  })) as ImportedVersion;
}

test('the same rows have the same identity from CSV and from Parquet', async () => {
  await fc.assert(
    fc.asyncProperty(table, fc.constantFrom('\n', '\r\n'), async (rows, lineEnd) => {
      const csv = await fromCsv(rows, lineEnd);
      const parquet = await fromParquet(rows);
      expect(csv.schema).toEqual(parquet.schema);
      expect(csv.identity).toBe(parquet.identity);
    }),
    runs,
  );
});

test('the identity does not tell how rows were appended', async () => {
  await fc.assert(
    fc.asyncProperty(table, fc.nat(), async (rows, place) => {
      fc.pre(rows.length > 1);
      const cut = 1 + (place % (rows.length - 1));
      const whole = await fromParquet(rows);
      const inParts = await appended(await fromParquet(rows.slice(0, cut)), rows.slice(cut));
      expect(inParts.identity).toBe(whole.identity);
      expect(inParts.rows).toBe(rows.length);
    }),
    runs,
  );
});

test('rows in another order, or one cell changed, are another identity', async () => {
  await fc.assert(
    fc.asyncProperty(table, row, async (rows, other) => {
      fc.pre(
        JSON.stringify(rows.at(-1)) !== JSON.stringify(other) && JSON.stringify(other) !== JSON.stringify(firstRow),
      );
      const before = await fromParquet([...rows, other]);
      const turned = await fromParquet([other, ...rows]);
      const without = await fromParquet(rows);
      expect(new Set([before.identity, turned.identity, without.identity]).size).toBe(3);
    }),
    runs,
  );
});
