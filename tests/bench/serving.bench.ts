import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ServingClient } from '../../engine/serving/serving-client.ts';
import { freePort } from '../support/program-server.ts';
import type { Bench, Row } from './bench.ts';
import type { LoadOrder, LoadResult } from './http-load-process.ts';
import { type MixedModel, makeMixedModel } from './support/mixed-model.ts';

const connections = 32;
const warmUpMilliseconds = 1000;
const measuredMilliseconds = 3000;
const rounds = 5;
const learners = ['linear', 'trees'] as const;
const ticksPerSecond = 100;

const serverSide = fileURLToPath(new URL('./serving_fastapi.py', import.meta.url));

/** A server under load: 32 connections and one, each with one row a request. */
interface Measured {
  requestsPerSecond: number;
  /** Of the server's process; NaN where /proc does not tell it. */
  processorMicroseconds: number;
  p50: number;
  p99: number;
  /** Of one client alone. */
  aloneP50: number;
}

function processorSeconds(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  } catch {
    return Number.NaN;
  }
}

async function order(loader: ChildProcess, load: LoadOrder): Promise<LoadResult> {
  loader.send(load);
  const [result] = (await once(loader, 'message')) as [LoadResult];
  if (result.failed > 0) throw new Error(`${result.failed} of ${result.requests} requests failed.`);
  return result;
}

async function measure(pid: number, port: number, { rows }: MixedModel): Promise<Measured> {
  const loader = fork(fileURLToPath(new URL('./http-load-process.ts', import.meta.url)));
  try {
    const bodies = rows.slice(0, 256).map((row) => JSON.stringify({ row }));
    const load = { port, path: '/predict', bodies, connections };
    await order(loader, { ...load, milliseconds: warmUpMilliseconds });
    const before = processorSeconds(pid);
    const { requests, seconds, p50, p99 } = await order(loader, { ...load, milliseconds: measuredMilliseconds });
    const processor = processorSeconds(pid) - before;
    const alone = await order(loader, { ...load, connections: 1, milliseconds: warmUpMilliseconds });
    return {
      requestsPerSecond: requests / seconds,
      processorMicroseconds: (processor / requests) * 1e6,
      p50,
      p99,
      aloneP50: alone.p50,
    };
  } finally {
    loader.disconnect();
  }
}

/** Null where this machine's Python has no FastAPI; GALLEY_BENCH_PYTHON names another. */
async function startFastApi(model: MixedModel): Promise<{ port: number; server: ChildProcess } | null> {
  const port = await freePort();
  const python = process.env.GALLEY_BENCH_PYTHON ?? 'python3';
  const server = spawn(python, [serverSide, model.folder, String(port)], { stdio: 'ignore' });
  server.once('error', () => {});
  if (await answers(server, `http://127.0.0.1:${port}/readyz`)) return { port, server };
  server.kill();
  return null;
}

/** In turns, since a machine that others use is quick and slow by the minute; the medians of all rounds. */
async function compare(model: MixedModel) {
  const logFolder = await mkdtemp(join(tmpdir(), 'galley-bench-'));
  const versions = [{ version: 1, folder: model.folder }];
  const galley = await ServingClient.start({
    deployment: 'bench',
    model: 'mixed',
    logFolder,
    versions,
    active: 1,
    serverLog: { requests: 'failures' },
  });
  const fastApi = await startFastApi(model);
  const [own, others]: [Measured[], Measured[]] = [[], []];
  try {
    for (let round = 0; round < rounds; round++) {
      own.push(await measure(galley.pid as number, galley.ready.port, model));
      if (fastApi) others.push(await measure(fastApi.server.pid as number, fastApi.port, model));
    }
    await galley.rotate();
    const { rows, log } = await galley.status();
    return { galley: medians(own), fastApi: fastApi && medians(others), unlogged: rows - log.writtenRows };
  } finally {
    fastApi?.server.kill();
    await galley.stop();
    await rm(logFolder, { recursive: true });
  }
}

function medians(rounds: readonly Measured[]): Measured {
  const names = Object.keys(rounds[0] as Measured) as (keyof Measured)[];
  const middle = (name: keyof Measured) =>
    rounds.map((round) => round[name]).toSorted((one, other) => one - other)[Math.floor(rounds.length / 2)] as number;
  return Object.fromEntries(names.map((name) => [name, middle(name)])) as unknown as Measured;
}

async function answers(server: ChildProcess, url: string): Promise<boolean> {
  for (let tries = 0; tries < 200 && server.exitCode === null && server.pid !== undefined; tries++) {
    const response = await fetch(url).catch(() => null);
    if (response?.ok) return true;
    await sleep(100);
  }
  return false;
}

function comparedRows(name: string, { galley, fastApi, unlogged }: Awaited<ReturnType<typeof compare>>): Row[] {
  const ratio = (own: number, other: number | undefined) => (other === undefined ? undefined : own / other);
  const own: Row[] = [
    {
      measure: `${name}: 32 connections, logged`,
      value: galley.requestsPerSecond,
      unit: 'requests/s',
      ratio: ratio(galley.requestsPerSecond, fastApi?.requestsPerSecond),
      target: 'at least 5 × FastAPI',
    },
    {
      measure: `${name}: processor time`,
      value: galley.processorMicroseconds,
      unit: 'µs a request',
      ratio: ratio(galley.processorMicroseconds, fastApi?.processorMicroseconds),
      target: 'at most 0.2 × FastAPI',
    },
    { measure: `${name}: median`, value: galley.p50, unit: 'ms', ratio: ratio(galley.p50, fastApi?.p50) },
    {
      measure: `${name}: 99 of 100 within`,
      value: galley.p99,
      unit: 'ms',
      ratio: ratio(galley.p99, fastApi?.p50),
      target: "below FastAPI's median",
    },
    {
      measure: `${name}: one client, median`,
      value: galley.aloneP50,
      unit: 'ms',
      ratio: ratio(galley.aloneP50, fastApi?.aloneP50),
      target: 'below 0.7 ms',
    },
    { measure: `${name}: answered but not logged`, value: unlogged, unit: 'rows', target: '0' },
  ];
  if (!fastApi) return own;
  return [
    ...own,
    { measure: `${name}: FastAPI`, value: fastApi.requestsPerSecond, unit: 'requests/s' },
    { measure: `${name}: FastAPI, processor time`, value: fastApi.processorMicroseconds, unit: 'µs a request' },
    { measure: `${name}: FastAPI, median`, value: fastApi.p50, unit: 'ms' },
    { measure: `${name}: FastAPI, one client, median`, value: fastApi.aloneP50, unit: 'ms' },
  ];
}

/** One row of 20 mixed columns a request to one process, beside FastAPI, uvicorn and onnxruntime with the same model. */
async function run(): Promise<Row[]> {
  const table: Row[] = [];
  for (const learner of learners) {
    const folder = await mkdtemp(join(tmpdir(), 'galley-bench-'));
    try {
      const model = makeMixedModel(folder, learner);
      table.push(...comparedRows(learner, await compare(model)));
    } finally {
      await rm(folder, { recursive: true });
    }
  }
  return table;
}

export default { name: 'serving', run } satisfies Bench;
