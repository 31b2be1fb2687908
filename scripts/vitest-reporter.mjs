import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * @typedef {{ name: string, reason: string }} Skip
 * @typedef {{ passed: number, failed: string[], skipped: Skip[] }} TestSummary
 */

/**
 * Vitest reporter that counts the tests and keeps why each skipped one was skipped, as JSON in the file that
 * `GALLEY_TEST_SUMMARY` names. A file or a suite that fails outside its tests counts as one failure.
 */
export default class SummaryReporter {
  /** @type {import('vitest/node').Vitest | undefined} */
  #vitest;

  /** @param {import('vitest/node').Vitest} vitest */
  onInit(vitest) {
    this.#vitest = vitest;
  }

  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly { message?: string }[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    const file = process.env.GALLEY_TEST_SUMMARY;
    if (!file) return;
    const selectsByName = this.#vitest?.config.testNamePattern !== undefined;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(summarize(modules, unhandledErrors, selectsByName)));
  }
}

/**
 * @param {readonly import('vitest/node').TestModule[]} modules
 * @param {readonly { message?: string }[]} unhandledErrors
 * @param {boolean} selectsByName whether tests were left out because their name was not asked for
 * @returns {TestSummary}
 */
function summarize(modules, unhandledErrors, selectsByName) {
  /** @type {TestSummary} */
  const summary = {
    passed: 0,
    failed: unhandledErrors.map((error) => `unhandled error: ${error.message ?? 'unknown'}`),
    skipped: [],
  };
  for (const module of modules) {
    const suites = [...module.children.allSuites()].filter((suite) => suite.errors().length > 0);
    if (module.errors().length > 0) summary.failed.push(module.relativeModuleId);
    summary.failed.push(...suites.map((suite) => nameOf(module, suite)));
    const leavesOut = selectsByName || module.errors().length > 0 || suites.length > 0;
    for (const test of module.children.allTests()) count(summary, nameOf(module, test), test, leavesOut);
  }
  return summary;
}

/**
 * @param {TestSummary} summary
 * @param {string} name
 * @param {import('vitest/node').TestCase} test
 * @param {boolean} leavesOut whether tests were left out for a ground of its own: their name, or a failure around them
 */
function count(summary, name, test, leavesOut) {
  const result = test.result();
  if (result.state === 'passed') summary.passed += 1;
  else if (result.state === 'failed') summary.failed.push(name);
  else if (result.state === 'skipped' && (result.note || !leavesOut)) {
    summary.skipped.push({ name, reason: result.note ?? 'no reason given' });
  }
}

/**
 * @param {import('vitest/node').TestModule} module
 * @param {import('vitest/node').TestCase | import('vitest/node').TestSuite} part
 */
function nameOf(module, part) {
  return `${module.relativeModuleId} > ${part.fullName}`;
}
