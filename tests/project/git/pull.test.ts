import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Trust } from '../../../engine/store/trust.ts';
import {
  addLine,
  cleaning,
  type GitProjectOfTest,
  gitProject,
  sqlCleaning,
  strangersCommit,
} from '../../support/git-project.ts';
import { needsProgram } from '../../support/needs.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const rows = 'id,price\n1,2.5\n2,3.5\n3,4.5\n';

/** Two projects over one repository without files; the second is a clone, which has pulled the data. */
async function twoProjects(files: Record<string, string> = { 'recipes/clean.yaml': cleaning(3) }) {
  const hub = join(temporaryFolder(), 'hub.git');
  const remote = temporaryFolder();
  const first = await gitProject();
  await first.addRows('sales', rows);
  await first.data.handlers.addRemote({ name: 'team', address: remote });
  await first.result(first.data.handlers.push({}));
  for (const [path, text] of Object.entries(files)) first.write(path, text);
  await first.git.gitLink({ address: hub });
  await first.commit('First');
  await first.push();
  const path = join(temporaryFolder(), 'second');
  const cloned = await first.clone(hub, path);
  const second = await gitProject({ path, trusted: false });
  await second.result(second.data.handlers.pull({}));
  return { first, second, hub, remote, cloned };
}

const pathsOf = (changes: readonly { path: string }[]) => changes.map(({ path }) => path);

/** Commits and sends. */
async function send(project: GitProjectOfTest, message = 'More') {
  await project.commit(message);
  return project.push();
}

test('a clone with its data pulled is the same project: versions, recipes, marks, and nothing to commit', async () => {
  const { first, second, cloned, hub } = await twoProjects();
  expect(cloned).toMatchObject({ waiting: 1, left: [], remotes: [{ name: 'team' }], head: { title: 'First' } });
  expect(cloned.project.id).not.toBe(first.context.project.id);
  const [here, there] = [first, second].map(({ data }) => data.resolve('sales@1'));
  expect(there).toEqual(here);
  expect(second.read('recipes/clean.yaml')).toBe(cleaning(3));
  expect(await second.git.gitStatus({})).toMatchObject({ changes: [], waiting: [], address: hub, unpushed: false });
  expect(await second.pull()).toEqual({ arrival: null });
  expect((await send(second)).sent).toBe(false);
});

test('marks and keys come with the clone and hold from the moment that the data is here', async () => {
  const hub = join(temporaryFolder(), 'hub.git');
  const first = await gitProject();
  await first.addRows('sales', rows);
  await first.data.handlers.addRemote({ name: 'team', address: temporaryFolder() });
  await first.result(first.data.handlers.push({}));
  await first.data.handlers.mark({ dataset: 'sales', column: 'price', mark: 'sensitive' });
  await first.git.gitLink({ address: hub });
  await send(first);
  const path = join(temporaryFolder(), 'second');
  await first.clone(hub, path);
  const second = await gitProject({ path, trusted: false });
  expect((await second.git.gitStatus({})).waiting).toEqual([
    { path: 'datasets/sales.yaml', words: 'version 1 of the dataset sales: pull the data' },
  ]);
  expect((await second.commit()).commit).toBeNull();
  await second.result(second.data.handlers.pull({}));
  expect(second.data.resolve('sales').marks).toEqual({ price: 'sensitive' });
  expect((await second.git.gitStatus({})).changes).toEqual([]);
});

