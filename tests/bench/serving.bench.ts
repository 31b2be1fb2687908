import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '../../engine/base/random.ts';
import { ServingClient } from '../../engine/serving/serving-client.ts';
import type { Bench, Row } from './bench.ts';
import type { LoadOrder, LoadResult } from './http-load-process.ts';

const connections = 32;
const warmUpMilliseconds = 1500;
const measuredMilliseconds = 4000;
const model = fileURLToPath(new URL('../fixtures/serving/wide', import.meta.url));

/** Rows of 20 numbers with all their digits. */
function requestBodies(): string[] {
  const random = seededRandom(1);
  const names = Array.from({ length: 20 }, (_, index) => `feature_${String(index + 1).padStart(2, '0')}`);
  return Array.from({ length: 256 }, () =>
    JSON.stringify({ row: Object.fromEntries(names.map((name) => [name, random() * 4 - 2])) }),
  );
}

async function order(loader: ChildProcess, load: LoadOrder): Promise<LoadResult> {
  loader.send(load);
  const [result] = (await once(loader, 'message')) as [LoadResult];
  if (result.failed > 0) throw new Error(`${result.failed} of ${result.requests} requests failed.`);
  return result;
}

/** One row of 20 numbers a request, 32 keep-alive connections, the prediction log on the disk. */
async function run(): Promise<Row[]> {
  const logFolder = await mkdtemp(join(tmpdir(), 'galley-bench-'));
  const versions = [{ version: 1, folder: model }];
  const server = await ServingClient.start({
    deployment: 'bench',
    model: 'wide',
    logFolder,
    versions,
    active: 1,
    serverLog: { requests: 'failures' },
  });
  const loader = fork(fileURLToPath(new URL('./http-load-process.ts', import.meta.url)));
  try {
    const load = { port: server.ready.port, path: '/predict', bodies: requestBodies(), connections };
    await order(loader, { ...load, milliseconds: warmUpMilliseconds });
    const { requests, seconds, p50, p99 } = await order(loader, { ...load, milliseconds: measuredMilliseconds });
    await server.rotate();
    const { rows, log } = await server.status();
    return [
      {
        measure: 'predictions, 32 connections, logged',
        value: requests / seconds,
        unit: 'requests/s',
        target: '>= 5000',
      },
      { measure: 'predictions: median', value: p50, unit: 'ms' },
      { measure: 'predictions: 99 of 100 within', value: p99, unit: 'ms' },
      { measure: 'predictions: answered but not logged', value: rows - log.writtenRows, unit: 'rows', target: '0' },
    ];
  } finally {
    loader.disconnect();
    await server.stop();
    await rm(logFolder, { recursive: true });
  }
}

export default { name: 'serving', run } satisfies Bench;
