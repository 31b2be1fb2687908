import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { nodeAbility } from './setup/node.mjs';
import { root } from './setup/paths.mjs';
import { captureProcess } from './setup/process.mjs';

const sources = ['engine', 'renderer', 'electron', 'scripts', 'tests'];

/**
 * @typedef {object} Check
 * @property {string} name
 * @property {string} script lies in node_modules
 * @property {string[]} args
 * @property {boolean} [refusesOldNode] the tool does not start on a Node that is not `good`
 */

/** @type {Check[]} */
const checks = [
  {
    name: 'format and lint (biome)',
    script: '@biomejs/biome/bin/biome',
    args: ['check', '--error-on-warnings', '--max-diagnostics=50'],
  },
  { name: 'types (tsc)', script: 'typescript/bin/tsc', args: ['--noEmit'] },
  {
    name: 'types of the window (svelte-check)',
    script: 'svelte-check/bin/svelte-check',
    args: ['--tsconfig', 'renderer/tsconfig.json', '--fail-on-warnings', '--output', 'human'],
  },
  {
    name: 'import rule (dependency-cruiser)',
    script: 'dependency-cruiser/bin/dependency-cruiser.mjs',
    args: ['--config', '.dependency-cruiser.cjs', ...sources.filter((folder) => existsSync(join(root, folder)))],
    refusesOldNode: true,
  },
  { name: 'unused code and dependencies (knip)', script: 'knip/bin/knip.js', args: ['--no-progress'] },
];

/**
 * Runs the static checks, two at a time, and prints each with its time and, when it failed, what it said.
 * @returns {Promise<import('./vitest-reporter.mjs').TestSummary>}
 */
export async function runChecks() {
  const isGood = nodeAbility(process.versions.node) === 'good';
  const waiting = checks.filter(({ refusesOldNode }) => isGood || !refusesOldNode);
  const skipped = checks.filter((check) => !waiting.includes(check));
  const passed = waiting.length;
  /** @type {string[]} */
  const failed = [];
  const worker = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      if (!(await runCheck(check))) failed.push(check.name);
    }
  };
  await Promise.all([worker(), worker()]);
  const reason = `the tool does not run on Node ${process.versions.node}`;
  return { passed: passed - failed.length, failed, skipped: skipped.map(({ name }) => ({ name, reason })) };
}

/** @param {Check} check */
async function runCheck({ name, script, args }) {
  const started = performance.now();
  const command = [join(root, 'node_modules', script), ...args];
  const { code, output } = await captureProcess(process.execPath, command, { cwd: root });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${code === 0 ? '✓' : '✗'} ${name} (${seconds} s)`);
  if (code !== 0) console.log(output.trimEnd());
  return code === 0;
}