test('what a pull brings is offered, changes nothing before it is accepted, and then is there', async () => {
  const { first, second } = await twoProjects();
  first.write('recipes/clean.yaml', cleaning(4));
  first.write('expectations/sales.yaml', 'format: 1\ndataset: sales\nexpectations: []\n');
  await first.addRows('sales', `${rows}4,9\n`);
  await first.result(first.data.handlers.push({}));
  await send(first, 'Dearer ones');
  const { arrival } = await second.pull();
  expect(arrival).toMatchObject({ diverged: false, runs: false, commits: [{ title: 'Dearer ones' }] });
  expect(arrival?.changes.map(({ path, words, conflict }) => [path, words, conflict])).toEqual([
    ['datasets/sales.yaml', 'version 2: 4 rows', false],
    ['expectations/sales.yaml', '3 lines', false],
    ['recipes/clean.yaml', '1 line added, 1 line removed', false],
  ]);
  expect(second.read('recipes/clean.yaml')).toBe(cleaning(3));
  expect(await second.git.gitTexts({ path: 'recipes/clean.yaml', of: 'arrival' })).toEqual({
    before: cleaning(3),
    after: cleaning(4),
  });
  const accepted = await second.git.gitAccept({ commit: arrival?.commit as string });
  expect(accepted).toMatchObject({ head: { title: 'Dearer ones' }, untrusted: false });
  expect(accepted.waiting).toEqual([
    { path: 'datasets/sales.yaml', words: 'version 2 of the dataset sales: pull the data' },
  ]);
  expect(second.read('recipes/clean.yaml')).toBe(cleaning(4));
  expect(await second.git.gitStatus({})).toMatchObject({ changes: [], arrival: null });
  await expect(second.git.gitAccept({})).rejects.toMatchObject({ code: 'project.git_nothing_pulled' });
  await second.result(second.data.handlers.pull({}));
  expect(second.data.resolve('sales@2').identity).toBe(first.data.resolve('sales@2').identity);
  expect(await second.git.gitStatus({})).toMatchObject({ changes: [], waiting: [] });
});

test('a file that was changed here, too, is never mixed: one of the two is chosen', async () => {
  const { first, second } = await twoProjects();
  first.write('recipes/clean.yaml', cleaning(4));
  await send(first);
  second.write('recipes/clean.yaml', cleaning(5));
  await expect(second.accept()).rejects.toMatchObject({
    code: 'project.git_conflict',
    details: { files: [{ path: 'recipes/clean.yaml', problem: null }] },
  });
  expect(second.read('recipes/clean.yaml')).toBe(cleaning(5));
  await expect(second.git.gitAccept({ ours: ['recipes/other.yaml'] })).rejects.toMatchObject({
    code: 'call.invalid_input',
  });
  await expect(
    second.git.gitAccept({ ours: ['recipes/clean.yaml'], theirs: ['recipes/clean.yaml'] }),
  ).rejects.toMatchObject({ code: 'call.invalid_input' });
  await second.git.gitAccept({ ours: ['recipes/clean.yaml'] });
  expect(second.read('recipes/clean.yaml')).toBe(cleaning(5));
  expect(pathsOf((await second.git.gitStatus({})).changes)).toEqual(['recipes/clean.yaml']);
});

test('commits on both sides are brought together file by file, and both go on from there', async () => {
  const { first, second } = await twoProjects({
    'recipes/clean.yaml': cleaning(3),
    'recipes/other.yaml': cleaning(3),
    'recipes/third.yaml': cleaning(3),
  });
  first.write('recipes/clean.yaml', cleaning(4));
  first.write('recipes/third.yaml', cleaning(4));
  await send(first, 'Of the first');
  second.write('recipes/clean.yaml', cleaning(5));
  second.write('recipes/other.yaml', cleaning(5));
  await second.commit('Of the second');
  await expect(second.push()).rejects.toMatchObject({ code: 'project.git_behind' });
  const { arrival } = await second.pull();
  expect(arrival).toMatchObject({ diverged: true });
  expect(arrival?.changes.map(({ path, conflict }) => [path, conflict])).toEqual([
    ['recipes/clean.yaml', true],
    ['recipes/third.yaml', false],
  ]);
  await second.git.gitAccept({ theirs: ['recipes/clean.yaml'] });
  const contents = ['clean', 'other', 'third'].map((name) => second.read(`recipes/${name}.yaml`));
  expect(contents).toEqual([cleaning(4), cleaning(5), cleaning(4)]);
  expect((await second.git.gitStatus({})).changes).toEqual([]);
  expect((await second.push()).sent).toBe(true);
  await first.accept();
  expect(first.read('recipes/other.yaml')).toBe(cleaning(5));
  expect((await first.git.gitStatus({})).changes).toEqual([]);
});

