import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeCommit, writeObject } from 'isomorphic-git';
import { expect, test } from 'vitest';
import { Repository } from '../../../engine/project/git/repository.ts';
import {
  cleaning,
  type GitProjectOfTest,
  gitProject,
  type StrangersFile,
  strangersCommit,
  strangersRepository,
} from '../../support/git-project.ts';
import { needsPlatform } from '../../support/needs.ts';
import { temporaryFolder } from '../../support/temporary.ts';

/** A project that follows a repository of somebody else, with one good commit of theirs. */
async function follower(): Promise<{ project: GitProjectOfTest; hub: string }> {
  const hub = await strangersRepository();
  await strangersCommit(hub, { 'recipes/clean.yaml': cleaning(3) });
  const project = await gitProject();
  await project.git.gitLink({ address: hub });
  await project.accept();
  expect(project.read('recipes/clean.yaml')).toBe(cleaning(3));
  return { project, hub };
}

const outside = { mode: '120000', content: '/etc/passwd' };

test.for<[string, Record<string, StrangersFile>]>([
  ['a link in place of a recipe', { 'recipes/clean.yaml': outside }],
  ['a link in place of a folder', { 'recipes/clean.yaml': null, recipes: outside }],
  ['a repository within it', { 'datasets/sales.yaml': { mode: '160000', content: 'a'.repeat(40) } }],
])('%s is refused, and nothing is taken', async ([, files]) => {
  const { project, hub } = await follower();
  await strangersCommit(hub, { ...files, 'recipes/other.yaml': cleaning(1) });
  await expect(project.pull()).rejects.toMatchObject({ code: 'project.git_refused' });
  expect(await project.git.gitStatus({})).toMatchObject({ arrival: null });
  expect(readdirSync(join(project.path, 'recipes'))).toEqual(['clean.yaml']);
  await expect(project.clone(hub, join(temporaryFolder(), 'clone'))).rejects.toMatchObject({
    code: 'project.git_refused',
  });
});

/** A commit whose tree has one entry of any name, as only a program of one's own writes it. */
async function commitNamed(hub: string, ...names: string[]): Promise<void> {
  const repository = new Repository(hub, hub);
  let oid = await repository.writeText(cleaning(9));
  let mode = '100644';
  for (const name of names.toReversed()) {
    const object = Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, 'hex')]);
    oid = await writeObject({ ...repository.base, type: 'tree', object, format: 'content' });
    mode = '40000';
  }
  await commitTree(hub, oid);
}

async function commitTree(hub: string, tree: string): Promise<void> {
  const repository = new Repository(hub, hub);
  const person = { name: 'Stranger', email: '', timestamp: 0, timezoneOffset: 0 };
  const parent = [(await repository.resolve('refs/heads/main')) as string];
  const commit = { tree, parent, author: person, committer: person, message: 'Odd' };
  await repository.setRef('refs/heads/main', await writeCommit({ ...repository.base, commit }));
}

test.for([
  ['..', 'evil.yaml'],
  ['recipes', '..', '..', 'evil.yaml'],
  ['recipes', '../../evil.yaml'],
  ['.git', 'config'],
  ['.GIT', 'config'],
  ['recipes', '..\\evil.yaml'],
  ['.'],
])('a path that leads elsewhere is refused: %s', async (names) => {
  const { project, hub } = await follower();
  const config = readFileSync(join(project.path, '.git', 'config'), 'utf8');
  await commitNamed(hub, ...names);
  await expect(project.pull()).rejects.toMatchObject({ code: expect.stringMatching(/^project\.git_refused$/) });
  expect(existsSync(join(project.path, '..', 'evil.yaml'))).toBe(false);
  expect(readFileSync(join(project.path, '.git', 'config'), 'utf8')).toBe(config);
});

test('folders within folders without end are refused, though no file is in them', async () => {
  const { project, hub } = await follower();
  const repository = new Repository(hub, hub);
  let oid = await writeObject({ ...repository.base, type: 'tree', object: new Uint8Array(), format: 'content' });
  for (let depth = 0; depth < 40; depth++) {
    const entry = (name: string) => Buffer.concat([Buffer.from(`40000 ${name}\0`), Buffer.from(oid, 'hex')]);
    const object = Buffer.concat(['a', 'b', 'c', 'd'].map(entry));
    oid = await writeObject({ ...repository.base, type: 'tree', object, format: 'content' });
  }
  await commitTree(hub, oid);
  await expect(project.pull()).rejects.toMatchObject({
    code: 'project.git_refused',
    message: expect.stringContaining('more than 200,000'),
  });
});

test('files under names that are not of Galley are never written', async () => {
  const { project, hub } = await follower();
  await strangersCommit(hub, {
    'galley.db': 'no database',
    'project.json': '{"format":1,"id":"prj_other","name":"other"}',
    'run/engine.json': '{}',
    'blobs/ab/cd': 'blob',
    'recipes/CAPITAL.yaml': cleaning(1),
    'recipes/sub/x.yaml': cleaning(1),
    'adopt.py': 'import os',
    'recipes/other.yaml': cleaning(1),
  });
  const { changes } = await project.accept();
  expect(changes.map(({ path }) => path)).toEqual(['recipes/other.yaml']);
  expect(readdirSync(project.path).sort()).not.toContain('adopt.py');
  expect(readdirSync(join(project.path, 'recipes')).sort()).toEqual(['clean.yaml', 'other.yaml']);
});

