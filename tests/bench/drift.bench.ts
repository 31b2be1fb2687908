import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DriftDefinition } from '../../engine/contract/monitor-drift.ts';
import type { ColumnType } from '../../engine/contract/values.ts';
import type { DatasetReportInput } from '../../engine/monitor/dataset-report-job.ts';
import { sqlText } from '../../engine/store/duck.ts';
import type { Bench, Row } from './bench.ts';
import type { DriftMeasured } from './support/drift-process.ts';

const width = 50;

/** What a column is drawn by; `shift` moves the current side of some. */
const kinds: { type: ColumnType; sql: (shift: number) => string }[] = [
  { type: 'float64', sql: (shift) => `random() + random() + random() + ${shift}` },
  { type: 'int64', sql: (shift) => `floor(random() * 1000 + ${100 * shift})::BIGINT` },
  { type: 'text', sql: (shift) => `'level ' || floor(random() * 20 + ${4 * shift})::INTEGER` },
  { type: 'float64', sql: (shift) => `exp(3 * random() + ${shift})` },
  { type: 'float64', sql: (shift) => `CASE WHEN random() < ${0.7 - shift} THEN 0 ELSE random() END` },
];
const columns = Array.from({ length: width }, (_, place) => {
  const { type, sql } = kinds[place % kinds.length] as (typeof kinds)[number];
  const isSometimesMissing = place % 7 === 0;
  const drawn = (shift: number) =>
    isSometimesMissing ? `CASE WHEN random() < 0.02 THEN NULL ELSE ${sql(shift)} END` : sql(shift);
  return { name: `column_${place}`, type, drawn };
});

async function writeSide(path: string, rows: number, isCurrent: boolean): Promise<void> {
  const duck = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await duck.connect();
  try {
    await connection.run(`SELECT setseed(${isCurrent ? 0.2 : 0.1})`);
    const values = columns.map(
      ({ name, drawn }, place) => `${drawn(isCurrent && place % 10 < 2 ? 0.3 : 0)} AS ${name}`,
    );
    await connection.run(`COPY (SELECT ${values.join(', ')} FROM range(${rows})) TO ${sqlText(path)} (FORMAT parquet)`);
  } finally {
    connection.closeSync();
    duck.closeSync();
  }
}

async function compare(
  [reference, current]: [string, string],
  rows: number,
  definition: DriftDefinition,
  stagingFolder: string,
): Promise<DriftMeasured> {
  mkdirSync(stagingFolder, { recursive: true });
  const schema = columns.map(({ name, type }) => ({ name, type }));
  const input = {
    reference: { name: 'bench@1', paths: [reference], rows, schema },
    current: { paths: [current], schema },
    definition,
    thresholds: 'sampling',
    columnsOnly: true,
  } as DatasetReportInput;
  const child = fork(new URL('./support/drift-process.ts', import.meta.url), [JSON.stringify(input), stagingFolder]);
  const exited = once(child, 'exit');
  const [measured] = (await Promise.race([once(child, 'message'), exited])) as [DriftMeasured];
  await exited;
  if (measured?.columns !== width || measured.rows !== rows) throw new Error('the comparison left something out');
  return measured;
}

interface Yardstick {
  version: string;
  seconds: number;
  megabytes: number;
  drifted: number;
}

/** Evidently on the same files, or undefined where no Python with it is there. */
function measureEvidently(reference: string, current: string): Yardstick | undefined {
  const script = fileURLToPath(new URL('./drift_evidently.py', import.meta.url));
  try {
    const output = execFileSync(process.env.GALLEY_BENCH_PYTHON ?? 'python3', [script, reference, current], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return JSON.parse(output) as Yardstick;
  } catch {
    console.error('Evidently is not measured: GALLEY_BENCH_PYTHON names no Python with evidently and pyarrow.');
    return undefined;
  }
}

async function measured(rows: number, folder: string): Promise<Row[]> {
  const sides: [string, string] = [join(folder, `reference-${rows}.parquet`), join(folder, `current-${rows}.parquet`)];
  await writeSide(sides[0], rows, false);
  await writeSide(sides[1], rows, true);
  const label = `exact drift report, ${rows.toLocaleString('en-US')} x ${width} twice`;
  const own = await compare(sides, rows, 'default', join(folder, 'staging'));
  if (rows > 100_000) {
    return [
      { measure: label, value: own.seconds, unit: 's', target: 'below 30 s' },
      { measure: `${label}, peak memory`, value: own.peakMegabytes, unit: 'MB' },
    ];
  }
  const likewise = await compare(sides, rows, 'evidently', join(folder, 'staging'));
  const other = measureEvidently(...sides);
  const beside = (seconds: number) => (other ? { ratio: seconds / other.seconds } : {});
  return [
    {
      measure: label,
      value: own.seconds,
      unit: 's',
      ...beside(own.seconds),
      target: 'at most 0.2 × of Evidently',
    },
    {
      measure: `${label}, by Evidently's definition`,
      value: likewise.seconds,
      unit: 's',
      ...beside(likewise.seconds),
      target: 'at most 0.2 × of Evidently',
    },
    { measure: `${label}, peak memory`, value: own.peakMegabytes, unit: 'MB', target: 'below 1000 MB' },
    ...(other
      ? [
          { measure: `${label}, Evidently ${other.version}`, value: other.seconds, unit: 's' },
          { measure: `${label}, Evidently ${other.version}, peak memory`, value: other.megabytes, unit: 'MB' },
        ]
      : []),
  ];
}

export default {
  name: 'drift',
  async run(): Promise<Row[]> {
    const folder = mkdtempSync(join(tmpdir(), 'galley-drift-'));
    try {
      return [...(await measured(100_000, folder)), ...(await measured(1_000_000, folder))];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
} satisfies Bench;
