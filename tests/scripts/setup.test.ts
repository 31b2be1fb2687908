import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { environmentFor, nodeAbility } from '../../scripts/setup/node.mjs';
import { firstErrorLine } from '../../scripts/setup/npm.mjs';
import { captureProcess, runProcess } from '../../scripts/setup/process.mjs';
import { untar } from '../../scripts/setup/untar.mjs';
import { needsPlatform, needsProgram } from '../support/needs.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'galley-setup-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ['18.19.1', 'old'],
  ['20.20.2', 'old'],
  ['22.11.0', 'old'],
  ['22.12.0', 'usable'],
  ['22.18.0', 'good'],
  ['23.11.0', 'usable'],
  ['24.0.0', 'good'],
  ['25.2.0', 'usable'],
  ['26.3.0', 'good'],
])('Node %s is %s', (version, ability) => {
  expect(nodeAbility(version)).toBe(ability);
});

test('the chosen Node comes first on the PATH, before the tools of the checkout', () => {
  const environment = Object.entries(environmentFor(join('/opt', 'node', 'bin', 'node')));
  const [, path = ''] = environment.find(([name]) => name.toUpperCase() === 'PATH') ?? [];
  const [first, second] = path.split(delimiter);
  expect(first).toBe(join('/opt', 'node', 'bin'));
  expect(second).toMatch(/node_modules.\.bin$/);
});

test('an archive is unpacked with long names, without its top folder and only what is picked', (context) => {
  needsProgram(context, 'tar');
  const longName = `${'deep/'.repeat(25)}file.txt`;
  for (const [name, text] of [
    ['bin/node', 'binary'],
    [longName, 'long'],
    ['LICENSE', ''],
  ] as const) {
    mkdirSync(join(folder, 'package', name, '..'), { recursive: true });
    writeFileSync(join(folder, 'package', name), text, { mode: name === 'bin/node' ? 0o755 : 0o644 });
  }
  const isGnu = execFileSync('tar', ['--version'], { encoding: 'utf8' }).includes('GNU');
  for (const format of ['pax', 'ustar', ...(isGnu ? ['gnu'] : [])]) {
    const archive = join(folder, `${format}.tgz`);
    execFileSync('tar', ['czf', archive, `--format=${format}`, '-C', folder, 'package']);
    const all = join(folder, format);
    expect(untar(readFileSync(archive), all)).toBe(3);
    expect(readFileSync(join(all, longName), 'utf8')).toBe('long');
    const picked = join(folder, `${format}-picked`);
    expect(untar(readFileSync(archive), picked, (path) => (path === 'bin/node' ? 'node' : undefined))).toBe(1);
    expect(readFileSync(join(picked, 'node'), 'utf8')).toBe('binary');
    expect(existsSync(join(picked, 'LICENSE'))).toBe(false);
  }
});

test('an archive that reaches out of its folder is refused', (context) => {
  needsProgram(context, 'tar');
  mkdirSync(join(folder, 'package'));
  writeFileSync(join(folder, 'outside.txt'), 'x');
  const archive = join(folder, 'bad.tgz');
  execFileSync('tar', ['czPf', archive, 'package/../outside.txt'], { cwd: folder });
  expect(() => untar(readFileSync(archive), join(folder, 'target'))).toThrow('outside its folder');
});

const runCode = (code: string) => runProcess(process.execPath, ['-e', code], { stdio: 'ignore' });

test('a program keeps its exit code', async () => {
  expect(await runCode('process.exit(5)')).toBe(5);
});

test('the signal that ends a program counts as an exit code', async (context) => {
  needsPlatform(context, 'linux', 'darwin');
  expect(await runCode('process.kill(process.pid, "SIGTERM")')).toBe(143);
});

test('a program that cannot be started is a result, not an exception', async () => {
  const { code, output } = await captureProcess(join(folder, 'missing'), []);
  expect(code).toBe(127);
  expect(output).toContain('ENOENT');
});

test('the first line that says something is taken from what npm prints', () => {
  expect(firstErrorLine('npm warn x\nnpm error code E404\nnpm error 404 Not Found - y\n')).toBe('404 Not Found - y');
  expect(firstErrorLine('added 3 packages')).toBeUndefined();
});
