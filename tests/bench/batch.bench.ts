import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDuck, sqlText } from '../../engine/store/duck.ts';
import type { Bench, Row } from './bench.ts';
import type { BatchOrder, BatchResult } from './support/batch-process.ts';

const rows = 10_000_000;
const width = 20;
const model = fileURLToPath(new URL('../fixtures/serving/wide', import.meta.url));
const python = fileURLToPath(new URL('./batch_onnxruntime.py', import.meta.url));

/** Columns of random numbers with all their digits. */
async function writeRows(folder: string): Promise<string> {
  const path = join(folder, 'rows.parquet');
  const duck = await openDuck({ allowed: [folder], temporaryFolder: folder });
  const connection = await duck.connect();
  const names = Array.from({ length: width }, (_, index) => `feature_${String(index + 1).padStart(2, '0')}`);
  const columns = names.map((name) => `random() * 4 - 2 AS ${name}`).join(', ');
  await connection.run(
    `COPY (SELECT ${columns} FROM range(${rows})) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`,
  );
  connection.closeSync();
  duck.closeSync();
  return path;
}

async function ownResult(folder: string, source: string): Promise<BatchResult> {
  const child = fork(fileURLToPath(new URL('./support/batch-process.ts', import.meta.url)));
  const order: BatchOrder = {
    folder,
    input: {
      served: { version: 1, folder: model },
      versionId: 'wide',
      source: { kind: 'file', path: source, name: source },
      target: join(folder, 'own.parquet'),
    },
  };
  child.send(order);
  const [result] = (await once(child, 'message')) as [BatchResult];
  return result;
}

/** Rows a second of Python's ONNX Runtime on the same file and cores, or undefined where it is not there. */
function pythonSpeed(folder: string, source: string): number | undefined {
  const target = join(folder, 'python.parquet');
  try {
    const words = [python, join(model, 'model.onnx'), source, target];
    const output = execFileSync(process.env.GALLEY_BENCH_PYTHON ?? 'python3', words, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return Number(output);
  } catch {
    return undefined;
  }
}

/** A Parquet file of 10 million rows of 20 numbers, scored into another with all its columns. */
async function run(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'galley-bench-'));
  try {
    const source = await writeRows(folder);
    const own = await ownResult(folder, source);
    const reference = pythonSpeed(folder, source);
    const speed = own.rows / own.seconds;
    return [
      {
        measure: `10 million x 20 numbers, Parquet to Parquet${reference ? ", beside Python's onnxruntime" : ''}`,
        value: speed,
        unit: 'rows/s',
        ratio: reference && speed / reference,
        target: 'at least 1 ×',
      },
      { measure: 'the most memory of the process', value: own.peak, unit: 'MB', target: 'below 600' },
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

export default { name: 'batch', run } satisfies Bench;
