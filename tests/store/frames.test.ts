import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ColumnType } from '../../engine/contract/values.ts';
import { openDuck, sqlText } from '../../engine/store/duck.ts';
import { readFrame } from '../../engine/store/frames.ts';
import { temporaryFolder } from '../support/temporary.ts';

const columns: { name: string; type: ColumnType }[] = [
  { name: 'whole', type: 'int64' },
  { name: 'real "quoted"', type: 'float64' },
  { name: 'yes', type: 'boolean' },
  { name: 'text', type: 'text' },
  { name: 'day', type: 'date' },
];

async function writeParquet(folder: string, rows: number): Promise<string> {
  const path = join(folder, `rows-${rows}.parquet`);
  const duck = await openDuck({ allowed: [folder], temporaryFolder: folder });
  const connection = await duck.connect();
  await connection.run(`COPY (
      SELECT CASE WHEN i % 7 = 3 THEN NULL ELSE i END AS whole, i / 4.0::DOUBLE AS "real ""quoted""", i % 2 = 0 AS yes,
        CASE WHEN i % 5 = 0 THEN NULL ELSE 'row ' || i END AS text, DATE '1970-01-01' + CAST(i AS INTEGER) AS day
      FROM range(${rows}) t(i)) TO ${sqlText(path)} (FORMAT parquet)`);
  connection.closeSync();
  duck.closeSync();
  return path;
}

test.each([0, 1, 2048, 5000])('%i rows come in order, missing as NaN or null', async (rows) => {
  const folder = temporaryFolder();
  const path = await writeParquet(folder, rows);
  const duck = await openDuck({ allowed: [folder], temporaryFolder: folder });
  const connection = await duck.connect();
  const frame = await readFrame(connection, [path], columns);
  connection.closeSync();
  duck.closeSync();
  const [whole, real, yes, text, day] = frame.columns;
  const expected = Array.from({ length: rows }, (_, i) => i);
  expect(frame.rows).toBe(rows);
  expect(Array.from(whole?.values as Float64Array)).toEqual(expected.map((i) => (i % 7 === 3 ? Number.NaN : i)));
  expect(Array.from(real?.values as Float64Array)).toEqual(expected.map((i) => i / 4));
  expect(Array.from(yes?.values as Float64Array)).toEqual(expected.map((i) => (i % 2 === 0 ? 1 : 0)));
  expect(text?.values).toEqual(expected.map((i) => (i % 5 === 0 ? null : `row ${i}`)));
  expect(Array.from(day?.values as Float64Array)).toEqual(expected.map((i) => i * 86_400_000));
});

test('SQL reaches neither other files nor the network, and cannot change that', async () => {
  const folder = temporaryFolder();
  const duck = await openDuck({ allowed: [folder], temporaryFolder: folder });
  const connection = await duck.connect();
  for (const sql of [
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "COPY (SELECT 1) TO '/tmp/galley-escape.csv'",
    "ATTACH '/tmp/galley-escape.db'",
    'INSTALL httpfs',
    'SET enable_external_access = true',
  ]) {
    await expect(connection.run(sql), sql).rejects.toThrow();
  }
  connection.closeSync();
  duck.closeSync();
});
