/**
 * `npm start [-- --project DIR …]`: the app in its Electron window where there is a screen and Electron can be had, else
 * the same app in the browser (`galley start`, which prints its address). Arguments go on to either.
 */
import { join } from 'node:path';
import { changedParts } from './build.mjs';
import { electronExecutable, hasDisplay } from './setup/electron.mjs';
import { root } from './setup/paths.mjs';
import { runProcess } from './setup/process.mjs';
import { say } from './setup/say.mjs';

const args = process.argv.slice(2);
process.exitCode = await start();

async function start() {
  const wantsWindow = hasDisplay() && !args.includes('--no-open');
  const electron = wantsWindow ? await electronExecutable(process.env) : undefined;
  const failed = await buildChanged(electron ? ['engine', 'electron', 'renderer'] : ['renderer']);
  if (failed) return failed;
  if (!electron) return runProcess(process.execPath, [join(root, 'engine', 'cli.ts'), 'start', ...args]);
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0;
  return runProcess(electron, [...(asRoot ? ['--no-sandbox'] : []), root, ...args]);
}

/**
 * Builds in a process of its own: the bundlers' memory is not kept while the app runs.
 * @param {import('./build.mjs').PartName[]} parts
 * @returns {Promise<number>} exit code
 */
async function buildChanged(parts) {
  const changed = changedParts(parts);
  if (changed.length === 0) return 0;
  say(`building ${changed.join(', ')}`);
  return runProcess(process.execPath, [join(root, 'scripts', 'build.mjs'), ...changed], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
