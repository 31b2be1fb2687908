import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { OutputOf } from '../../engine/contract/call.ts';
import type { projectGitCalls } from '../../engine/contract/project-git.ts';
import type { Run } from '../../engine/contract/train.ts';
import { createPackagePhase } from '../../engine/package/index.ts';
import { createProjectGit } from '../../engine/project/git/calls.ts';
import { type GitEntry, Repository } from '../../engine/project/git/repository.ts';
import { SecretStore } from '../../engine/store/secrets.ts';
import { createTrainPhase } from '../../engine/train/index.ts';
import { dataProject } from './data-project.ts';
import { temporaryFolder } from './temporary.ts';

export type GitAnswer<Name extends keyof typeof projectGitCalls> = OutputOf<(typeof projectGitCalls)[Name]>;

export interface GitProjectOptions {
  path?: string;
  /** `processes`: jobs run in processes of their own, trainings among them. */
  where?: 'here' | 'processes';
  /** Of the engine, where passwords may stand. */
  environment?: Record<string, string>;
  trusted?: boolean;
}

/** A project with data, training and packaging, in Git once it is linked. */
export async function gitProject(options: GitProjectOptions = {}) {
  const { path = join(temporaryFolder(), 'project'), where = 'here', environment = {}, trusted = true } = options;
  mkdirSync(path, { recursive: true });
  const project = dataProject(where, { path, trusted });
  const { context, data, result } = project;
  const train = createTrainPhase(context, data);
  const packages = createPackagePhase(context, data, train);
  const secrets = new SecretStore(async () => undefined, environment);
  const pipelines = new Set<string>();
  const retrain = { registerFile: (name: string) => void pipelines.add(name) };
  const { handlers: git } = createProjectGit(context, { data, packages, retrain }, secrets);
  const pull = () => result<GitAnswer<'gitPull'>>(git.gitPull({}));
  return {
    ...project,
    path,
    git,
    train,
    packages,
    pipelines,
    secrets,
    pull,
    push: () => result<GitAnswer<'gitPush'>>(git.gitPush({})),
    clone: (address: string, to: string) => result<GitAnswer<'gitClone'>>(git.gitClone({ address, to })),
    commit: (message = 'What was done') => git.gitCommit({ message }),
    /** Pulls and accepts what comes. */
    async accept(choices: { ours?: string[]; theirs?: string[] } = {}) {
      await pull();
      return git.gitAccept(choices);
    },
    async addRows(name: string, text: string): Promise<void> {
      const file = join(temporaryFolder(), `${name}.csv`);
      writeFileSync(file, text);
      await project.add({ name, files: [file] });
    },
    write(file: string, text: string): void {
      mkdirSync(dirname(join(path, file)), { recursive: true });
      writeFileSync(join(path, file), text);
    },
    read: (file: string) => readFileSync(join(path, file), 'utf8'),
  };
}

/** A model `line` of a run, as its first version. */
export async function addLine(project: GitProjectOfTest): Promise<string> {
  const lines = Array.from({ length: 60 }, (_, row) => `${row % 12},${2 * (row % 12) + (row % 5)}`).join('\n');
  await project.addRows('lines', `x,y\n${lines}\n`);
  const { best } = await project.result<{ best: Run }>(
    project.train.handlers.run({ reference: 'lines', target: 'y', learners: ['linear'] }),
  );
  await project.result(project.packages.handlers.add({ run: best.id, model: 'line' }));
  return best.id;
}

export type GitProjectOfTest = Awaited<ReturnType<typeof gitProject>>;

export const cleaning = (least: number) => `format: 1
from: sales
to: clean
steps:
  - kind: filter
    conditions:
      - column: price
        operator: ">="
        values: [${least}]
`;

export const sqlCleaning = `format: 1
from: sales
to: clean
steps:
  - kind: filter
    sql: price > 3
`;

/** What somebody else commits: a content, with a mode of its own where it is no plain file; null removes it. */
export type StrangersFile = string | { mode: string; content: string } | null;

/** A repository without files that somebody else writes. */
export async function strangersRepository(): Promise<string> {
  const folder = join(temporaryFolder(), 'strange.git');
  await new Repository(folder, folder).init('main', true);
  return folder;
}

/** Somebody else's commit in a repository without files: what it holds already, and these files. */
export async function strangersCommit(folder: string, files: Record<string, StrangersFile>): Promise<string> {
  const repository = new Repository(folder, folder);
  const head = await repository.resolve('refs/heads/main');
  const entries = new Map<string, GitEntry>(await repository.entries(head));
  for (const [path, file] of Object.entries(files)) {
    if (file === null) {
      entries.delete(path);
      continue;
    }
    const { mode, content } = typeof file === 'string' ? { mode: '100644', content: file } : file;
    entries.set(path, { oid: mode === '160000' ? content : await repository.writeText(content), mode });
  }
  const parents = head === undefined ? [] : [head];
  const id = await repository.writeCommit(entries, parents, 'From elsewhere', { name: 'Stranger', at: 0 });
  await repository.setRef('refs/heads/main', id);
  return id;
}

/** Every object that a repository holds, as its bytes before they were packed. */
export async function allObjects(path: string): Promise<Buffer[]> {
  const { inflateSync } = await import('node:zlib');
  const folder = join(path, '.git', 'objects');
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => inflateSync(readFileSync(join(entry.parentPath, entry.name))));
}
