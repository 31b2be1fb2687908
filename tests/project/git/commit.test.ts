import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Repository } from '../../../engine/project/git/repository.ts';
import { addLine, allObjects, cleaning, gitProject } from '../../support/git-project.ts';
import { needsPlatform, needsProgram } from '../../support/needs.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const rows = 'id,price,place\n1,2.5,zanzibar-cell\n2,3.5,home\n3,4.5,home\n';

async function salesProject() {
  const project = await gitProject();
  await project.addRows('sales', rows);
  await project.data.handlers.mark({ dataset: 'sales', column: 'place', mark: 'personal' });
  await project.data.handlers.addRemote({
    name: 'team',
    address: temporaryFolder(),
    accessKey: 'an-access-key',
    secret: 'a-remote-password',
  });
  project.write('recipes/clean.yaml', cleaning(3));
  project.write('expectations/sales.yaml', 'format: 1\ndataset: sales\nexpectations: []\n');
  project.write('tests/price.yaml', 'format: 1\ntarget: price\ntests: []\n');
  project.write('pipelines/weekly.yaml', 'format: 1\npipeline: weekly\nsteps: []\n');
  await project.git.gitLink({});
  return project;
}

test('a commit holds what the project consists of as files, and says what each is', async () => {
  const project = await salesProject();
  const { changes } = await project.git.gitStatus({});
  expect(changes.map(({ path, subject, words }) => [path, subject, words])).toEqual([
    ['.gitignore', 'what Git leaves out', '10 lines'],
    ['datasets/sales.yaml', 'dataset sales', 'version 1: 3 rows'],
    ['expectations/sales.yaml', 'expectations of sales', '3 lines'],
    ['galley.yaml', 'project', '2 lines'],
    ['pipelines/weekly.yaml', 'pipeline weekly', '3 lines'],
    ['recipes/clean.yaml', 'recipe clean', '9 lines'],
    ['remotes/team.yaml', 'remote team', expect.stringContaining('leads to /')],
    ['tests/price.yaml', 'tests of price', '3 lines'],
  ]);
  const { commit } = await project.commit('First\n\nWith a reason.');
  expect(commit).toMatchObject({ title: 'First', text: 'With a reason.' });
  const status = await project.git.gitStatus({});
  expect(status).toMatchObject({ linked: true, branch: 'main', changes: [], head: commit, unpushed: false });
  expect((await project.commit()).commit).toBeNull();
  const pointer = project.read('datasets/sales.yaml');
  expect(pointer).toContain('marks:\n  place: personal\n');
  expect(pointer).toMatch(/identity: sha256:[0-9a-f]{64}\n {4}number: 1\n {4}rows: 3\n$/);
});

test('neither data nor secrets are in any object of the repository, nor in any file beside it that Git would take', async () => {
  const project = await salesProject();
  await project.git.gitLink({ address: 'https://ada:token-of-ada@git.example.org/team/sales.git' });
  await project.commit();
  const objects = await allObjects(project.path);
  expect(objects.length).toBeGreaterThan(8);
  const config = readFileSync(join(project.path, '.git', 'config'), 'utf8');
  expect(config).toContain('https://ada@git.example.org/team/sales.git');
  for (const secret of ['zanzibar-cell', 'a-remote-password', 'an-access-key', 'token-of-ada']) {
    for (const object of [...objects, Buffer.from(config)]) expect(object.includes(secret), secret).toBe(false);
  }
});

test('the same project gives the same bytes, whatever was done in between', async () => {
  const project = await salesProject();
  await project.commit();
  const generated = () =>
    ['datasets/sales.yaml', 'remotes/team.yaml', 'galley.yaml', '.gitignore'].map((path) => project.read(path));
  const before = generated();
  await project.data.handlers.mark({ dataset: 'sales', column: 'id', mark: 'sensitive' });
  await project.data.handlers.mark({ dataset: 'sales', column: 'id', mark: 'none' });
  writeFileSync(join(project.path, 'datasets', 'sales.yaml'), 'somebody wrote here\n');
  expect((await project.commit()).commit).toBeNull();
  expect(generated()).toEqual(before);
});

test('what became of a dataset is said, and a deleted one goes', async () => {
  const project = await salesProject();
  await project.commit();
  await project.addRows('sales', `${rows}4,9,home\n`);
  expect((await project.git.gitStatus({})).changes).toMatchObject([
    { path: 'datasets/sales.yaml', kind: 'changed', words: 'version 2: 4 rows' },
  ]);
  await project.commit('More rows');
  await project.data.handlers.delete({ reference: 'sales', force: true });
  const { changes, commit } = await project.commit('No sales any more');
  expect(changes).toMatchObject([{ path: 'datasets/sales.yaml', kind: 'removed', words: 'removed' }]);
  expect(existsSync(join(project.path, 'datasets'))).toBe(false);
  const { commits } = await project.git.gitLog({});
  expect(commits.map(({ title }) => title)).toEqual(['No sales any more', 'More rows', 'What was done']);
  expect((await project.git.gitLog({ path: 'datasets/sales.yaml', limit: 2 })).commits).toHaveLength(2);
  const shown = await project.git.gitShow({ commit: commits[1]?.id.slice(0, 8) as string });
  expect(shown.changes).toMatchObject([{ path: 'datasets/sales.yaml', words: 'version 2: 4 rows' }]);
  const texts = await project.git.gitTexts({ path: 'datasets/sales.yaml', of: commit?.id as string });
  expect(texts).toMatchObject({ before: expect.stringContaining('number: 2'), after: null });
  await expect(project.git.gitShow({ commit: 'ffffffff' })).rejects.toMatchObject({ code: 'project.git_not_found' });
});

