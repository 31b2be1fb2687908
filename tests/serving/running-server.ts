import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { systemClock } from '../../engine/base/clock.ts';
import type { ServingConfig } from '../../engine/contract/serving.ts';
import { resolveConfig } from '../../engine/serving/config.ts';
import { PredictionServer } from '../../engine/serving/prediction-server.ts';
import { ServerLog } from '../../engine/serving/server-log.ts';

/** Folder of a model in tests/fixtures/serving. */
export function modelFolder(name: string): string {
  return fileURLToPath(new URL(`../fixtures/serving/${name}`, import.meta.url));
}

/** Riders in two versions; nothing is logged unless a folder is given. */
export function ridersConfig(changes: Partial<ServingConfig> = {}): ServingConfig {
  const versions = [1, 2].map((version) => ({ version, folder: modelFolder(`riders-${version}`) }));
  return { deployment: 'riders-live', model: 'riders', versions, active: 1, ...changes };
}

export function singleModelConfig(model: string): ServingConfig {
  return { deployment: `${model}-live`, model, versions: [{ version: 3, folder: modelFolder(model) }], active: 3 };
}

/** A server in this process, stopped when the test has ended. */
export async function runningServer(config: ServingConfig = ridersConfig(), clock = systemClock) {
  const server = await PredictionServer.start(resolveConfig(config), clock);
  onTestFinished(() => server.stop());
  return server;
}

/** As `runningServer`, with the lines of its own log, read from JSON. */
export async function loggedServer(config: ServingConfig, clock = systemClock) {
  const lines: Record<string, unknown>[] = [];
  const writer = { write: (line: string) => lines.push(JSON.parse(line)) > 0 };
  const server = await PredictionServer.start(resolveConfig(config), clock, new ServerLog(writer, clock));
  onTestFinished(() => server.stop());
  return { server, lines };
}

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into answers of every form
  body: any;
}

/** A request to /predict with a body that is sent as JSON. */
export function predict(url: string, body: unknown): Promise<Answer> {
  return send(url, { body: JSON.stringify(body) });
}

/** A request to /predict with these parts changed. */
export async function send(url: string, changes: RequestInit & { path?: string }): Promise<Answer> {
  const { path = '/predict', ...init } = changes;
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    ...init,
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/** Waits until so many rows that a server has answered since its start are in its log, on the disk. */
export async function logged(url: string, rows: number): Promise<void> {
  const metrics = async () => (await fetch(`${url}/metrics`)).text();
  await expect.poll(metrics, { timeout: 20_000 }).toContain(`\ngalley_log_written_rows_total ${rows}\n`);
}

/** A row that riders takes; version 1 answers 2 * 20 - 3 * 1 + 100 = 137, version 2 answers 177. */
export const ridersRow = { temperature: 20, rain: 1, holiday: false, line: 'red', day: '2004-02-29' };
