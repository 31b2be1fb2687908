import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { toolsFolder } from './paths.mjs';
import { captureProcess } from './process.mjs';
import { say } from './say.mjs';
import { untar } from './untar.mjs';

const wantedMajor = 11;
const fetchedNpm = join(toolsFolder, 'npm');

/** @typedef {{ cli: string | undefined, version: string }} Npm `cli` is npm's entry script; undefined: only `npm` on the PATH */

/** The npm that started this process or that lies beside its Node. @returns {Npm} */
export function ownNpm() {
  const started = process.env.npm_execpath ?? '';
  const nodeFolder = dirname(process.execPath);
  const candidates = [
    basename(started) === 'npm-cli.js' ? started : '',
    join(nodeFolder, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(nodeFolder, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(nodeFolder, '..', 'share', 'nodejs', 'npm', 'bin', 'npm-cli.js'),
    ...(process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'node_modules/npm/bin/npm-cli.js')),
  ];
  const cli = candidates.find((path) => path && existsSync(path));
  return { cli, version: cli ? versionOf(cli) : '0.0.0' };
}

/**
 * Runs npm and collects what it printed.
 * @param {Npm} npm
 * @param {string[]} args
 * @param {{ cwd: string, node?: string, env?: NodeJS.ProcessEnv, timeout?: number }} options `node` runs npm
 */
export function runNpm(npm, args, { node = process.execPath, ...options }) {
  return npm.cli
    ? captureProcess(node, [npm.cli, ...args], options)
    : captureProcess('npm', args, { ...options, shell: process.platform === 'win32' });
}

/**
 * An npm new enough for the lock file: the machine's own, else one unpacked into `.tools`. Where that cannot be had,
 * the machine's own with a word about it.
 * @returns {Promise<Npm>}
 */
export async function chooseNpm() {
  const own = ownNpm();
  if (majorOf(own.version) >= wantedMajor) return own;
  const cli = join(fetchedNpm, 'bin', 'npm-cli.js');
  if (existsSync(cli)) return { cli, version: versionOf(cli) };
  say(`npm ${own.version} is too old; getting npm ${wantedMajor} from the registry`);
  const reason = await unpackPackage(own, `npm@${wantedMajor}`, fetchedNpm);
  if (!reason) return { cli, version: versionOf(cli) };
  say(`npm ${wantedMajor} could not be had (${reason}); going on with npm ${own.version}`);
  return own;
}

/**
 * Fetches a package from the registry and unpacks it, or what `place` picks of it, into a folder.
 * @param {Npm} npm
 * @param {string} name with version range
 * @param {string} folder is replaced as a whole, only when everything worked
 * @param {(path: string) => string | undefined} [place]
 * @returns {Promise<string | undefined>} why it could not be had, undefined when it could
 */
export async function unpackPackage(npm, name, folder, place) {
  mkdirSync(dirname(folder), { recursive: true });
  const work = mkdtempSync(`${folder}-`);
  try {
    const packed = await runNpm(npm, ['pack', name, '--silent', '--pack-destination', work], { cwd: work });
    const archive = readdirSync(work).find((file) => file.endsWith('.tgz'));
    if (packed.code !== 0 || !archive) return firstErrorLine(packed.output) ?? `the registry has no ${name}`;
    const content = join(work, 'content');
    if (untar(readFileSync(join(work, archive)), content, place) === 0) return `${name} does not hold what is needed`;
    rmSync(folder, { recursive: true, force: true });
    renameSync(content, folder);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** @param {string} output what npm printed */
export function firstErrorLine(output) {
  return /npm (?:error|ERR!) (?!code|A complete log)(.+)/.exec(output)?.[1]?.trim();
}

/** @param {string} cli */
function versionOf(cli) {
  return String(JSON.parse(readFileSync(join(dirname(dirname(cli)), 'package.json'), 'utf8')).version);
}

/** @param {string} version */
function majorOf(version) {
  return Number.parseInt(version, 10);
}
