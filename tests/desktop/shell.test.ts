import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { captureProcess } from '../../scripts/setup/process.mjs';
import { checkoutFolder } from '../support/needs.ts';
import { openDisplay, type PackagedApp, packageApp } from './packaged-app.ts';

const asRoot = process.getuid?.() === 0;
const screenshots = join(checkoutFolder, 'artifacts', 'desktop');

let folder = '';
let packaged: PackagedApp | string = '';
let display: Awaited<ReturnType<typeof openDisplay>>;
let app: ElectronApplication | undefined;
let page: Page;

beforeAll(async () => {
  display = await openDisplay();
  packaged = display ? await packageApp() : 'no display and no Xvfb to make one';
  if (typeof packaged === 'string') return;
  folder = mkdtempSync(join(tmpdir(), 'galley-desktop-'));
  mkdirSync(screenshots, { recursive: true });
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

test('the window opens on a new project in the documents', async () => {
  await page.getByRole('link', { name: 'Data', exact: true }).first().waitFor();
  await page.screenshot({ path: join(screenshots, 'home.png') });
  const project = JSON.parse(readFileSync(join(projectFolder(), 'project.json'), 'utf8'));
  expect(project.name).toBe('my-project');
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

test('it stays with its engine: no other page, no second window', async () => {
  const before = page.url();
  await page.evaluate(() => {
    window.open('https://example.com');
    location.href = 'https://example.com';
  });
  await page.waitForTimeout(300);
  expect(page.url()).toBe(before);
  expect(app?.windows()).toHaveLength(1);
});

test('when the engine dies another one takes over, in the same window', async () => {
  const { pid, port } = engineFile();
  process.kill(pid, 'SIGKILL');
  await page.waitForURL((url) => url.port !== '' && Number(url.port) !== port);
  await page.getByRole('link', { name: 'Data', exact: true }).first().waitFor();
  expect(engineFile().pid).not.toBe(pid);
});

test('the installed app is the command line too, and finds the engine of its window', async () => {
  const { executable, env } = packaged as PackagedApp;
  const args = [...(asRoot ? ['--no-sandbox'] : []), 'data', 'list', '--project', projectFolder(), '--json'];
  const { code, output } = await captureProcess(executable, args, { env: environment(env) });
  expect(code).toBe(0);
  expect(JSON.parse(output.slice(output.indexOf('{')))).toEqual({ datasets: [] });
});

test('closing the window ends the engine', async () => {
  const { pid } = engineFile();
  await app?.close();
  app = undefined;
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

function launch({ executable, env }: PackagedApp): Promise<ElectronApplication> {
  return _electron.launch({
    executablePath: executable,
    args: [...(asRoot ? ['--no-sandbox'] : []), `--user-data-dir=${join(folder, 'user')}`],
    env: environment(env),
  });
}

/** The app's documents, settings and screen are the test's own. */
function environment(env: Record<string, string>): Record<string, string> {
  return {
    ...(process.env as Record<string, string>),
    ...env,
    DISPLAY: display?.display ?? '',
    HOME: folder,
    USERPROFILE: folder,
    GALLEY_HOME: join(folder, 'galley-home'),
    XDG_CONFIG_HOME: join(folder, 'config'),
    XDG_DOCUMENTS_DIR: join(folder, 'Documents'),
  };
}

function projectFolder(): string {
  return join(folder, 'Documents', 'Galley', 'my-project');
}

function engineFile(): { pid: number; port: number } {
  return JSON.parse(readFileSync(join(projectFolder(), 'run', 'engine.json'), 'utf8'));
}
