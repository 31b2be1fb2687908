import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { checkoutFolder, needsPlatform } from '../support/needs.ts';
import { freePort } from '../support/program-server.ts';
import { openDisplay, type PackagedApp, packageApp } from './packaged-app.ts';

/** Chromium's sandbox cannot be used as root. */
const switches = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const screenshots = join(checkoutFolder, 'artifacts', 'desktop');

type Metrics = Record<string, number>;
type PackagedModel = { version: number; parity: { rows: number } };

let folder = '';
let packaged: PackagedApp | string = '';
let display: Awaited<ReturnType<typeof openDisplay>>;
let app: ElectronApplication | undefined;
let page: Page;

beforeAll(async () => {
  display = await openDisplay();
  packaged = display ? await packageApp() : 'no display and no Xvfb to make one';
  if (typeof packaged === 'string') return;
  console.log(`packaged around Electron ${packaged.electronVersion}`);
  folder = mkdtempSync(join(tmpdir(), 'galley-desktop-'));
  mkdirSync(screenshots, { recursive: true });
  galley('init', projectFolder());
  app = await launch(packaged);
  page = await app.firstWindow();
  await page.waitForURL('http://127.0.0.1:*/**');
});

beforeEach((context) => {
  if (typeof packaged === 'string') context.skip(packaged);
});

afterAll(async () => {
  await app?.close();
  display?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

test('the window opens on the project and shows its circle', async () => {
  await page.getByRole('link', { name: 'Data', exact: true }).first().waitFor();
  await page.screenshot({ path: join(screenshots, 'home.png') });
  expect(await page.title()).toContain('Galley');
});

test('the page has the bridge and nothing of Node', async () => {
  const seen = await page.evaluate(() => ({
    platform: window.galley?.platform,
    version: window.galley?.version,
    node: [typeof globalThis.process, 'require' in globalThis],
  }));
  const { version } = JSON.parse(readFileSync(join(checkoutFolder, 'package.json'), 'utf8'));
  expect(seen).toEqual({ platform: process.platform, version, node: ['undefined', false] });
});

test('a sample is added in the window, trained on and packaged: every native part works inside the package', async () => {
  await page.getByRole('button', { name: /Palmer penguins/ }).click();
  await page
    .getByRole('heading', { name: /penguins/ })
    .first()
    .waitFor();
  await page.screenshot({ path: join(screenshots, 'penguins.png') });
  const { datasets } = galley('data', 'list') as { datasets: { name: string }[] };
  expect(datasets).toEqual([
    expect.objectContaining({ name: 'penguins', latest: expect.objectContaining({ rows: 344 }) }),
  ]);
  const training = ['--target', 'species', '--learner', 'linear'];
  const { best } = galley('train', 'run', 'penguins', ...training) as { best: { id: string; metrics: Metrics } };
  expect(best.metrics.accuracy).toBeGreaterThan(0.9);
  const { version, parity } = galley('package', 'add', best.id, '--model', 'species') as PackagedModel;
  expect(version).toBe(1);
  expect(parity.rows).toBeGreaterThan(0);
});

test('the Docker package that it exports has a server that answers the golden set', async (context) => {
  needsPlatform(context, 'linux');
  const exported = join(folder, 'species-docker');
  galley('package', 'export', 'species', '--format', 'docker', '--to', exported);
  const binaries = join(exported, 'server', 'node_modules', 'onnxruntime-node', 'bin', 'napi-v6', 'linux');
  expect(readdirSync(binaries).sort()).toEqual(['arm64', 'x64']);
  const PORT = String(await freePort());
  const env = { ...process.env, PORT };
  const server = spawn(process.execPath, ['server/engine/serving/main.js', '--config', 'config.json'], {
    cwd: exported,
    env,
    stdio: 'ignore',
  });
  onTestFinished(() => void server.kill('SIGKILL'));
  const smokeTest = [join(exported, 'smoke-test.mjs'), `http://127.0.0.1:${PORT}`];
  expect(execFileSync(process.execPath, smokeTest, { encoding: 'utf8' })).toContain('are answered as expected');
});

test('it stays with its engine: no other page, no second window', async () => {
  const before = new URL(page.url()).origin;
  await page.evaluate(() => {
    setTimeout(() => window.open('https://example.com'));
    setTimeout(() => location.assign('https://example.com'));
  });
  await page.waitForTimeout(300);
  expect(await page.evaluate(() => location.origin)).toBe(before);
  expect(app?.windows()).toHaveLength(1);
});

test('when the engine dies another one takes over, on the same page', async () => {
  const { pid, port } = engineFile();
  await page.evaluate(() => document.body.setAttribute('data-engine', 'the first'));
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => page.locator('body[data-engine]').count(), { timeout: 20_000 }).toBe(0);
  await page
    .getByRole('heading', { name: /penguins/ })
    .first()
    .waitFor();
  expect(engineFile().pid).not.toBe(pid);
  expect(page.url()).toContain(`:${port}/`);
});

test('it starts at login where that is chosen', async (context) => {
  needsPlatform(context, 'linux');
  await page.evaluate(() => {
    location.hash = '/settings';
  });
  const login = page.getByRole('switch', { name: 'Start Galley when I log in' });
  await login.waitFor();
  expect(await login.isChecked()).toBe(false);
  await login.click();
  await page.getByRole('switch', { name: 'Start Galley when I log in', checked: true }).waitFor();
  await page.screenshot({ path: join(screenshots, 'login.png') });
  const entry = readFileSync(join(folder, 'config', 'autostart', 'galley.desktop'), 'utf8');
  expect(entry).toContain(`Exec="${(packaged as PackagedApp).executable}" --at-login`);
});

test('closing the window ends the engine', async () => {
  const { pid } = engineFile();
  await app?.close();
  app = undefined;
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

function launch({ executable, env }: PackagedApp): Promise<ElectronApplication> {
  const options = [`--user-data-dir=${join(folder, 'user')}`, '--project', projectFolder()];
  return _electron.launch({ executablePath: executable, args: [...switches, ...options], env: environment(env) });
}

/** Runs a command with the packaged executable and gives its JSON. */
function galley(...command: string[]): unknown {
  const { executable, env } = packaged as PackagedApp;
  const project = command[0] === 'init' ? [] : ['--project', projectFolder()];
  const args = [...switches, ...command, ...project, '--json'];
  return JSON.parse(execFileSync(executable, args, { env: environment(env), encoding: 'utf8', stdio: 'pipe' }));
}

/** The app's settings and screen are the test's own. */
function environment(env: Record<string, string>): Record<string, string> {
  return {
    ...(process.env as Record<string, string>),
    ...env,
    DISPLAY: display?.display ?? '',
    GALLEY_HOME: join(folder, 'galley-home'),
    XDG_CONFIG_HOME: join(folder, 'config'),
  };
}

function projectFolder(): string {
  return join(folder, 'my-project');
}

function engineFile(): { pid: number; port: number } {
  return JSON.parse(readFileSync(join(projectFolder(), 'run', 'engine.json'), 'utf8'));
}
