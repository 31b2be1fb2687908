/**
 * `npm run build [-- PART…]`: engine to `dist/engine` (ESM), the server of exports to
 * `dist/server`, what npm is told of the engine to `dist/package`, shell to `dist/electron` (CommonJS), window to `dist/renderer`, the parts of the file that a model is tried with to
 * `dist/try-page`. A part
 * is built again only when one of its sources changed.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder, root } from './setup/paths.mjs';

/**
 * @typedef {object} Part
 * @property {string} name names its folder in `dist`
 * @property {string[]} sources files and folders, from the root of the checkout
 * @property {(folder: string) => Promise<void>} make fills the empty folder
 */

/** Native packages, which stay packages: each brings its binaries. */
const nativePackages = ['better-sqlite3', 'onnxruntime-node', /^@duckdb\//, /^@napi-rs\//];
/** Asked for by packages that do without them where they are not there. */
const optionalPackages = ['cpu-features', 'pg-native', /sshcrypto\.node$/];
/** What CommonJS packages look for; bundled as ES modules they would end with a ReferenceError. */
const moduleNames = { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' };
const settings = ['package.json', 'package-lock.json', 'scripts/build.mjs'];

/** @type {Part} */
const engine = {
  name: 'engine',
  sources: ['engine', 'tsconfig.json', ...settings],
  async make(folder) {
    const { processEntries } = await import('../engine/base/entry.ts');
    const { serving, ...shared } = existingEntries(processEntries);
    await bundle(shared, folder, { format: 'esm', chunkFileNames: 'chunk-[name]-[hash].js' });
    if (serving) await bundle({ serving }, folder, { format: 'esm', codeSplitting: false });
  },
};

/** The prediction server as plain files, which exports take along. @type {Part} */
const server = {
  name: 'server',
  sources: ['engine', 'LICENSE', ...settings],
  async make(folder) {
    const { plainServer } = await import('../engine/package/exports/docker/plain-server.ts');
    for (const { path, content } of plainServer(root)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
  },
};

/** What npm is told of the engine in a container, with the hashes of the libraries. @type {Part} */
const enginePackage = {
  name: 'package',
  sources: ['engine/retrain/export/container', ...settings],
  async make(folder) {
    const { enginePackage: files } = await import('../engine/retrain/export/container/engine-package.ts');
    mkdirSync(folder, { recursive: true });
    for (const { path, content } of files(root)) writeFileSync(join(folder, path), content);
  },
};

/** @type {Part} */
const electron = {
  name: 'electron',
  sources: ['electron', 'engine/contract', 'tsconfig.json', ...settings],
  async make(folder) {
    for (const name of ['main', 'preload']) {
      const input = { [name]: join(root, 'electron', `${name}.ts`) };
      await bundle(input, folder, { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false });
    }
  },
};

/** @type {Part} */
const renderer = {
  name: 'renderer',
  sources: ['renderer', 'engine/contract', 'vite.config.ts', ...settings],
  async make(folder) {
    const vite = await import('vite');
    const outDir = { build: { outDir: folder } };
    const { NODE_ENV: before = '' } = process.env;
    // Vitest has 'test' here, with which Vite would make another window than the one that is packaged.
    process.env.NODE_ENV = 'production';
    try {
      await vite.build({ configFile: join(root, 'vite.config.ts'), logLevel: 'warn', ...outDir });
    } finally {
      process.env.NODE_ENV = before;
    }
  },
};

/** The page that a model is tried with, in one file: its script, and ONNX Runtime for the browser. @type {Part} */
const tryPage = {
  name: 'try-page',
  sources: ['engine', 'scripts/try-page.mjs', ...settings],
  async make(folder) {
    const { makeTryPage } = await import('./try-page.mjs');
    await makeTryPage(folder);
  },
};

const parts = { engine, server, package: enginePackage, electron, renderer, 'try-page': tryPage };

/** @typedef {keyof typeof parts} PartName */

/** @type {PartName[]} */
const allParts = ['engine', 'server', 'package', 'electron', 'renderer', 'try-page'];

/**
 * Builds what changed.
 * @param {PartName[]} [names]
 * @returns {Promise<string[]>} the parts that were built
 */
export async function build(names = allParts) {
  const changed = changedParts(names);
  for (const name of changed) await makePart(parts[name]);
  return changed;
}

/** The parts that are not built or whose sources changed since. @param {PartName[]} names */
export function changedParts(names) {
  return names.filter((name) => {
    const stampFile = stampOf(name);
    const isThere = existsSync(join(root, 'dist', name)) && existsSync(stampFile);
    return !isThere || readFileSync(stampFile, 'utf8') !== fingerprint(parts[name].sources);
  });
}

/** @param {Part} part */
async function makePart({ name, sources, make }) {
  const folder = join(root, 'dist', name);
  const stampFile = stampOf(name);
  const stamp = fingerprint(sources);
  rmSync(stampFile, { force: true });
  rmSync(folder, { recursive: true, force: true });
  await make(folder);
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, stamp);
}

/** @param {string} name */
function stampOf(name) {
  return join(cacheFolder, 'build', name);
}

/** @param {string[]} sources */
function fingerprint(sources) {
  const hash = createHash('sha256');
  for (const path of sources.flatMap(filesIn).sort()) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0');
  }
  return hash.digest('hex');
}

/** A file, or all files of a folder. @param {string} path @returns {string[]} */
function filesIn(path) {
  if (!statSync(join(root, path)).isDirectory()) return [path];
  return readdirSync(join(root, path), { withFileTypes: true }).flatMap((entry) => {
    const inside = `${path}/${entry.name}`;
    return entry.isDirectory() ? filesIn(inside) : [inside];
  });
}

/** @param {Record<string, string>} entries name and file inside `engine` @returns {Record<string, string>} */
function existingEntries(entries) {
  const paths = Object.entries(entries).map(([name, file]) => [name, join(root, 'engine', file)]);
  return Object.fromEntries(paths.filter(([, path]) => path && existsSync(path)));
}

/**
 * @param {Record<string, string>} input
 * @param {string} dir
 * @param {import('rolldown').OutputOptions} output
 */
async function bundle(input, dir, output) {
  const rolldown = await import('rolldown');
  await rolldown.build({
    input,
    platform: 'node',
    external: ['electron', ...nativePackages, ...optionalPackages],
    ...(output.format === 'esm' && { transform: { define: moduleNames } }),
    output: { dir, entryFileNames: '[name].js', ...output },
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const asked = allParts.filter((name) => process.argv.includes(name));
  const built = await build(asked.length > 0 ? asked : allParts);
  console.log(built.length > 0 ? `built ${built.join(', ')}` : 'nothing changed since the last build');
}
