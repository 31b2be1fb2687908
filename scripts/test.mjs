/**
 * `npm test [-- FILTER…]`: static checks, the build, then all tests that this machine can run. With filters (and any
 * other arguments for vitest) only the tests in files that match. Ends with what was skipped and why, and
 * `N passed, N failed, N skipped`.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { runChecks } from './checks.mjs';
import { nodeAbility } from './setup/node.mjs';
import { cacheFolder, root } from './setup/paths.mjs';
import { runProcess } from './setup/process.mjs';

/** @typedef {import('./vitest-reporter.mjs').TestSummary} TestSummary */

const filters = process.argv.slice(2);
const vitestSummary = join(cacheFolder, 'vitest-summary.json');
const artifacts = join(root, 'artifacts');
/** All tests come after the build, so that what they start need not be read from source; see `processEntry`. */
const builtEngine = { GALLEY_BUILT_ENGINE: join(root, 'dist', 'engine') };

const onOldNode = nodeAbility(process.versions.node) === 'old';
const buildAndTests = onOldNode ? [skipForOldNode] : [runBuild, runTests];
const parts = filters.length > 0 ? buildAndTests.slice(-1) : [runChecks, ...buildAndTests];
/** @type {TestSummary} */
const total = { passed: 0, failed: [], skipped: [] };
for (const part of parts) {
  const { passed, failed, skipped } = await part();
  total.passed += passed;
  total.failed.push(...failed);
  total.skipped.push(...skipped);
}
report();

/** @returns {Promise<TestSummary>} */
async function runBuild() {
  const name = 'build of engine, shell and window';
  try {
    await build();
    console.log(`✓ ${name}`);
    return { passed: 1, failed: [], skipped: [] };
  } catch (error) {
    console.log(`✗ ${name}\n${error instanceof Error ? error.message : error}`);
    return { passed: 0, failed: [name], skipped: [] };
  }
}

/** @returns {Promise<TestSummary>} */
async function skipForOldNode() {
  const reason = `Node ${process.versions.node} is too old for them and no newer one could be had`;
  return { passed: 0, failed: [], skipped: [{ name: 'the build and all tests', reason }] };
}

/** @returns {Promise<TestSummary>} */
async function runTests() {
  rmSync(vitestSummary, { force: true });
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=./scripts/vitest-reporter.mjs'];
  const code = await runProcess(process.execPath, [vitest, 'run', ...reporters, ...filters], {
    cwd: root,
    env: { ...process.env, ...(filters.length === 0 && builtEngine), GALLEY_TEST_SUMMARY: vitestSummary },
  });
  return readSummary(code);
}

/** @param {number} code exit code of vitest @returns {TestSummary} */
function readSummary(code) {
  try {
    /** @type {TestSummary} */
    const summary = JSON.parse(readFileSync(vitestSummary, 'utf8'));
    if (code !== 0 && summary.failed.length === 0) summary.failed.push(`vitest ended with ${code}`);
    return summary;
  } catch {
    return { passed: 0, failed: [`vitest ended with ${code} and no results`], skipped: [] };
  }
}

/** Prints the end of the run and keeps it in `artifacts/test-summary.json`, from which CI reads what was skipped. */
function report() {
  const { passed, failed, skipped } = total;
  mkdirSync(artifacts, { recursive: true });
  writeFileSync(join(artifacts, 'test-summary.json'), `${JSON.stringify(total, null, 2)}\n`);
  console.log('');
  for (const name of failed) console.log(`failed: ${name}`);
  for (const { name, reason } of skipped) console.log(`skipped: ${name}: ${reason}`);
  console.log(`${passed} passed, ${failed.length} failed, ${skipped.length} skipped`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}
