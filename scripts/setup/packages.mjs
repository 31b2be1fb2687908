import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chooseNpm, firstErrorLine, runNpm } from './npm.mjs';
import { root } from './paths.mjs';
import { say } from './say.mjs';

const lockFile = join(root, 'package-lock.json');
const modules = join(root, 'node_modules');
const stampFile = join(modules, '.galley-lock');

/**
 * Installs what package-lock.json names, when it is not what node_modules holds. Install scripts never run: all
 * binaries come inside the packages.
 * @param {string} node runs npm
 * @param {NodeJS.ProcessEnv} env
 * @throws when npm could not install and there is nothing to go on with
 */
export async function ensurePackages(node, env) {
  const stamp = createHash('sha256')
    .update(readFileSync(lockFile))
    .update(process.platform + process.arch)
    .digest('hex');
  if (readIfThere(stampFile) === stamp) return;
  if (!holdsLockedVersions()) await install(node, env);
  writeFileSync(stampFile, stamp);
}

/** @param {string} node @param {NodeJS.ProcessEnv} env */
async function install(node, env) {
  const npm = await chooseNpm();
  say(`installing the packages of package-lock.json with npm ${npm.version}`);
  const { code, output } = await runNpm(npm, ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: root,
    node,
    env,
  });
  if (code === 0) return;
  process.stderr.write(output);
  throw new Error(`The packages could not be installed: ${firstErrorLine(output) ?? `npm ci ended with ${code}`}`);
}

/** Whether node_modules (by npm's own record of it) has each package that the lock file demands, in its version. */
function holdsLockedVersions() {
  const record = readIfThere(join(modules, '.package-lock.json'));
  if (!record) return false;
  const installed = packagesOf(record);
  return Object.entries(packagesOf(readFileSync(lockFile, 'utf8'))).every(
    ([path, { version, optional }]) =>
      path === '' || installed[path]?.version === version || (optional === true && !installed[path]),
  );
}

/** @param {string} lock @returns {Record<string, { version?: string, optional?: boolean }>} by path */
function packagesOf(lock) {
  return JSON.parse(lock).packages;
}

/** @param {string} path */
function readIfThere(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
