import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Page } from 'playwright-core';
import { idSource } from '../../engine/base/ids.ts';
import { Database } from '../../engine/store/database.ts';
import { readEngineFile } from '../../engine/store/engine-file.ts';
import { createProject } from '../../engine/store/project.ts';
import { build } from '../../scripts/build.mjs';
import { needsBrowser } from '../support/browser.ts';
import { writeManyRuns } from '../support/many-runs.ts';
import { checkoutFolder } from '../support/needs.ts';
import type { Bench, Row } from './bench.ts';

const count = 10_000;
const repeats = 15;
const columns = [
  'attributes.learner',
  'attributes.run_name',
  'attributes.score',
  'metrics.r2',
  'metrics.rmse',
  'params.learning_rate',
  'tags.team',
  'attributes.start_time',
];

type Call = (name: string, input: object) => Promise<unknown>;

/** The table of runs with 10,000 of them: calls over HTTP, each with another filter, and the window in a real browser. */
async function run(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'galley-bench-runs-'));
  const project = join(folder, 'kitchen');
  createProject(project, idSource(), 'kitchen');
  const file = join(project, 'galley.db');
  const database = new Database(file);
  database.migrate();
  database.close();
  writeManyRuns(file, count);
  await build(['renderer']);
  const engine = spawn(
    process.execPath,
    [join(checkoutFolder, 'engine', 'main.ts'), '--project', project, '--port', '0'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, GALLEY_HOME: folder },
    },
  );
  try {
    const { url, port } = await ready(engine);
    const call = caller(port, readEngineFile(project)?.token ?? '');
    return [...(await measureCalls(call)), ...(await measureWindow(url))];
  } finally {
    const ended = once(engine, 'exit');
    engine.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true });
  }
}

async function measureCalls(call: Call): Promise<Row[]> {
  const page = { columns, limit: 200 };
  const at = (index: number) => (0.4 + index / 100).toFixed(3);
  const filters: [string, (index: number) => object][] = [
    ['first page', (index) => ({ ...page, offset: index })],
    ['filter by a metric', (index) => ({ ...page, filter: `metrics.r2 > ${at(index)}` })],
    [
      'filter by four tests',
      (index) => ({
        ...page,
        filter: `metrics.r2 > ${at(index)} AND params.growth = 'leaf' AND tags.team ILIKE 's%' AND attributes.learner IN ('trees', 'forest')`,
      }),
    ],
    [
      'sort by a metric',
      (index) => ({ ...page, sort: [`metrics.rmse ${index % 2 ? 'ASC' : 'DESC'}`], filter: `number > ${index}` }),
    ],
    ['search words', (index) => ({ ...page, search: `trees sales ${index}` })],
    ['chart of 2,000 runs, 8 axes', (index) => ({ ...page, limit: 2000, filter: `number > ${index}` })],
  ];
  const rows: Row[] = [];
  for (const [measure, input] of filters) {
    await call('train.runs', input(repeats));
    const times: number[] = [];
    for (let index = 0; index < repeats; index += 1) times.push(await timed(() => call('train.runs', input(index))));
    rows.push({
      measure: `10,000 runs over HTTP: ${measure}`,
      value: median(times),
      unit: 'ms',
      target: 'under 100 ms',
    });
  }
  const whole = await timed(() => call('train.list', {}));
  return [...rows, { measure: '10,000 runs over HTTP: all of them whole (train.list)', value: whole, unit: 'ms' }];
}

/** From the click on a link until the rows stand there; from the last key until the filtered rows do. */
async function measureWindow(url: string): Promise<Row[]> {
  const browser = await needsBrowser({ skip: refuse });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(url);
    await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor();
    const opened: number[] = [];
    const filtered: number[] = [];
    for (let index = 0; index < repeats; index += 1) {
      await go(page, '#/settings', 'main dl');
      opened.push(await go(page, '#/train/runs', '[data-place="0"] [role=rowheader]'));
      filtered.push(await filter(page, `metrics.r2 > ${(0.5 + index / 200).toFixed(3)}`));
    }
    return [
      { measure: '10,000 runs: the table opens', value: median(opened.slice(1)), unit: 'ms', target: 'under 300 ms' },
      {
        measure: '10,000 runs: the table is filtered',
        value: median(filtered.slice(1)),
        unit: 'ms',
        target: 'under 100 ms',
      },
    ];
  } finally {
    await browser.close();
  }
}

/** Measured within the page, so that the way from here to the browser does not count. */
function go(page: Page, address: string, selector: string): Promise<number> {
  return page.evaluate(
    async ({ address, selector }) => {
      const began = performance.now();
      location.hash = address;
      while (!document.querySelector(selector)) await new Promise(requestAnimationFrame);
      return performance.now() - began;
    },
    { address, selector },
  );
}

function filter(page: Page, text: string): Promise<number> {
  return page.evaluate(async (text) => {
    const field = document.querySelector('[aria-label="Filter of runs"]') as HTMLInputElement;
    const counted = () => document.querySelector('main p.count')?.textContent ?? '';
    const before = counted();
    const began = performance.now();
    field.value = text;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    while (counted() === before || counted().startsWith(before)) await new Promise(requestAnimationFrame);
    return performance.now() - began;
  }, text);
}

function caller(port: number, token: string): Call {
  return async (name, input) => {
    const response = await fetch(`http://127.0.0.1:${port}/api/${name.replace('.', '/')}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(input),
    });
    const answer = (await response.json()) as { error?: { message: string } };
    if (answer.error) throw new Error(answer.error.message);
    return answer;
  };
}

async function ready(engine: ChildProcess): Promise<{ url: string; port: number }> {
  for await (const line of createInterface({ input: engine.stdout as NodeJS.ReadableStream }))
    if (line.startsWith('galley-engine ')) return JSON.parse(line.slice('galley-engine '.length));
  throw new Error('The engine ended without an address.');
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function refuse(reason?: unknown): never {
  throw new Error(`A browser is needed: ${reason}`);
}

export default { name: 'runs', run } satisfies Bench;
