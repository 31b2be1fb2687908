import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { App } from '../../engine/app.ts';
import type { Job } from '../../engine/contract/jobs.ts';
import { DataStore } from '../../engine/data/store.ts';
import { readablePaths } from '../../engine/data/versions/reading-form.ts';
import { resolveVersion } from '../../engine/data/versions/resolve.ts';
import { parquetTable, sqlText } from '../../engine/store/duck.ts';
import type { Bench, Row } from './bench.ts';

const rows = 1_000_000;
const added = 10_000;

/** A number that looks drawn by chance, below `limit`: other data would fit into fewer bytes than people's data do. */
const drawn = (seed: number, limit: number) => `(hash(i * 32 + ${seed}) % ${limit})::BIGINT`;

/** Rows of twenty columns, about 180 MB a million, and about 50 MB as Parquet. */
const table = (from: number, to: number) => `
  SELECT i AS id, DATE '2001-01-01' + ${drawn(1, 5000)}::INTEGER AS day,
    TIMESTAMP '2020-01-01' + INTERVAL (${drawn(2, 100_000_000)}) SECOND AS moment,
    ${drawn(3, 1000)} AS small_count, ${drawn(4, 1_000_003)} AS large_count, ${drawn(5, 90)} AS age,
    round(${drawn(6, 1_000_000)} / 997.0, 4) AS price, ${drawn(7, 1_000_000)} / 3.0 AS ratio,
    round(${drawn(8, 100_000)} / 100.0, 2) AS amount, round(ln(1 + ${drawn(9, 100_000)}), 6) AS logarithm,
    ${drawn(10, 1000)} / 8.0 AS eighth, ${drawn(11, 10_000)} / 100.0 AS share, ${drawn(12, 17)} < 8 AS flag,
    ['red', 'green', 'blue', 'yellow', 'black'][1 + ${drawn(13, 5)}] AS colour,
    'customer-' || lpad(${drawn(14, 100_000)}::VARCHAR, 8, 'x') AS customer,
    ['Copenhagen', 'Amsterdam', 'Tromsø', 'São Paulo', 'New York City, NY'][1 + ${drawn(15, 5)}] AS city,
    'note ' || ${drawn(16, 1_000_000)} || ' about the thing' AS note,
    CASE WHEN ${drawn(17, 10)} = 3 THEN NULL ELSE ${drawn(18, 500)} END AS sometimes,
    CASE WHEN ${drawn(17, 5)} = 2 THEN NULL ELSE round(${drawn(19, 500)} / 7.0, 3) END AS seldom,
    chr((65 + ${drawn(20, 26)})::INTEGER) AS letter
  FROM range(${from}, ${to}) AS numbers(i)`;

interface Files {
  base: string;
  appended: string;
  edited: string;
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** The three files, and how long DuckDB alone takes for the first one. */
async function writeFiles(folder: string): Promise<{ files: Files; bare: number }> {
  const duck = await DuckDBInstance.create(':memory:');
  const connection = await duck.connect();
  const file = (name: string) => join(folder, name);
  const files = { base: file('base.csv'), appended: file('appended.csv'), edited: file('edited.csv') };
  const write = (query: string, to: string) =>
    connection.run(`COPY (${query}) TO ${sqlText(to)} (FORMAT csv, HEADER true)`);
  const more = `FROM (${table(rows, rows + added)})`;
  const edits = `SELECT * REPLACE (CASE WHEN id % 1000 = 123 THEN amount + 1 ELSE amount END AS amount) FROM known WHERE id % 2000 <> 777`;
  await connection.run(`CREATE TABLE known AS ${table(0, rows)}`);
  await write('FROM known', files.base);
  await write(`FROM known UNION ALL ${more}`, files.appended);
  await write(`${edits} UNION ALL ${more}`, files.edited);
  await connection.run('DROP TABLE known');
  const target = sqlText(file('bare.parquet'));
  const bare = await seconds(() =>
    connection.run(`COPY (FROM read_csv(${sqlText(files.base)})) TO ${target} (FORMAT parquet, COMPRESSION zstd)`),
  );
  connection.closeSync();
  duck.closeSync();
  return { files, bare };
}

async function add(app: App, name: string, file: string): Promise<number> {
  return seconds(async () => {
    const { job } = (await app.call('data.add', { name, files: [file] })) as { job: Job };
    await app.context.jobs.result(job.id);
  });
}

function bytesOfBlobs(app: App): number {
  const folder = join(app.context.project.path, 'blobs');
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

/** Every cell of a version, from its files. */
async function readWhole(app: App, reference: string): Promise<void> {
  const version = resolveVersion(new DataStore(app.context.database), reference);
  const paths = await readablePaths(app.context, version);
  const names = version.manifest.schema.map(({ name }) => name).join(', ');
  await app.context.duck.rows(`SELECT bit_xor(hash(${names}))::VARCHAR FROM ${parquetTable(paths)}`);
}

async function measure(app: App, { files, bare }: { files: Files; bare: number }): Promise<Row[]> {
  const first = await add(app, 'edited', files.base);
  await add(app, 'appended', files.base);
  const baseBytes = bytesOfBlobs(app);
  await add(app, 'appended', files.appended);
  const appendBytes = bytesOfBlobs(app) - baseBytes;
  const editing = await add(app, 'edited', files.edited);
  const deltaBytes = bytesOfBlobs(app) - baseBytes - appendBytes;
  const warm = await seconds(() => readWhole(app, 'edited'));
  rmSync(join(app.context.project.path, 'cache'), { recursive: true });
  const cold = await seconds(() => readWhole(app, 'edited'));
  return [
    { measure: "DuckDB's own CSV to Parquet", value: bare, unit: 's' },
    { measure: 'first version', value: first, unit: 's', ratio: first / bare },
    { measure: 'first version on disk', value: baseBytes / 1e6, unit: 'MB' },
    {
      measure: 'version with 10,000 rows more, from a whole file, on disk',
      value: appendBytes / 1e6,
      unit: 'MB',
      ratio: appendBytes / baseBytes,
      target: 'below 3 MB',
    },
    {
      measure: 'version with 10,000 added, 1,000 edited, 500 removed',
      value: editing,
      unit: 's',
      ratio: editing / bare,
    },
    {
      measure: 'the same on disk',
      value: deltaBytes / 1e6,
      unit: 'MB',
      ratio: deltaBytes / baseBytes,
      target: 'below 3 MB',
    },
    { measure: 'reading it whole, put together already', value: warm, unit: 's' },
    {
      measure: 'reading it whole, with nothing in the cache',
      value: cold,
      unit: 's',
      ratio: cold / bare,
      target: 'below 7 s',
    },
  ];
}

const bench: Bench = {
  name: `storage of versions of ${rows.toLocaleString('en-US')} x 20`,
  async run(): Promise<Row[]> {
    const folder = mkdtempSync(join(tmpdir(), 'galley-bench-'));
    try {
      const prepared = await writeFiles(folder);
      const app = await App.open({ projectPath: join(folder, 'project'), create: true });
      return await measure(app, prepared).finally(() => app.close());
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

export default bench;