test('what would run has to be trusted anew; what would not, has not', async () => {
  const { first, second } = await twoProjects();
  const trust = new Trust();
  const isTrusted = () => trust.has(second.context.project);
  expect(isTrusted()).toBe(false);
  trust.grant(second.context.project);
  first.write('recipes/clean.yaml', cleaning(4));
  await send(first);
  expect(await second.accept()).toMatchObject({ untrusted: false });
  expect(isTrusted()).toBe(true);
  first.write('recipes/clean.yaml', sqlCleaning);
  await send(first);
  const { arrival } = await second.pull();
  expect(arrival?.runs).toBe(true);
  expect(isTrusted()).toBe(true);
  expect(await second.git.gitAccept({})).toMatchObject({ untrusted: true });
  expect(isTrusted()).toBe(false);
  first.write('pipelines/weekly.yaml', 'format: 1\npipeline: weekly\nsteps: []\n');
  await send(first);
  trust.grant(second.context.project);
  expect([...second.pipelines]).toEqual([]);
  expect(await second.accept()).toMatchObject({ untrusted: true });
  expect([...second.pipelines]).toEqual(['weekly']);
  await expect(second.result(second.data.handlers.runRecipe({ name: 'clean' }))).rejects.toMatchObject({
    code: 'data.untrusted_sql',
  });
});

test('a remote that leads elsewhere is told of, and is where it leads once that is accepted', async () => {
  const { first, second } = await twoProjects();
  await first.data.handlers.removeRemote({ name: 'team' });
  await first.data.handlers.addRemote({ name: 'team', address: 'ssh://somebody@elsewhere.example.org/srv' });
  await send(first);
  const { arrival } = await second.pull();
  expect(arrival?.changes).toMatchObject([
    { path: 'remotes/team.yaml', words: 'leads to ssh://somebody@elsewhere.example.org/srv' },
  ]);
  await second.git.gitAccept({});
  expect(await second.data.handlers.remotes({})).toMatchObject({ remotes: [{ kind: 'ssh', lastPush: null }] });
});

test('a remote in another region keeps the key that this project has for it', async () => {
  const { first, second } = await twoProjects();
  const store = { name: 'store', address: 's3://rides/galley', endpoint: 'https://s3.example.org' };
  await first.data.handlers.addRemote({ ...store, region: 'eu-west-1' });
  await send(first);
  await second.accept();
  await second.data.handlers.removeRemote({ name: 'store' });
  await second.data.handlers.addRemote({ ...store, region: 'eu-west-1', accessKey: 'AKIA-MINE' });
  await first.data.handlers.removeRemote({ name: 'store' });
  await first.data.handlers.addRemote({ ...store, region: 'eu-west-2' });
  await send(first);
  await second.accept();
  const { remotes } = await second.data.handlers.remotes({});
  expect(remotes).toContainEqual(expect.objectContaining({ region: 'eu-west-2', accessKey: 'AKIA-MINE' }));
  expect((await second.git.gitStatus({})).changes).toEqual([]);
});

test('a dataset that was deleted there stays here', async () => {
  const { first, second } = await twoProjects();
  await first.data.handlers.delete({ reference: 'sales', force: true });
  await send(first);
  const { arrival } = await second.pull();
  expect(arrival?.changes).toMatchObject([
    { path: 'datasets/sales.yaml', words: 'removed there; it stays here until it is deleted' },
  ]);
  await second.git.gitAccept({});
  expect(second.data.resolve('sales').rows).toBe(3);
  expect(pathsOf((await second.git.gitStatus({})).changes)).toEqual(['datasets/sales.yaml']);
});

