import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { needsBrowser } from '../support/browser.ts';
import type { Bench, Row } from './bench.ts';
import { launch } from './support/launched.ts';

const runs = 5;

interface Start {
  /** Seconds until the address was printed. */
  address: number;
  /** Seconds until the circle could be seen and clicked. */
  usable: number;
}

/** The middle of several starts of `npm start` on an existing project, nothing to set up, the browser open already. */
async function run(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'galley-bench-start-'));
  const browser = await needsBrowser({ skip: refuse });
  try {
    await start(folder, browser);
    const starts: Start[] = [];
    for (let count = 0; count < runs; count += 1) starts.push(await start(folder, browser));
    return [
      { measure: 'start until the address is printed', value: median(starts.map((s) => s.address)), unit: 's' },
      { measure: 'start until the window is usable', value: median(starts.map((s) => s.usable)), unit: 's' },
    ];
  } finally {
    await browser.close();
    await rm(folder, { recursive: true });
  }
}

async function start(folder: string, browser: Browser): Promise<Start> {
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const galley = await launch(folder);
  try {
    const address = seconds();
    const page = await browser.newPage();
    await page.goto(galley.url);
    await page.getByRole('link', { name: 'Data' }).first().waitFor();
    const usable = seconds();
    await page.close();
    return { address, usable };
  } finally {
    await galley.end();
  }
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function refuse(reason?: unknown): never {
  throw new Error(`A browser is needed: ${reason}`);
}

export default { name: 'start', run } satisfies Bench;
