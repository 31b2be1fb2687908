import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ServingClient } from '../../engine/serving/serving-client.ts';
import type { Bench, Row } from './bench.ts';

/** `GALLEY_SOAK_MINUTES=30` is the run whose figures stand in docs/prediction-server.md. */
const minutes = Number(process.env.GALLEY_SOAK_MINUTES ?? 2);
const requestsPerTurn = 10;
const turnMilliseconds = 20;
const sampleMilliseconds = 5000;
/** As the engine does it every five minutes. */
const collectMilliseconds = 60_000;
const model = fileURLToPath(new URL('../fixtures/serving/riders-1', import.meta.url));

const agent = new Agent({ keepAlive: true, maxSockets: 8 });
const row = { temperature: 20, rain: 1, holiday: false, line: 'red', day: '2004-02-29' };

/** Every tenth request is wrong, so that refusals are in it, too. @returns the status */
function ask(port: number, number: number): Promise<number> {
  const body = JSON.stringify({ row: { ...row, temperature: number % 10 === 0 ? 'warm' : number % 40 } });
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const sent = request({ agent, host: '127.0.0.1', port, path: '/predict', method: 'POST', headers }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode ?? 0));
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

async function megabytes(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]) / 1e6;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** A server under a steady load of right and wrong requests, its log collected as the engine collects it. */
async function run(): Promise<Row[]> {
  const logFolder = await mkdtemp(join(tmpdir(), 'galley-soak-'));
  const versions = [{ version: 1, folder: model }];
  const serverLog = { requests: 'failures' } as const;
  const server = await ServingClient.start(
    { deployment: 'soak', model: 'riders', logFolder, versions, active: 1, serverLog },
    () => {},
  );
  const { port, url } = server.ready;
  const memory: number[] = [];
  const statuses = new Map<number, number>();
  const end = performance.now() + minutes * 60_000;
  let [sampledAt, collectedAt] = [0, performance.now()];
  let asked = 0;
  try {
    while (performance.now() < end) {
      const turn = Array.from({ length: requestsPerTurn }, () => ask(port, asked++));
      for (const status of await Promise.all(turn)) statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (performance.now() - sampledAt > sampleMilliseconds) {
        memory.push(await megabytes(url));
        sampledAt = performance.now();
      }
      if (performance.now() - collectedAt > collectMilliseconds) {
        for (const segment of await server.rotate()) await rm(segment);
        collectedAt = performance.now();
      }
      await sleep(turnMilliseconds);
    }
    const { log } = await server.status();
    const tenth = Math.max(1, Math.floor(memory.length / 10));
    const [early, late] = [median(memory.slice(tenth, 2 * tenth)), median(memory.slice(-tenth))];
    const wrong = [...statuses].filter(([status]) => status !== 200 && status !== 422);
    return [
      { measure: `requests in ${minutes} min`, value: asked, unit: 'requests' },
      {
        measure: 'answered with another status than 200 and 422',
        value: wrong.reduce((sum, [, count]) => sum + count, 0),
        unit: 'requests',
        target: '0',
      },
      { measure: 'memory, second tenth of the time', value: early, unit: 'MB' },
      { measure: 'memory, last tenth', value: late, unit: 'MB', ratio: late / early, target: 'at most 1.05 ×' },
      { measure: 'rows lost for the log', value: log.lostRows, unit: 'rows', target: '0' },
    ];
  } finally {
    agent.destroy();
    await server.stop();
    await rm(logFolder, { recursive: true });
  }
}

export default { name: 'soak', run } satisfies Bench;
