import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import type { SchemaColumn } from '../../engine/data/schema.ts';
import { rowRanges } from '../../engine/data/versions/delta-read.ts';
import { chooseStorage, type StorageWork, type StoredAs } from '../../engine/data/versions/storage-choice.ts';
import type { StoredForm } from '../../engine/data/versions/stored-form.ts';
import { sqlText } from '../../engine/store/duck.ts';
import { temporaryFolder } from '../support/temporary.ts';

const schema: SchemaColumn[] = [
  { name: 'position', type: 'int64' },
  { name: 'c0', type: 'text' },
];

type Row = [number | null, string | null];

const row: fc.Arbitrary<Row> = fc.tuple(fc.option(fc.nat(4)), fc.option(fc.constantFrom('', 'x', 'y')));
const table = fc.array(row, { minLength: 1, maxLength: 25 });

/** What becomes of a table: rows that go, rows that come at some place, and the place of a row that moves. */
const change = fc.record({
  keep: fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }),
  fresh: fc.array(row, { maxLength: 5 }),
  at: fc.nat(100),
  move: fc.option(fc.nat(100)),
});

function changed(
  rows: Row[],
  { keep, fresh, at, move }: typeof change extends fc.Arbitrary<infer Value> ? Value : never,
): Row[] {
  const kept = rows.filter((_, index) => index >= keep.length || keep[index]);
  const moving = move === null || kept.length === 0 ? [] : kept.splice(move % kept.length, 1);
  const place = at % (kept.length + 1);
  const next = [...kept.slice(0, place), ...fresh, ...kept.slice(place), ...moving];
  return next.length > 0 ? next : rows;
}

/** One DuckDB and one folder for many tables. */
class Tables {
  readonly #duck: DuckDBInstance;
  readonly #folder: string;
  #count = 0;

  constructor(duck: DuckDBInstance, folder: string) {
    this.#duck = duck;
    this.#folder = folder;
  }

  async write(rows: Row[]): Promise<{ path: string; rows: number; bytes: number }> {
    const path = join(this.#folder, `table-${++this.#count}.parquet`);
    const values = rows.map(
      ([number, text]) => `(${number ?? 'NULL'}::BIGINT, ${text === null ? 'NULL' : sqlText(text)}::VARCHAR)`,
    );
    const connection = await this.#duck.connect();
    await connection.run(
      `COPY (FROM (VALUES ${values.join(', ')}) AS t(position, c0)) TO ${sqlText(path)} (FORMAT parquet)`,
    );
    connection.closeSync();
    return { path, rows: rows.length, bytes: 1000 };
  }

  /** A folder of its own for what one step stores. */
  work(limits: StorageWork['limits']): StorageWork {
    const stagingFolder = join(this.#folder, `step-${++this.#count}`);
    mkdirSync(stagingFolder);
    return { duck: this.#duck, stagingFolder, limits, throwIfCanceled: () => {} };
  }

  async read(form: StoredForm, mostRows: number): Promise<Row[]> {
    const connection = await this.#duck.connect();
    const rows: Row[] = [];
    for (const range of await rowRanges(connection, form, mostRows)) {
      const found = (await connection.runAndReadAll(range.sql)).getRowsJson();
      expect(found).toHaveLength(range.rows);
      rows.push(
        ...found.map(([number, text]): Row => [number === null ? null : Number(number), text as string | null]),
      );
    }
    connection.closeSync();
    return rows;
  }
}

function formOf(before: StoredForm | undefined, stored: StoredAs): StoredForm {
  const parts = [
    ...(before?.parts.slice(0, stored.keeps) ?? []),
    ...stored.parts.map((part) => ({ ...part, bytes: 1000 })),
  ];
  const delta = stored.delta === 'before' ? before?.delta : stored.delta;
  return { identity: '', leaves: [], schema, parts, ...(delta && { delta }) };
}

test('a version is read as the table that it was made of, however small the ranges are and however it is stored', async () => {
  const folder = temporaryFolder();
  const duck = await DuckDBInstance.create(':memory:', { threads: '2' });
  onTestFinished(() => duck.closeSync());
  const tables = new Tables(duck, folder);
  const limits = { parts: 3, changedRows: 2, changedBytes: 1000 };
  const kinds = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      table,
      fc.array(change, { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 1, max: 9 }),
      async (first, changes, mostRows) => {
        let rows = first;
        let form = formOf(undefined, { keeps: 0, parts: [await tables.write(first)] });
        for (const one of changes) {
          rows = changed(rows, one);
          const whole = { schema, parts: [await tables.write(rows)] };
          const stored = await chooseStorage(tables.work(limits), whole, form);
          kinds.add(stored.delta ? 'delta' : stored.keeps > 0 ? 'part' : 'base');
          form = formOf(form, stored);
          expect(await tables.read(form, mostRows)).toEqual(rows);
        }
      },
    ),
    { numRuns: 200, endOnFailure: true },
  );
  expect([...kinds].sort()).toEqual(['base', 'delta', 'part']);
});
