import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { ProfileDocument } from '../../engine/statistics/profile/document.ts';
import { openRegistry } from '../package/open-registry.ts';
import { queriesOf } from '../support/dashboard-queries.ts';
import { type DockerEngine, dockerEngine } from '../support/docker-engine.ts';
import { needsPlatform, needsProgram } from '../support/needs.ts';
import { freePort } from '../support/program-server.ts';
import { hurry, startedPrometheus } from '../support/prometheus.ts';
import { temporaryFolder } from '../support/temporary.ts';

const megabyte = 1e6;
const image = 'galley-test-penguins:1';
const noEngine =
  'no Docker engine can be had here; the same golden set is sent to the unpacked folder, run with plain Node';
const secured = ['--network', 'host', '--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'];

const home = mkdtempSync(join(tmpdir(), 'galley-docker-package-'));
const folder = join(home, 'penguins');
let engine: DockerEngine | null = null;
let prepared: Promise<void> | undefined;

/** Exports the package and, where there is an engine, builds its image: once, in the first test. */
function prepare(): Promise<void> {
  prepared ??= (async () => {
    await exportPenguins();
    engine = dockerEngine();
    if (!engine) return;
    const base = `BASE=${engine.base}`;
    const { code, errors } = engine.docker('build', '--network', 'none', '--build-arg', base, '--tag', image, folder);
    if (code !== 0) throw new Error(`The image is not built: ${errors}`);
  })();
  return prepared;
}

/** A model that knows the species of a penguin. */
async function exportPenguins(): Promise<void> {
  const { engine: galley, packages, trainOne, add } = await openRegistry();
  const { best } = await trainOne('species');
  await add(best.id);
  const { id } = await packages.handlers.export({ reference: 'penguins@1', format: 'docker', to: folder });
  await galley.jobs.result(id);
}

beforeEach((context) => {
  needsPlatform(context, 'linux');
  return prepare();
});

afterAll(() => {
  engine?.docker('image', 'rm', image);
  rmSync(home, { recursive: true, force: true });
});

function tokenFile(): { path: string; token: string } {
  const path = join(temporaryFolder(), 'token');
  const token = randomBytes(32).toString('hex');
  writeFileSync(path, `${token}\n`);
  chmodSync(path, 0o644);
  return { path, token };
}

/** A server of the package: its answers and its end. */
interface Started {
  url: string;
  token: string;
  /** Standard output and standard error. */
  logs(): Promise<[string, string]>;
  /** Sends SIGTERM. @returns the exit code */
  end(): Promise<number>;
  /** Resolves when it ended by itself. @returns the exit code */
  ended(): Promise<number>;
}

/** As a container where there is an engine, else with plain Node. @param model a folder in place of the package's own model */
async function started(model?: string): Promise<Started & { container?: string }> {
  const { path, token } = tokenFile();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const variables = { PORT: String(port), HOST: '0.0.0.0', GALLEY_TOKEN_FILE: path };
  return { url, token, ...(engine ? container(variables, model) : plainServer(variables, model)) };
}

function container({ PORT, GALLEY_TOKEN_FILE }: Record<string, string>, model?: string) {
  const { docker } = engine as DockerEngine;
  const mounts = ['--volume', `${GALLEY_TOKEN_FILE}:/run/secrets/token:ro`];
  if (model) mounts.push('--volume', `${model}:/app/model:ro`);
  const variables = ['--env', `PORT=${PORT}`, '--env', 'GALLEY_TOKEN_FILE=/run/secrets/token'];
  const { code, output: id, errors } = docker('run', '--detach', ...secured, ...variables, ...mounts, image);
  if (code !== 0) throw new Error(`The container does not start: ${errors}`);
  onTestFinished(() => void docker('rm', '--force', '--volumes', id));
  const ended = async () => Number(docker('wait', id).output);
  return {
    container: id,
    ended,
    async end() {
      docker('kill', '--signal', 'TERM', id);
      return ended();
    },
    async logs(): Promise<[string, string]> {
      const { output, errors: said } = docker('logs', id);
      return [output, said];
    },
  };
}

