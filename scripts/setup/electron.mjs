import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheFolder, root } from './paths.mjs';
import { captureProcess } from './process.mjs';
import { say } from './say.mjs';

const packageFolder = join(root, 'node_modules', 'electron');
const downloadLimit = 5 * 60_000;
const failureRemembered = 24 * 3_600_000;

/** Whether a window can be shown here: Linux says so by its environment, the other systems always have a screen. */
export function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/**
 * Electron's executable as its package's installer leaves it. Looks at the files only: to require the package would
 * start its download.
 * @returns {string | undefined}
 */
export function installedElectron() {
  const pathFile = join(packageFolder, 'path.txt');
  if (!existsSync(pathFile)) return undefined;
  const executable = join(packageFolder, 'dist', readFileSync(pathFile, 'utf8').trim());
  return existsSync(executable) ? executable : undefined;
}

/**
 * Electron's executable, downloaded by Electron's own installer where it is missing. A failed download is remembered
 * for a day, so that later starts do not wait for it.
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string | undefined>} undefined when it cannot be had
 */
export async function electronExecutable(env) {
  const installed = installedElectron();
  if (installed || !existsSync(packageFolder)) return installed;
  const version = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')).version;
  const failureFile = join(cacheFolder, `electron-${version}-unavailable`);
  if (existsSync(failureFile) && Date.now() - statSync(failureFile).mtimeMs < failureRemembered) return undefined;
  say(`downloading Electron ${version} (once)`);
  const installer = join(packageFolder, 'install.js');
  const { code, output } = await captureProcess(process.execPath, [installer], { env, timeout: downloadLimit });
  const downloaded = code === 0 ? installedElectron() : undefined;
  if (downloaded) rmSync(failureFile, { force: true });
  else {
    mkdirSync(dirname(failureFile), { recursive: true });
    writeFileSync(failureFile, output);
    say(
      `Electron could not be downloaded; Galley opens in the browser. Its next attempt is in a day (${failureFile}).`,
    );
  }
  return downloaded;
}
