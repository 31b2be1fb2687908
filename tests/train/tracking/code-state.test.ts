import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type TestContext, test } from 'vitest';
import { codeState } from '../../../engine/train/tracking/code/code-state.ts';
import { LinkedCodeFile } from '../../../engine/train/tracking/code/linked-code.ts';
import { needsProgram } from '../../support/needs.ts';
import { temporaryFolder } from '../../support/temporary.ts';

function git(folder: string, ...words: string[]): string {
  const identity = ['-c', 'user.name=A', '-c', 'user.email=a@example.org', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', ['-C', folder, ...identity, ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}

function repository(context: TestContext): string {
  needsProgram(context, 'git');
  const folder = temporaryFolder();
  git(folder, 'init', '-q', '-b', 'main');
  writeFileSync(join(folder, 'train.py'), 'print(1)\n');
  git(folder, 'add', '.');
  git(folder, 'commit', '-q', '-m', 'first');
  return folder;
}

test('commit, branch and what differs from the commit', async (context) => {
  const folder = repository(context);
  mkdirSync(join(folder, 'inner'));
  const commit = git(folder, 'rev-parse', 'HEAD');
  expect(await codeState(join(folder, 'inner'))).toMatchObject({
    commit,
    branch: 'main',
    dirty: false,
    changedFiles: 0,
    untrackedFiles: 0,
  });
  writeFileSync(join(folder, 'notes.txt'), 'new');
  expect(await codeState(folder)).toMatchObject({ commit, dirty: false, untrackedFiles: 1 });
  writeFileSync(join(folder, 'train.py'), 'print(2)\n');
  expect(await codeState(folder)).toMatchObject({ commit, dirty: true, changedFiles: 1 });
  git(folder, 'commit', '-q', '-a', '-m', 'second');
  git(folder, 'checkout', '-q', '--detach');
  expect(await codeState(folder)).toMatchObject({ branch: null, dirty: false });
});

test('no program of a hostile repository is run', async (context) => {
  const folder = repository(context);
  const mark = join(temporaryFolder(), 'ran');
  const program = join(folder, 'run.sh');
  writeFileSync(program, `#!/bin/sh\ntouch '${mark}'\ncat\n`, { mode: 0o755 });
  writeFileSync(join(folder, '.gitattributes'), '*.py filter=evil\n*.txt filter=a=b diff=evil\n');
  writeFileSync(join(folder, 'note.txt'), 'one');
  git(folder, 'add', '.');
  git(folder, 'commit', '-q', '-m', 'second');
  for (const hook of ['post-index-change', 'fsmonitor-watchman', 'pre-commit'])
    writeFileSync(join(folder, '.git', 'hooks', hook), `#!/bin/sh\ntouch '${mark}'\n`, { mode: 0o755 });
  for (const [name, value] of [
    ['core.fsmonitor', program],
    ['core.hooksPath', join(folder, '.git', 'hooks')],
    ['core.sshCommand', program],
    ['core.pager', program],
    ['filter.evil.clean', program],
    ['filter.evil.process', program],
    ['filter.evil.required', 'true'],
    ['filter.a=b.clean', program],
    ['diff.external', program],
    ['diff.evil.textconv', program],
  ] as const)
    git(folder, 'config', '--local', name, value);
  writeFileSync(join(folder, 'train.py'), 'print(3)\n');
  writeFileSync(join(folder, 'note.txt'), 'two');
  const state = await codeState(folder);
  expect(state).toMatchObject({ dirty: true, changedFiles: 2 });
  expect(existsSync(mark)).toBe(false);
  expect(() => git(folder, 'status', '--porcelain')).toThrow();
  expect(existsSync(mark)).toBe(true);
});

test('what cannot be told is said, not thrown', async (context) => {
  needsProgram(context, 'git');
  const folder = temporaryFolder();
  expect(await codeState(folder)).toMatchObject({
    commit: null,
    dirty: null,
    problem: expect.stringContaining('not a git repository'),
  });
  expect(await codeState(join(folder, 'gone'))).toMatchObject({ commit: null, problem: expect.any(String) });
  git(folder, 'init', '-q');
  expect(await codeState(folder)).toMatchObject({ commit: null, problem: 'there is no commit yet' });
});

test('the link stands in the folder of the user, by id and place of the project', () => {
  const home = temporaryFolder();
  const project = { id: 'prj_1', path: temporaryFolder() };
  const linked = { path: '/code', root: '/code', linkedAt: '2025-01-01T00:00:00.000Z' };
  new LinkedCodeFile(project, home).write(linked);
  expect(new LinkedCodeFile(project, home).read()).toEqual(linked);
  expect(new LinkedCodeFile({ ...project, path: temporaryFolder() }, home).read()).toBeUndefined();
  new LinkedCodeFile(project, home).remove();
  expect(new LinkedCodeFile(project, home).read()).toBeUndefined();
});
