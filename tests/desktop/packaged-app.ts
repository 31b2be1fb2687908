import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { electronExecutable } from '../../scripts/setup/electron.mjs';
import { captureProcess } from '../../scripts/setup/process.mjs';
import { checkoutFolder, isOnPath } from '../support/needs.ts';

/** An Electron that lies on this machine. */
interface ElectronRuntime {
  folder: string;
  version: string;
  /** Whether it is the Electron that the product ships; another one's Node may be too old for the engine. */
  shipped: boolean;
}

/** The packaged app around the Electron that could be had. */
export interface PackagedApp {
  executable: string;
  electronVersion: string;
  /** What the app's processes need in their environment. */
  env: Record<string, string>;
}

/**
 * Packages the app (`npm run dist:dir`) around the product's own Electron, else around the runtime of the tool beside the
 * checkout. Resolves to a sentence where no Electron can be had.
 * @throws when packaging fails.
 */
export async function packageApp(): Promise<PackagedApp | string> {
  const runtime = await findElectron();
  if (typeof runtime === 'string') return runtime;
  const env = { ...process.env, GALLEY_ELECTRON_DIST: runtime.folder, GALLEY_ELECTRON_VERSION: runtime.version };
  const script = join(checkoutFolder, 'scripts', 'dist-dir.mjs');
  const { code, output } = await captureProcess(process.execPath, [script], { cwd: checkoutFolder, env });
  if (code !== 0) throw new Error(`npm run dist:dir failed:\n${output}`);
  return {
    executable: join(checkoutFolder, 'dist', ...executablePath()),
    electronVersion: runtime.version,
    env: runtime.shipped ? {} : { GALLEY_ENGINE_NODE: process.execPath },
  };
}

/** A virtual screen where there is none: its `DISPLAY`, and a function that ends it. Undefined when none can be had. */
export async function openDisplay(): Promise<{ display: string; close(): void } | undefined> {
  if (process.platform !== 'linux') return { display: '', close: () => undefined };
  if (process.env.DISPLAY) return { display: process.env.DISPLAY, close: () => undefined };
  if (!isOnPath('Xvfb')) return undefined;
  const options = ['-displayfd', '1', '-screen', '0', '1440x1000x24', '-nolisten', 'tcp'];
  const server = spawn('Xvfb', options, { stdio: ['ignore', 'pipe', 'ignore'] });
  process.once('exit', () => server.kill());
  const number = await new Promise<string>((resolve, reject) => {
    server.stdout.once('data', (data) => resolve(String(data).trim()));
    server.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)));
  });
  return { display: `:${number}`, close: () => server.kill() };
}

async function findElectron(): Promise<ElectronRuntime | string> {
  const own = await electronExecutable(process.env);
  if (own) return runtimeIn(electronFolder(own), true);
  const tool = join(checkoutFolder, '..', 'shared', 'tools', 'electron-dist');
  if (!existsSync(tool))
    return 'no Electron can be had here: its download failed and there is no runtime beside the checkout';
  try {
    const folder = execFileSync(tool, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    return runtimeIn(folder.trim(), false);
  } catch (error) {
    return `no Electron can be had here: ${(error as Error).message.split('\n')[0]}`;
  }
}

/** The folder of the distribution: on macOS the executable lies inside the application's bundle. */
function electronFolder(executable: string): string {
  return process.platform === 'darwin' ? join(executable, '..', '..', '..', '..') : dirname(executable);
}

function runtimeIn(folder: string, shipped: boolean): ElectronRuntime {
  const version = readFileSync(join(folder, 'version'), 'utf8').trim().replace(/^v/, '');
  return { folder, version, shipped };
}

function executablePath(): string[] {
  if (process.platform === 'darwin') return [`mac-${process.arch}`, 'Galley.app', 'Contents', 'MacOS', 'Galley'];
  if (process.platform === 'win32') return ['win-unpacked', 'galley.exe'];
  return ['linux-unpacked', 'galley'];
}