const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']
  .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`)
  .join('\n')}\n`;
const pointer = (text: string) => `format: 1\nid: ds_1\nname: sales\nkey_columns: []\ntime_column: null\n${text}`;

test.for<[string, string, string, RegExp]>([
  ['names that multiply', 'recipes/x.yaml', bomb, /alias/i],
  ['no YAML', 'recipes/x.yaml', 'a: [', /line 1/],
  ['more than anybody writes', 'recipes/x.yaml', '#'.repeat(4_000_001), /larger than 4 MB/],
  ['a pointer that lacks what it needs', 'datasets/sales.yaml', 'format: 1\n', /lacks/],
  ['a pointer to something else', 'datasets/other.yaml', pointer('marks: {}\ncolumns: []\nversions: []\n'), /else/],
  [
    'a remote that is none',
    'remotes/x.yaml',
    'format: 1\nname: x\naddress: nowhere\nendpoint: null\nregion: null\nhost_key: null\n',
    /address/,
  ],
  ['a depth without end', 'recipes/x.yaml', `${'['.repeat(20_000)}`, /./],
])('a file with %s is told and not taken; the rest is, once that is said', async ([, path, text, reason]) => {
  const { project, hub } = await follower();
  await strangersCommit(hub, { [path]: text, 'recipes/fine.yaml': cleaning(7) });
  const { arrival } = await project.pull();
  const change = arrival?.changes.find((one) => one.path === path);
  expect(change?.problem).toMatch(reason);
  await expect(project.git.gitAccept({ theirs: [path] })).rejects.toMatchObject({ code: 'project.git_conflict' });
  expect(existsSync(join(project.path, 'recipes', 'fine.yaml'))).toBe(false);
  await project.git.gitAccept({ ours: [path] });
  expect(project.read('recipes/fine.yaml')).toBe(cleaning(7));
  expect(existsSync(join(project.path, path))).toBe(false);
  const to = join(temporaryFolder(), 'clone');
  expect(await project.clone(hub, to)).toMatchObject({ left: [{ path, problem: expect.stringMatching(reason) }] });
});

test('two files whose names differ in capitals only are not both taken', async () => {
  const { project, hub } = await follower();
  await strangersCommit(hub, { 'tests/Price.yaml': 'format: 1\n', 'tests/price.yaml': 'format: 1\n' });
  const { arrival } = await project.pull();
  expect(arrival?.changes.map(({ path, problem }) => [path, problem === null])).toEqual([
    ['tests/Price.yaml', true],
    ['tests/price.yaml', false],
  ]);
});

test('a file that comes does not take the place of one of the same name but for capitals', async () => {
  const { project, hub } = await follower();
  await strangersCommit(hub, { 'tests/price.yaml': 'format: 1\n' });
  await project.accept();
  await strangersCommit(hub, { 'tests/Price.yaml': 'format: 1\n# other\n' });
  const { arrival } = await project.pull();
  expect(arrival?.changes).toMatchObject([{ path: 'tests/Price.yaml', problem: expect.stringContaining('capitals') }]);
});

test('nothing is written through a link that stands in the project', async (context) => {
  needsPlatform(context, 'linux', 'darwin');
  const { project, hub } = await follower();
  const elsewhere = temporaryFolder();
  symlinkSync(elsewhere, join(project.path, 'expectations'));
  await strangersCommit(hub, { 'expectations/sales.yaml': 'format: 1\ndataset: sales\nexpectations: []\n' });
  await expect(project.accept()).rejects.toMatchObject({ code: 'project.git_refused' });
  expect(readdirSync(elsewhere)).toEqual([]);
});

test('what Git must leave out cannot be taken back by who writes the repository', async () => {
  const { project, hub } = await follower();
  await strangersCommit(hub, { '.gitignore': '*.log\n!/galley.db\n!/blobs/\n' });
  await project.accept();
  const lines = project.read('.gitignore').split('\n');
  expect(lines).toContain('*.log');
  expect(lines.lastIndexOf('/galley.db*')).toBeGreaterThan(lines.indexOf('!/galley.db'));
  expect(lines.lastIndexOf('/blobs/')).toBeGreaterThan(lines.indexOf('!/blobs/'));
});

test('what lies in `.git` of a project from elsewhere is believed only where it is in order', async () => {
  const { project } = await follower();
  const folder = join(project.path, '.git', 'galley');
  mkdirSync(folder, { recursive: true });
  const file = { path: '../../evil.yaml', before: null, text: 'x', problem: null };
  const fetched = { format: 1, commit: 'b'.repeat(40), base: null, commits: [], files: [file] };
  writeFileSync(join(folder, 'fetched.json'), JSON.stringify(fetched));
  const status = await project.git.gitStatus({});
  expect(status.arrival?.changes ?? []).toEqual([]);
  await expect(project.git.gitAccept({})).rejects.toMatchObject({ code: expect.stringMatching(/./) });
  expect(existsSync(join(project.path, '..', 'evil.yaml'))).toBe(false);
});
