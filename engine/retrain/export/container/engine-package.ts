import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the bundled engine needs beside itself, and what it puts into the images of models. */
const libraries = ['@duckdb/node-api', '@napi-rs/keyring', 'better-sqlite3', 'onnxruntime-node', 'typebox'];

interface LockEntry {
  version: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  [member: string]: unknown;
}

type Locked = Readonly<Record<string, LockEntry>>;

interface PackageJson {
  version: string;
  license: string;
}

/** `package.json` and `package-lock.json` of an installed engine, by name: the versions that Galley itself was tested with. */
export function enginePackage(checkout: string): { path: string; content: string }[] {
  const read = (name: string) => JSON.parse(readFileSync(join(checkout, name), 'utf8'));
  const { version, license } = read('package.json') as PackageJson;
  const { packages } = read('package-lock.json') as { packages: Locked };
  const dependencies = Object.fromEntries(libraries.map((name) => [name, requireEntry(packages, name).version]));
  const root = { name: 'galley', version, license, bin: { galley: 'dist/engine/cli.js' }, dependencies };
  const lock = {
    name: root.name,
    version,
    lockfileVersion: 3,
    requires: true,
    packages: { '': root, ...lockedPackages(packages) },
  };
  return [
    { path: 'package.json', content: jsonText({ ...root, private: true, type: 'module' }) },
    { path: 'package-lock.json', content: jsonText(lock) },
  ];
}

/** The libraries and what they need, where npm found it; optional ones are those of other platforms. */
function lockedPackages(packages: Locked): Locked {
  const found = new Set(libraries.map((name) => `node_modules/${name}`));
  for (const path of found) {
    const { dependencies = {}, optionalDependencies = {} } = packages[path] as LockEntry;
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const place = resolved(packages, path, name);
      if (place === undefined && !(name in optionalDependencies)) throw new Error(`package-lock.json has no ${name}.`);
      if (place !== undefined) found.add(place);
    }
  }
  return Object.fromEntries([...found].sort().map((path) => [path, packages[path] as LockEntry]));
}

/** As Node looks for a package: beside the one that needs it, then further out. */
function resolved(packages: Locked, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, folder.lastIndexOf('node_modules/')).replace(/\/$/, '')) {
    const path = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (packages[path] !== undefined) return path;
    if (folder === '') return undefined;
  }
}

function requireEntry(packages: Locked, name: string): LockEntry {
  const entry = packages[`node_modules/${name}`];
  if (entry === undefined) throw new Error(`package-lock.json has no ${name}.`);
  return entry;
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
