import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { freePort } from './program-server.ts';

/** Asks the API of a Prometheus. @returns the data of the answer */
// biome-ignore lint/suspicious/noExplicitAny: the tests look into answers of every form
export type AskPrometheus = (path: string) => Promise<any>;

/** Makes rules and scrapes of a folder act within seconds: exported ones wait for minutes. */
export function hurry(folder: string): void {
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.yml'))) {
    const path = join(folder, name);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replaceAll(/(interval|for): \d+[sm]$/gm, '$1: 1s'));
  }
}

/** A Prometheus with the `prometheus.yml` of a folder, ended with the test. */
export async function startedPrometheus(folder: string): Promise<AskPrometheus> {
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const words = [`--config.file=${folder}/prometheus.yml`, `--storage.tsdb.path=${folder}/data`];
  const child = spawn('prometheus', [...words, `--web.listen-address=${address}`], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ready = () =>
    fetch(`http://${address}/-/ready`).then(
      ({ status }) => status,
      () => 0,
    );
  await expect.poll(ready, { timeout: 60_000 }).toBe(200);
  return async (path) => ((await (await fetch(`http://${address}/api/v1/${path}`)).json()) as { data: unknown }).data;
}
