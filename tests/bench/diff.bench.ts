import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { SchemaColumn } from '../../engine/data/schema.ts';
import type { DiffInput } from '../../engine/data/versions/diff-job.ts';
import { sqlText } from '../../engine/store/duck.ts';
import type { Bench, Row } from './bench.ts';
import type { DiffMeasured } from './support/diff-process.ts';

const rows = 1_000_000;
const rounds = 3;
const removedEvery = 1938;
const editedEvery = 1010;
const addedRows = 10_000;

const columns: (SchemaColumn & { sql: string })[] = Array.from({ length: 20 }, (_, place) => {
  const step = 7919 + 2 * place;
  if (place === 0) return { name: 'id', type: 'int64', sql: 'i' };
  if (place % 4 === 1)
    return { name: `text_${place}`, type: 'text', sql: `'level ' || (i * ${step}) % ${place * 100}` };
  if (place % 4 === 2) return { name: `ratio_${place}`, type: 'float64', sql: `((i * ${step}) % 1000000) / 997.0` };
  if (place % 4 === 3) return { name: `count_${place}`, type: 'int64', sql: `(i * ${step}) % 100000` };
  return { name: `price_${place}`, type: 'float64', sql: `round(((i * ${step}) % 1000003) / 100.0, 2)` };
});
const table = `SELECT ${columns.map(({ name, sql }) => `${sql} AS ${name}`).join(', ')} FROM range(${rows}) AS numbers(i)`;

/** The table with rows added, edited and removed, as in MEASURED.md. */
const changedTable = (file: string) => `
  SELECT * REPLACE (CASE WHEN id % ${editedEvery} = 5 THEN ratio_2 + 1 ELSE ratio_2 END AS ratio_2)
  FROM read_parquet(${sqlText(file)}) WHERE id % ${removedEvery} <> 7
  UNION ALL SELECT * REPLACE (id + ${rows} AS id) FROM read_parquet(${sqlText(file)}) WHERE id < ${addedRows}`;

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] as number;
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

async function withDuck<Result>(work: (connection: DuckDBConnection) => Promise<Result>): Promise<Result> {
  const duck = await DuckDBInstance.create(':memory:');
  const connection = await duck.connect();
  try {
    return await work(connection);
  } finally {
    connection.closeSync();
    duck.closeSync();
  }
}

async function diffInProcess(input: DiffInput, stagingFolder: string): Promise<DiffMeasured> {
  mkdirSync(stagingFolder);
  const child = fork(new URL('./support/diff-process.ts', import.meta.url), [JSON.stringify(input), stagingFolder]);
  const exited = once(child, 'exit');
  const [measured] = (await Promise.race([once(child, 'message'), exited])) as [DiffMeasured];
  await exited;
  if (measured?.added === undefined) throw new Error('the comparison ended without an answer');
  return measured;
}

/** What DuckDB takes for the counts alone: a full join by the key over hashes of the rows, or a join of their counts. */
function bareSql(before: string, after: string, withKey: boolean): string {
  const source = (file: string) => `read_parquet(${sqlText(file)})`;
  const hashed = `hash(${columns.map(({ name }) => name).join(', ')}) AS h`;
  if (withKey) {
    const side = (file: string) => `(SELECT id, ${hashed} FROM ${source(file)})`;
    return `SELECT count(*) FROM ${side(before)} a FULL JOIN ${side(after)} b USING (id) WHERE a.h IS DISTINCT FROM b.h`;
  }
  const side = (file: string) => `(SELECT h, count(*) AS n FROM (SELECT ${hashed} FROM ${source(file)}) GROUP BY h)`;
  return `SELECT count(*) FROM ${side(before)} a FULL JOIN ${side(after)} b USING (h) WHERE a.n IS DISTINCT FROM b.n`;
}

const bench: Bench = {
  name: `comparison of two versions of ${rows.toLocaleString('en-US')} x 20`,
  async run(): Promise<Row[]> {
    const folder = mkdtempSync(join(tmpdir(), 'galley-bench-'));
    try {
      const [before, after] = [join(folder, 'before.parquet'), join(folder, 'after.parquet')];
      const options = '(FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2)';
      await withDuck(async (connection) => {
        await connection.run(`COPY (${table}) TO ${sqlText(before)} ${options}`);
        await connection.run(`COPY (${changedTable(before)}) TO ${sqlText(after)} ${options}`);
      });
      const schema = columns.map(({ name, type }) => ({ name, type }));
      const afterRows = await withDuck(async (connection) => {
        const counted = await connection.runAndReadAll(`SELECT count(*)::INTEGER FROM read_parquet(${sqlText(after)})`);
        return Number(counted.getRows()[0]?.[0]);
      });
      const result: Row[] = [];
      for (const [label, key, target] of [
        ['with a key', ['id'], 4],
        ['without a key', [], 6],
      ] as const) {
        const input: DiffInput = {
          from: { paths: [before], schema, rows },
          to: { paths: [after], schema, rows: afterRows },
          key: [...key],
          exportAs: null,
        };
        const bare: number[] = [];
        const whole: number[] = [];
        const peaks: number[] = [];
        for (let round = 0; round < rounds; round++) {
          bare.push(
            await withDuck((connection) => seconds(() => connection.run(bareSql(before, after, key.length > 0)))),
          );
          const staging = join(folder, `staging-${key.length}-${round}`);
          whole.push(
            await seconds(async () => {
              const found = await diffInProcess(input, staging);
              if (found.added - found.removed !== afterRows - rows) throw new Error('the comparison counted wrongly');
              peaks.push(found.peakMegabytes);
            }),
          );
        }
        result.push(
          { measure: `DuckDB's bare join ${label}`, value: median(bare), unit: 's' },
          {
            measure: `comparison ${label}: process, rows, cells, drift of 20 columns`,
            value: median(whole),
            unit: 's',
            ratio: median(whole) / median(bare),
            target: `below ${target} s`,
          },
          { measure: `peak memory ${label}`, value: Math.max(...peaks), unit: 'MB', target: 'below 1,000 MB' },
        );
      }
      return result;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

export default bench;