function plainServer(variables: Record<string, string>, model?: string): Omit<Started, 'url' | 'token'> {
  const cwd = model ? withModel(model) : folder;
  const child: ChildProcess = spawn(process.execPath, ['server/engine/serving/main.js', '--config', 'config.json'], {
    cwd,
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const exit = once(child, 'exit');
  const outputs = Promise.all([
    text(child.stdout as NonNullable<ChildProcess['stdout']>),
    text(child.stderr as NonNullable<ChildProcess['stderr']>),
  ]);
  const ended = async () => ((await exit) as [number])[0];
  return {
    ended,
    logs: () => outputs,
    end() {
      child.kill('SIGTERM');
      return ended();
    },
  };
}

function withModel(model: string): string {
  const changed = temporaryFolder();
  cpSync(folder, changed, { recursive: true });
  cpSync(model, join(changed, 'model'), { recursive: true });
  return changed;
}

function smokeTest({ url, token }: Started) {
  const env = { ...process.env, GALLEY_TOKEN: token };
  return spawnSync(process.execPath, [join(folder, 'smoke-test.mjs'), url], { env, encoding: 'utf8' });
}

test('the image is built without a network, is small, and answers the golden set where it may write and do nothing', async (context) => {
  if (!engine) return context.skip(noEngine);
  const { docker, base } = engine;
  const sizeOf = (name: string) => Number(docker('image', 'inspect', '--format', '{{.Size}}', name).output);
  const above = (sizeOf(image) - sizeOf(base)) / megabyte;
  console.log(`The image has ${(sizeOf(image) / megabyte).toFixed(1)} MB, ${above.toFixed(1)} MB above its base.`);
  expect(above).toBeLessThan(130);

  const server = await started();
  const id = server.container as string;
  const health = () => docker('inspect', '--format', '{{.State.Health.Status}}', id).output;
  await expect.poll(health, { timeout: 60_000, interval: 250 }).toBe('healthy');
  expect(docker('exec', id, 'id', '--user').output).toBe('1000');
  expect(docker('exec', id, 'touch', '/app/mine').errors).toContain('Read-only file system');
  expect(docker('exec', id, 'grep', 'CapEff', '/proc/1/status').output).toMatch(/\t0+$/);
  const others = docker('exec', id, 'ls', '/app/server/node_modules/onnxruntime-node/bin/napi-v6/linux').output;
  expect(others).toBe(process.arch);

  expect(smokeTest(server)).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^\d+ golden rows are answered/),
  });
  const began = performance.now();
  expect(await server.end()).toBe(0);
  expect(performance.now() - began).toBeLessThan(5000);
  const [output, errors] = await server.logs();
  expect(JSON.parse(output.split('\n')[0] as string)).toMatchObject({ model: 'penguins', version: 1 });
  expect(output + errors).not.toContain(server.token);
});

test('the files of the image for arm64 are made without emulation, with the libraries of that processor alone', (context) => {
  if (!engine) return context.skip(noEngine);
  const { docker, base } = engine;
  const tag = `${image}-arm64-files`;
  const words = ['--platform', 'linux/arm64', '--target', 'files', '--network', 'none', '--build-arg', `BASE=${base}`];
  expect(docker('build', ...words, '--tag', tag, folder)).toMatchObject({ code: 0 });
  onTestFinished(() => void docker('image', 'rm', tag));
  const platforms = '/app/server/node_modules/onnxruntime-node/bin/napi-v6/linux';
  const listed = docker('run', '--rm', '--network', 'none', '--entrypoint', 'ls', tag, platforms);
  expect(listed).toMatchObject({ code: 0, output: 'arm64' });
});

test('the unpacked folder answers the golden set with plain Node, and ends with 0', async () => {
  const { path, token } = tokenFile();
  const port = await freePort();
  const server = {
    url: `http://127.0.0.1:${port}`,
    token,
    ...plainServer({ PORT: String(port), GALLEY_TOKEN_FILE: path }),
  };
  expect(smokeTest(server)).toMatchObject({ status: 0, stderr: '' });
  const profile = await fetch(`${server.url}/profile`, { headers: { authorization: `Bearer ${token}` } });
  const { model, profiles } = (await profile.json()) as ProfileDocument;
  const summedUp = profiles[0]?.windows.reduce((sum, { rows }) => sum + rows, 0);
  expect([profile.status, model, summedUp]).toEqual([200, 'penguins', expect.any(Number)]);
  expect(summedUp).toBeGreaterThan(50);
  const label = { row_id: 'bird-1', label: 'Adelie' };
  const answer = await fetch(`${server.url}/labels`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ labels: [label] }),
  });
  expect(answer.status).toBe(200);
  expect(await server.end()).toBe(0);
  const [output] = await server.logs();
  const lines = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.filter((line) => 'label' in line)).toMatchObject([{ model: 'penguins', ...label }]);
});

