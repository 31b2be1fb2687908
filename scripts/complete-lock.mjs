/**
 * Adds to package-lock.json the packages for other platforms that npm left out. npm leaves an optional package out of the
 * lock file when the registry it asked does not carry it, and from then on `npm ci` fails everywhere. Each missing one
 * follows from its parent, which names it with its exact version, and from its name, which tells its platform. Run it
 * after `npm install`; it does nothing when nothing is missing. The added entries carry no integrity hash.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './setup/paths.mjs';

/** @typedef {Record<string, { version?: string, dev?: boolean, optionalDependencies?: Record<string, string> }>} Packages */

const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const processors = ['arm', 'arm64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];

/** @param {Packages} packages @returns {[string, object][]} path and entry of each package the lock file lacks */
export function missingPackages(packages) {
  return Object.entries(packages).flatMap(([parent, { dev, optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies).flatMap(([name, version]) => {
      const found = lookUp(packages, parent, name);
      if (found?.version === version || (found && !isExact(version))) return [];
      const path = found ? `${parent}/node_modules/${name}` : `node_modules/${name}`;
      return [/** @type {[string, object]} */ ([path, entryOf(name, version, dev)])];
    }),
  );
}

/** The package that Node finds from `parent` upwards. @param {Packages} packages @param {string} parent @param {string} name */
function lookUp(packages, parent, name) {
  for (let folder = parent; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))) {
    const found = packages[folder ? `${folder}/node_modules/${name}` : `node_modules/${name}`];
    if (found || !folder) return found;
  }
}

/** @param {string} version */
function isExact(version) {
  return /^\d/.test(version);
}

/** @param {string} name @param {string} version @param {boolean | undefined} dev */
function entryOf(name, version, dev) {
  const words = name.split(/[/-]/);
  const os = words.filter((word) => systems.includes(word));
  const cpu = words.filter((word) => processors.includes(word));
  if (cpu.length === 0 || !isExact(version))
    throw new Error(`${name}@${version} does not tell its platform and version.`);
  const libc = words.some((word) => word.startsWith('musl')) ? { libc: ['musl'] } : {};
  return { version, cpu, ...(dev ? { dev } : {}), ...libc, optional: true, ...(os.length > 0 ? { os } : {}) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const lockFile = join(root, 'package-lock.json');
  const lock = JSON.parse(readFileSync(lockFile, 'utf8'));
  const missing = missingPackages(lock.packages);
  const packages = Object.entries({ ...lock.packages, ...Object.fromEntries(missing) });
  lock.packages = Object.fromEntries(packages.sort(([a], [b]) => a.localeCompare(b, 'en')));
  if (missing.length > 0) writeFileSync(lockFile, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`${missing.length} packages of other platforms added to package-lock.json`);
}