test('a model has its recipe, its metrics, its card and its aliases in files', async () => {
  const project = await gitProject({ where: 'processes' });
  const run = await addLine(project);
  await project.packages.handlers.alias({ reference: 'line@1', alias: 'champion' });
  await project.packages.handlers.cardText({ reference: 'line', text: { overview: 'A straight line.\n\nNo more.' } });
  await project.git.gitLink({});
  await project.commit();
  expect(project.read('models/line/model.yaml')).toContain('aliases:\n  champion: 1\n');
  const version = project.read('models/line/1.yaml');
  expect(version).toContain('card:\n  overview: |-\n    A straight line.\n\n    No more.\n');
  expect(version).toMatch(/onnx:\n {2}bytes: \d+\n {2}sha256: [0-9a-f]{64}\n/);
  expect(version).toContain('learner: linear');
  await project.packages.handlers.cardText({ reference: 'line', text: { contact: 'Ada' } });
  await project.result(project.packages.handlers.add({ run, model: 'line' }));
  await project.packages.handlers.alias({ reference: 'line@2', alias: 'champion' });
  expect((await project.git.gitStatus({})).changes.map(({ path, words }) => [path, words])).toEqual([
    ['models/line/1.yaml', 'card'],
    ['models/line/2.yaml', 'linear on lines@1'],
    ['models/line/model.yaml', 'champion: version 1 → 2'],
  ]);
});

test("Git itself finds nothing amiss, and nothing that nobody changed; a person's own files and what they staged stay theirs", async (context) => {
  needsProgram(context, 'git');
  const project = await salesProject();
  const git = (...words: string[]) => execFileSync('git', words, { cwd: project.path, encoding: 'utf8' });
  await project.commit();
  expect(git('fsck', '--strict')).toBe('');
  expect(git('status', '--porcelain')).toBe('');
  project.write('notes.md', 'mine\n');
  git('add', 'notes.md');
  project.write('recipes/clean.yaml', cleaning(4));
  await project.commit();
  expect(git('status', '--porcelain')).toBe('A  notes.md\n');
  expect(git('show', '--stat', '--format=')).not.toContain('notes.md');
  git('-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', 'commit', '-q', '-m', 'Notes');
  project.write('recipes/clean.yaml', cleaning(5));
  await project.commit();
  expect(git('ls-tree', '--name-only', 'HEAD')).toContain('notes.md');
  expect(git('status', '--porcelain')).toBe('');
  git('add', '-A');
  expect(git('ls-files')).not.toMatch(/galley\.db|blobs\/|project\.json/);
});

test('a link is not followed: what it leads to is no part of the project', async (context) => {
  needsPlatform(context, 'linux', 'darwin');
  const project = await salesProject();
  const elsewhere = temporaryFolder();
  writeFileSync(join(elsewhere, 'secret.yaml'), 'of somebody else\n');
  symlinkSync(join(elsewhere, 'secret.yaml'), join(project.path, 'recipes', 'secret.yaml'));
  await project.commit();
  mkdirSync(join(project.path, 'models'), { recursive: true });
  const objects = await allObjects(project.path);
  expect(objects.some((object) => object.includes('of somebody else'))).toBe(false);
});

test('a folder that is part of another repository is refused, and so is a file that is no text', async () => {
  const project = await gitProject();
  writeFileSync(join(project.path, '.git'), 'gitdir: ../elsewhere\n');
  await expect(project.git.gitLink({})).rejects.toMatchObject({ code: 'project.git_unusable' });
  const other = await salesProject();
  other.write('recipes/broken.yaml', '');
  writeFileSync(join(other.path, 'recipes', 'broken.yaml'), Buffer.from([0x66, 0xff, 0xfe]));
  await expect(other.commit()).rejects.toMatchObject({ code: 'project.git_refused' });
  expect(readdirSync(join(other.path, '.git', 'refs', 'heads'))).toEqual([]);
});

test('what is not linked says so', async () => {
  const project = await gitProject();
  expect(await project.git.gitStatus({})).toMatchObject({ linked: false, changes: [] });
  await expect(project.commit()).rejects.toMatchObject({ code: 'project.git_not_linked' });
  await project.git.gitLink({});
  await expect(project.git.gitPush({})).rejects.toMatchObject({ code: 'project.git_no_address' });
  await project.git.gitLink({ address: temporaryFolder() });
  await expect(project.git.gitPush({})).rejects.toMatchObject({ code: 'project.git_nothing_committed' });
});

test('a lock that another program holds, or left behind, is told of by its path, and a branch that moved meanwhile is not moved back', async () => {
  const hub = join(temporaryFolder(), 'hub.git');
  const project = await gitProject();
  project.write('recipes/clean.yaml', cleaning(3));
  await project.git.gitLink({ address: hub });
  await project.commit('First');
  await project.push();
  project.write('recipes/clean.yaml', cleaning(4));
  const locks = [project.path, hub].map((folder) =>
    join(folder, folder === hub ? '' : '.git', 'refs', 'heads', 'main.lock'),
  );
  for (const lock of locks) writeFileSync(lock, '');
  const busy = (lock: string | undefined) => ({
    code: 'project.git_busy',
    message: expect.stringContaining(lock as string),
  });
  await expect(project.commit('Second')).rejects.toMatchObject(busy(locks[0]));
  rmSync(locks[0] as string);
  await project.commit('Second');
  await expect(project.push()).rejects.toMatchObject(busy(locks[1]));
  rmSync(locks[1] as string);
  await project.push();

  const repository = new Repository(project.path);
  const [second, first] = (await project.git.gitLog({})).commits;
  await expect(repository.moveBranch(first?.id, first?.id as string)).rejects.toMatchObject({
    code: 'project.git_busy',
  });
  expect(await repository.head()).toBe(second?.id);
});