test('the smoke test finds a wrong answer and a wrong token', async () => {
  const server = await started();
  const changed = temporaryFolder();
  cpSync(join(folder, 'smoke-test.mjs'), join(changed, 'smoke-test.mjs'));
  cpSync(join(folder, 'model'), join(changed, 'model'), { recursive: true });
  const golden = JSON.parse(readFileSync(join(changed, 'model', 'golden.json'), 'utf8'));
  golden.outputs[7][0] += 2e-6;
  writeFileSync(join(changed, 'model', 'golden.json'), JSON.stringify(golden));
  const run = (token: string) =>
    spawnSync(process.execPath, [join(changed, 'smoke-test.mjs'), server.url], {
      env: { ...process.env, GALLEY_TOKEN: token },
      encoding: 'utf8',
    });
  expect(run(server.token)).toMatchObject({ status: 1, stderr: expect.stringMatching(/^Golden row 7: expected/) });
  expect(run('another token of some length')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('answered 401'),
  });
});

test('one byte that was changed in any file of the version stops the server at its start, which names the file', async () => {
  for (const name of readdirSync(join(folder, 'model'))) {
    const model = temporaryFolder();
    chmodSync(model, 0o755);
    cpSync(join(folder, 'model'), model, { recursive: true });
    const bytes = readFileSync(join(model, name));
    const at = bytes.length >> 1;
    bytes[at] = bytes[at] === 0x30 ? 0x31 : 0x30;
    writeFileSync(join(model, name), bytes);
    const server = await started(model);
    expect(await server.ended(), name).not.toBe(0);
    const [, errors] = await server.logs();
    expect(errors, name).toContain('serving.model_tampered');
    expect(errors).toContain(name);
  }
});

test('Prometheus scrapes the server, loads the alerts, and knows what the dashboard asks for', async (context) => {
  needsProgram(context, 'prometheus');
  const server = await started();
  expect(smokeTest(server).status).toBe(0);
  const authorization = `Bearer ${server.token}`;
  const metrics = await (await fetch(`${server.url}/metrics`, { headers: { authorization } })).text();
  expect(execFileSync('promtool', ['check', 'metrics'], { input: metrics, encoding: 'utf8' })).toBe('');

  const ask = await prometheus(server);
  await expect
    .poll(async () => (await ask('query?query=galley_rows_total')).result.length, { timeout: 60_000 })
    .toBe(1);
  const [rows] = (await ask('query?query=galley_rows_total')).result;
  expect(Number(rows.value[1])).toBeGreaterThan(50);
  const { groups } = await ask('rules');
  const alerts = groups.find(({ name }: { name: string }) => name === 'galley').rules;
  expect(alerts).toHaveLength(15);
  await expect
    .poll(async () => (await ask('rules')).groups.flatMap(healthOfRules), { timeout: 60_000 })
    .toEqual(Array(39).fill('ok'));
  for (const query of queriesOf(folder)) {
    const asked = query.replaceAll('$instance', '.*').replaceAll('$__rate_interval', '1m');
    expect((await ask(`query?query=${encodeURIComponent(asked)}`)).resultType, query).toBe('vector');
    for (const [name] of asked.matchAll(/\b(?:galley|process)_\w+(?=\{)/g))
      expect(metrics, query).toContain(`\n${name}`);
  }
  // Before the first scrape there was no server, which is an alert.
  const others = async () => {
    const names = (await ask('alerts')).alerts.map(({ labels }: { labels: { alertname: string } }) => labels.alertname);
    return names.filter((name: string) => !alertsOfGoldenRows.includes(name));
  };
  await expect.poll(others, { timeout: 60_000 }).toEqual([]);
});

/** The golden rows have gaps and values that training never saw, and there are enough of them to be told from training. */
const alertsOfGoldenRows = ['GalleyMissing', 'GalleyUnseen', 'GalleyFeatureDrift', 'GalleyPredictionDrift'];

function healthOfRules({ rules }: { rules: { health: string }[] }): string[] {
  return rules.map(({ health }) => health);
}

/** Prometheus with the package's own config, but for where the server is. @returns asks its API */
async function prometheus({ url, token }: Started) {
  const home = temporaryFolder();
  cpSync(join(folder, 'monitoring', 'prometheus'), home, { recursive: true });
  const config = readFileSync(join(home, 'prometheus.yml'), 'utf8');
  const replaced = config.replace('predict:8080', new URL(url).host).replace('/run/secrets/token', join(home, 'token'));
  writeFileSync(join(home, 'prometheus.yml'), replaced);
  writeFileSync(join(home, 'token'), token);
  hurry(home);
  return startedPrometheus(home);
}