test('files of the repository that are not of Galley go through it untouched', async (context) => {
  needsProgram(context, 'git');
  const { first, second, hub } = await twoProjects();
  const work = join(temporaryFolder(), 'work');
  const git = (...words: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=a@b.example', ...words], { encoding: 'utf8' });
  git('clone', '-q', hub, work);
  writeFileSync(join(work, 'README.md'), 'Read me\n');
  writeFileSync(join(work, 'recipes', 'clean.yaml'), cleaning(4));
  git('-C', work, 'add', '-A');
  git('-C', work, 'commit', '-qm', 'By Git');
  git('-C', work, 'push', '-q');
  first.write('recipes/other.yaml', cleaning(1));
  await first.commit('Beside it');
  await first.accept();
  await first.push();
  expect(existsSync(join(first.path, 'README.md'))).toBe(false);
  await second.accept();
  expect(second.read('recipes/other.yaml')).toBe(cleaning(1));
  git('-C', work, 'pull', '-q');
  expect(readFileSync(join(work, 'README.md'), 'utf8')).toBe('Read me\n');
  expect(readFileSync(join(work, 'recipes', 'other.yaml'), 'utf8')).toBe(cleaning(1));
  expect(git('-C', hub, 'fsck', '--strict')).toBe('');
  writeFileSync(join(work, 'README.md'), 'Changed there\n');
  git('-C', work, 'commit', '-qam', 'There');
  git('-C', work, 'push', '-q');
  git('-C', second.path, 'checkout', '-q', 'README.md');
  writeFileSync(join(second.path, 'README.md'), 'Changed here\n');
  git('-C', second.path, 'commit', '-qam', 'Here');
  await expect(second.accept()).rejects.toMatchObject({
    code: 'project.git_conflict',
    message: expect.stringContaining('README.md'),
  });
});

test('aliases and cards of a model that is here follow the change that was accepted', async () => {
  const hub = join(temporaryFolder(), 'hub.git');
  const project = await gitProject({ where: 'processes' });
  const run = await addLine(project);
  await project.result(project.packages.handlers.add({ run, model: 'line' }));
  await project.packages.handlers.alias({ reference: 'line@1', alias: 'champion' });
  await project.git.gitLink({ address: hub });
  await send(project);
  await project.packages.handlers.alias({ reference: 'line@2', alias: 'champion' });
  await project.packages.handlers.cardText({ reference: 'line@2', text: { overview: 'Straight.' } });
  await project.packages.handlers.tag({ reference: 'line', tags: { owner: 'ada' } });
  await send(project, 'Second is better');
  const [second, first] = (await project.git.gitLog({})).commits;
  const old = async (path: string) => (await project.git.gitTexts({ path, of: first?.id as string })).after;
  // Somebody takes it back with Git.
  const before = { model: await old('models/line/model.yaml'), version: await old('models/line/2.yaml') };
  expect(second?.title).toBe('Second is better');
  await strangersCommit(hub, {
    'models/line/model.yaml': before.model as string,
    'models/line/2.yaml': before.version as string,
  });
  expect((await project.pull()).arrival?.changes.map(({ words }) => words)).toEqual([
    'card',
    'champion: version 2 → 1, tags',
  ]);
  await project.git.gitAccept({});
  const { models } = await project.packages.handlers.list({});
  expect(models).toMatchObject([{ aliases: { champion: 1 }, tags: {} }]);
  expect((await project.packages.handlers.card({ reference: 'line@2' })).parts[0]).toMatchObject({ text: '' });
  expect((await project.git.gitStatus({})).changes).toEqual([]);
});

test('a clone with its data and models pulled has the same versions, aliases, labels and cards, and nothing to commit', async () => {
  const hub = join(temporaryFolder(), 'hub.git');
  const first = await gitProject({ where: 'processes' });
  await first.data.handlers.addRemote({ name: 'team', address: temporaryFolder() });
  await addLine(first);
  await first.packages.handlers.alias({ reference: 'line@1', alias: 'champion' });
  await first.packages.handlers.cardText({ reference: 'line@1', text: { overview: 'Straight.' } });
  await first.packages.handlers.tag({ reference: 'line', tags: { owner: 'ada' } });
  await first.result(first.packages.handlers.push({}));
  await first.git.gitLink({ address: hub });
  await send(first);
  const path = join(temporaryFolder(), 'second');
  await first.clone(hub, path);
  const second = await gitProject({ path, trusted: false });
  await second.result(second.data.handlers.pull({}));
  expect((await second.git.gitStatus({})).waiting.map(({ words }) => words)).toEqual([
    'version 1 of the model line: pull the models',
    'versions of the model line: pull the models',
  ]);
  await second.result(second.packages.handlers.pull({}));
  expect(await second.git.gitStatus({})).toMatchObject({ changes: [], waiting: [], unpushed: false });
  expect(second.packages.resolve('line@champion').version).toEqual(first.packages.resolve('line@champion').version);
  const { models } = await second.packages.handlers.list({});
  expect(models).toMatchObject([{ name: 'line', aliases: { champion: 1 }, tags: { owner: 'ada' } }]);
  expect((await second.packages.handlers.card({ reference: 'line@1' })).parts[0]).toMatchObject({ text: 'Straight.' });
});
