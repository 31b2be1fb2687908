import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { captureProcess } from '../../scripts/setup/process.mjs';
import { checkoutFolder } from '../support/needs.ts';

const tests = `
import { beforeAll, describe, expect, test } from 'vitest';
test('good', () => {});
test('bad', () => expect(1).toBe(2));
test('not here', (context) => context.skip('no such machine'));
test.skip('silent', () => {});
`;
const brokenSuite = `
import { beforeAll, describe, test } from 'vitest';
describe('suite', () => {
  beforeAll(() => { throw new Error('no ground'); });
  test('never runs', () => {});
});
`;

test('the summary counts what passed, names what failed and says why something was skipped', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'galley-reporter-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(join(checkoutFolder, 'node_modules'), join(folder, 'node_modules'), 'junction');
  writeFileSync(join(folder, 'some.test.mjs'), tests);
  writeFileSync(join(folder, 'broken.test.mjs'), brokenSuite);
  const summary = join(folder, 'summary', 'summary.json');
  const vitest = join(checkoutFolder, 'node_modules', 'vitest', 'vitest.mjs');
  const reporter = join(checkoutFolder, 'scripts', 'vitest-reporter.mjs');
  const { code } = await captureProcess(process.execPath, [vitest, 'run', `--reporter=${reporter}`], {
    cwd: folder,
    env: { ...process.env, GALLEY_TEST_SUMMARY: summary, VITEST: undefined },
  });
  expect(code).toBe(1);
  const { passed, failed, skipped } = JSON.parse(readFileSync(summary, 'utf8'));
  expect(passed).toBe(1);
  expect(failed.toSorted()).toEqual(['broken.test.mjs > suite', 'some.test.mjs > bad']);
  expect(skipped).toEqual([
    { name: 'some.test.mjs > not here', reason: 'no such machine' },
    { name: 'some.test.mjs > silent', reason: 'no reason given' },
  ]);
});
