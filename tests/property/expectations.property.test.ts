import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CheckResult, InferredExpectation } from '../../engine/contract/data-expectations.ts';
import { checkRows } from '../../engine/data/expectations/check-rows.ts';
import { inferExpectations } from '../../engine/data/expectations/infer.ts';
import { profileColumns } from '../../engine/data/profile/profile.ts';
import type { SchemaColumn } from '../../engine/data/schema.ts';
import { openDuck, parquetTable, sqlText } from '../../engine/store/duck.ts';
import { importNew, importText } from '../support/import-files.ts';
import { checkoutFolder } from '../support/needs.ts';
import { temporaryFolder } from '../support/temporary.ts';

const now = Date.UTC(2025, 0, 1);
const control = { progress: () => {}, throwIfCanceled: () => {} };
const samples = join(checkoutFolder, 'resources', 'samples');

interface Half {
  path: string;
  rows: number;
}

async function within<Result>(
  paths: readonly string[],
  work: (connection: DuckDBConnection) => Promise<Result>,
): Promise<Result> {
  const folder = temporaryFolder();
  const duck = await openDuck({ allowed: [...paths, folder], temporaryFolder: folder });
  const connection = await duck.connect();
  try {
    return await work(connection);
  } finally {
    connection.closeSync();
    duck.closeSync();
  }
}

function inferred(paths: string[], schema: SchemaColumn[], rows: number): Promise<InferredExpectation[]> {
  return within(paths, async (connection) => {
    const profile = await profileColumns(connection, paths, schema, rows);
    return inferExpectations({ connection, paths, schema, rows }, { profile, keyColumns: [], timeColumn: null, now });
  });
}

function checked(paths: string[], schema: SchemaColumn[], rows: number, expectations: InferredExpectation[]) {
  return within(paths, (connection) =>
    checkRows({ connection, paths, schema, rows }, { dataset: 'table', expectations, now, rowsBefore: null }, control),
  );
}

function failures(results: readonly CheckResult[]): string[] {
  return results.filter(({ passed }) => passed === false).map(({ says, found }) => `${says}: ${found}`);
}

const cell = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('a', 'b', 'AB-12', '', '0', '1', '-3.5', '1e300', 'x y', 'é') },
  { weight: 2, arbitrary: fc.integer().map(String) },
  { weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }).map(String) },
  {
    weight: 1,
    arbitrary: fc
      .date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
      .map((day) => day.toISOString().slice(0, 10)),
  },
  {
    weight: 1,
    arbitrary: fc.stringMatching(/^[a-zé ._-]{0,12}$/),
  },
);

test('a version meets what was inferred from it', async () => {
  const columns = fc.integer({ min: 1, max: 4 });
  const table = columns.chain((count) =>
    fc.tuple(
      fc.array(fc.array(fc.nat(5), { minLength: count, maxLength: count }), { minLength: 1, maxLength: 60 }),
      fc.array(fc.array(cell, { minLength: 6, maxLength: 6 }), { minLength: count, maxLength: count }),
    ),
  );
  await fc.assert(
    fc.asyncProperty(table, async ([picks, pools]) => {
      const names = pools.map((_, index) => `c${index}`).join(',');
      const lines = picks.map((row) => row.map((pick, column) => `"${pools[column]?.[pick] ?? ''}"`).join(','));
      const version = await importText(`${names},last\n${lines.map((line) => `${line},1`).join('\n')}\n`);
      const paths = version.parts.map((part) => part.file);
      const expectations = await inferred(paths, version.schema, version.rows);
      const results = await checked(paths, version.schema, version.rows, expectations);
      expect(failures(results)).toEqual([]);
      expect(results.every(({ passed }) => passed === true)).toBe(true);
    }),
    { numRuns: 40 },
  );
});

/** A table cut into two by a hash of each row's place: the files and rows of both. */
function halves(path: string, seed: number): Promise<Half[]> {
  const folder = temporaryFolder();
  return within([path, folder], async (connection) => {
    const parts: Half[] = [];
    for (const side of [0, 1]) {
      const part = join(folder, `${side}.parquet`);
      const wanted = `(hash(file_row_number + ${seed} * 1000003) >> 20) & 1 = ${side}`;
      const rows = `SELECT * FROM ${parquetTable([path])} WHERE ${wanted}`;
      await connection.run(`COPY (${rows}) TO ${sqlText(part)} (FORMAT parquet)`);
      const counted = await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM ${parquetTable([part])}`);
      parts.push({ path: part, rows: Number(counted.getRows()[0]?.[0]) });
    }
    return parts;
  });
}

const tables = [
  'penguins/penguins.csv',
  'chicago_ridership/chicago-2001.csv',
  'chicago_ridership/chicago-2009.csv',
  'seattle_weather/seattle-weather-2015.csv',
  'flights_monthly/flights-2001-01.csv',
];

test('what was inferred from one half of a table seldom fails in the other half', async () => {
  let judged = 0;
  const failed: string[] = [];
  for (const table of tables) {
    const { parts, schema } = await importNew(join(samples, table));
    for (let seed = 0; seed < 5; seed++) {
      const [first, second] = (await halves(parts[0]?.file as string, seed)) as [Half, Half];
      const expectations = await inferred([first.path], schema, first.rows);
      const results = await checked([second.path], schema, second.rows, expectations);
      judged += results.length;
      failed.push(...failures(results).map((failure) => `${table}: ${failure}`));
    }
  }
  expect(judged).toBeGreaterThan(300);
  expect(failed.length / judged, failed.join('\n')).toBeLessThan(0.01);
});
