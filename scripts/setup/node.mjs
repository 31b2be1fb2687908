import { existsSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { ownNpm, unpackPackage } from './npm.mjs';
import { cacheFolder, root, toolsFolder } from './paths.mjs';
import { captureProcess } from './process.mjs';
import { say } from './say.mjs';

/**
 * @typedef {'good' | 'usable' | 'old'} NodeAbility `good` runs everything, `usable` the app and its tests though some tools
 *   refuse it (odd majors) or TypeScript takes a flag, `old` most static checks only (better-sqlite3 13 crashes on Node 20)
 */

/** What a Node version can do for Galley. @param {string} version @returns {NodeAbility} */
export function nodeAbility(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if ((major >= 24 && major % 2 === 0) || (major === 22 && minor >= 18)) return 'good';
  return major > 22 || (major === 22 && minor >= 12) ? 'usable' : 'old';
}

const platform = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const fetchedFolder = join(toolsFolder, 'node', platform);
const fetchedNode = join(fetchedFolder, process.platform === 'win32' ? 'node.exe' : 'node');

/** Registry packages that carry a plain Node binary, best first. Not every platform has every one. */
const carriers = [`node-${platform}@24`, `node-bin-${platform}@24`, `node-${platform}@22`, `node-bin-${platform}@22`];

/**
 * The Node that runs everything else: this one where it is new enough, else one from the registry unpacked into
 * `.tools`, else, with a word about it, this one again.
 * @returns {Promise<string>} path of the executable
 */
export async function chooseNode() {
  if (nodeAbility(process.versions.node) === 'good') return process.execPath;
  if (existsSync(fetchedNode)) return fetchedNode;
  say(
    `Node ${process.versions.node} is too old; getting Node 24 for ${platform} from the registry (once, about 50 MB)`,
  );
  const reasons = [];
  for (const carrier of carriers) {
    const reason = await fetchNode(carrier);
    if (!reason) return fetchedNode;
    reasons.push(`${carrier}: ${reason}`);
  }
  say(`no newer Node could be had:\n  ${reasons.join('\n  ')}`);
  say(`going on with Node ${process.versions.node}`);
  return process.execPath;
}

/**
 * Whether the chosen Node can run the engine. Where it cannot, says what to do.
 * @param {string} node as `chooseNode` gave it
 */
export function canRunEngine(node) {
  if (node !== process.execPath || nodeAbility(process.versions.node) !== 'old') return true;
  say(`Galley does not run on Node ${process.versions.node}. Install Node 24 (https://nodejs.org) and try again.`);
  return false;
}

/** @param {string} carrier @returns {Promise<string | undefined>} why it is of no use, undefined when it is */
async function fetchNode(carrier) {
  const pickBinary = (/** @type {string} */ path) => /(?:^|\/)(node(?:\.exe)?)$/.exec(path)?.[1];
  const reason = await unpackPackage(ownNpm(), carrier, fetchedFolder, pickBinary);
  if (reason) return reason;
  const { code, output } = await captureProcess(fetchedNode, ['--version']);
  if (code === 0 && nodeAbility(output.trim().replace(/^v/, '')) === 'good') return undefined;
  rmSync(fetchedFolder, { recursive: true, force: true });
  return code === 0 ? `it is Node ${output.trim()}` : `its binary does not run here: ${output.trim()}`;
}

/**
 * Environment in which the chosen Node comes first, with the checkout's tools, TypeScript switched on where that takes
 * a flag, stripped types and compiled code kept between processes (half the CPU time of a short command), and ONNX
 * Runtime's telemetry off.
 * @param {string} node
 * @returns {NodeJS.ProcessEnv}
 */
export function environmentFor(node) {
  const pathName = Object.keys(process.env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  const folders = [dirname(node), join(root, 'node_modules', '.bin'), process.env[pathName] ?? ''];
  const isUsable = node === process.execPath && nodeAbility(process.versions.node) === 'usable';
  const needsFlag = isUsable && process.features.typescript !== 'strip';
  const options = [process.env.NODE_OPTIONS, needsFlag ? '--experimental-strip-types' : ''].filter(Boolean).join(' ');
  return {
    ...process.env,
    [pathName]: folders.join(delimiter),
    ...(options ? { NODE_OPTIONS: options } : {}),
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(cacheFolder, 'node'),
    ORT_DISABLE_TELEMETRY: '1',
  };
}
