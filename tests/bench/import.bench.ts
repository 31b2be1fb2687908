import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { App } from '../../engine/app.ts';
import type { AddResult } from '../../engine/contract/data.ts';
import type { Job } from '../../engine/contract/jobs.ts';
import { sqlText } from '../../engine/store/duck.ts';
import type { Bench, Row } from './bench.ts';
import { secondsUntilRows } from './support/dropped-rows.ts';
import type { ImportMeasured } from './support/import-process.ts';

const rows = 1_000_000;
const rounds = 3;

/** Twenty columns of every type that CSV holds, about 180 MB; the same bytes each time. */
const table = `
  SELECT i AS id,
    DATE '2001-01-01' + (i % 5000)::INTEGER AS day,
    TIMESTAMP '2020-01-01' + INTERVAL (i * 61) SECOND AS moment,
    (i * 7919) % 1000 AS small_count, (i * 104729) % 1000003 AS large_count, (i * 31) % 90 AS age,
    round(((i * 15485863) % 1000000) / 997.0, 4) AS price, ((i * 32452843) % 1000000) / 3.0 AS ratio,
    round(((i * 49979687) % 100000) / 100.0, 2) AS amount, round(ln(1 + (i * 67867967) % 100000), 6) AS logarithm,
    ((i * 86028121) % 1000) / 8.0 AS eighth, ((i * 104395301) % 10000) / 100.0 AS share,
    (i * 7907) % 17 < 8 AS flag,
    ['red', 'green', 'blue', 'yellow', 'black'][1 + (i * 13) % 5] AS colour,
    'customer-' || lpad(((i * 611953) % 100000)::VARCHAR, 8, 'x') AS customer,
    ['Copenhagen', 'Amsterdam', 'Tromsø', 'São Paulo', 'New York City, NY'][1 + (i * 17) % 5] AS city,
    'note ' || ((i * 999983) % 1000000)::VARCHAR || ' about the thing' AS note,
    CASE WHEN i % 10 = 3 THEN NULL ELSE (i * 71) % 500 END AS sometimes,
    CASE WHEN i % 5 = 2 THEN NULL ELSE round(((i * 73) % 500) / 7.0, 3) END AS seldom,
    chr((65 + (i * 19) % 26)::INTEGER) AS letter
  FROM range(${rows}) AS numbers(i)`;

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] as number;
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

async function withDuck(sql: string): Promise<number> {
  const duck = await DuckDBInstance.create(':memory:');
  const connection = await duck.connect();
  try {
    return await seconds(() => connection.run(sql));
  } finally {
    connection.closeSync();
    duck.closeSync();
  }
}

async function importInProcess(csv: string, stagingFolder: string): Promise<ImportMeasured> {
  mkdirSync(stagingFolder);
  const child = fork(new URL('./support/import-process.ts', import.meta.url), [csv, stagingFolder]);
  const exited = once(child, 'exit');
  const [measured] = (await Promise.race([once(child, 'message'), exited])) as [ImportMeasured];
  await exited;
  if (measured?.rows !== rows) throw new Error('the import did not read every row');
  return measured;
}

/** Seconds of adding a file to a project that has just this file. */
async function secondsUnchanged(csv: string, folder: string): Promise<number> {
  const app = await App.open({ projectPath: join(folder, 'project'), create: true });
  const add = async () => {
    const { job } = (await app.call('data.add', { name: 'table', files: [csv] })) as { job: Job };
    return app.context.jobs.result<AddResult>(job.id);
  };
  try {
    await add();
    const again: number[] = [];
    for (let round = 0; round < rounds; round++) {
      again.push(
        await seconds(async () => {
          if (!(await add()).unchanged) throw new Error('the same file was read again');
        }),
      );
    }
    return median(again);
  } finally {
    await app.close();
  }
}

const bench: Bench = {
  name: `import of a CSV of ${rows.toLocaleString('en-US')} x 20`,
  async run(): Promise<Row[]> {
    const folder = mkdtempSync(join(tmpdir(), 'galley-bench-'));
    try {
      const csv = join(folder, 'table.csv');
      await withDuck(`COPY (${table}) TO ${sqlText(csv)} (FORMAT csv, HEADER true)`);
      const bare: number[] = [];
      const whole: number[] = [];
      const peaks: number[] = [];
      for (let round = 0; round < rounds; round++) {
        const target = sqlText(join(folder, `bare-${round}.parquet`));
        bare.push(
          await withDuck(`COPY (FROM read_csv(${sqlText(csv)})) TO ${target} (FORMAT parquet, COMPRESSION zstd)`),
        );
        const staging = join(folder, `staging-${round}`);
        whole.push(await seconds(async () => peaks.push((await importInProcess(csv, staging)).peakMegabytes)));
      }
      return [
        { measure: "DuckDB's own CSV to Parquet", value: median(bare), unit: 's' },
        {
          measure: 'import with process, types, identity and profile',
          value: median(whole),
          unit: 's',
          ratio: median(whole) / median(bare),
          target: 'at most 3 ×',
        },
        { measure: 'peak memory of the import', value: Math.max(...peaks), unit: 'MB', target: 'below 700 MB' },
        {
          measure: 'unchanged file again, 180 MB',
          value: await secondsUnchanged(csv, folder),
          unit: 's',
          target: 'below 0.6 s',
        },
        {
          measure: 'rows on screen after the file is dropped',
          value: await secondsUntilRows(csv),
          unit: 's',
          target: 'below 1 s',
        },
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

export default bench;
