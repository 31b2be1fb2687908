import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { addRemote } from 'isomorphic-git';
import { systemClock } from '../../base/clock.ts';
import { GalleyError } from '../../base/errors.ts';
import { idSource } from '../../base/ids.ts';
import type { OutputOf } from '../../contract/call.ts';
import type { projectGitCalls } from '../../contract/project-git.ts';
import { RemotePointers } from '../../data/index.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { Database } from '../../store/database.ts';
import { createProject, nameOfFolder } from '../../store/project.ts';
import { NewFolder } from '../new-folder.ts';
import { trackingRef } from './fetch-job.ts';
import { type FetchedFile, waitingFile } from './git-folder-state.ts';
import { type GitPlace, writeGitAddress } from './git-place.ts';
import { passwordVariable } from './git-settings.ts';
import { ignoreText } from './ignored.ts';
import { changedFiles, inspectEntries } from './inspect-commit.ts';
import { pointerOf, readText } from './pointer-files.ts';
import { Repository } from './repository.ts';
import { trackedPath } from './tracked-paths.ts';
import { openTransport, type Tip } from './transport.ts';
import { readingStrangers } from './transport-errors.ts';
import { writeTracked } from './write-files.ts';

export interface CloneInput {
  place: GitPlace;
  /** A folder that is not there yet, or is empty. */
  to: string;
  branch: string | undefined;
  /** Environment variable that holds the password, to be remembered. */
  secretVariable: string | undefined;
}

type CloneOutput = OutputOf<typeof projectGitCalls.gitClone>;
type CloneTools = Pick<JobContext, 'progress' | 'throwIfCanceled' | 'secrets'>;

/**
 * Makes a project of a repository. It has an id of its own: by the id passwords and trust are kept, and neither must be had
 * by whoever writes a repository.
 * @throws GalleyError `project.folder_not_empty`, `project.git_not_found`, `project.git_access`, `project.git_refused`
 */
export async function runGitCloneJob(input: CloneInput, job: CloneTools): Promise<CloneOutput> {
  const to = resolve(input.to);
  if (!existsSync(dirname(to))) {
    throw new GalleyError('store.not_writable', `The folder ${dirname(to)} is not there.`, { details: { path: to } });
  }
  const folder = new NewFolder(to, 'cloning');
  try {
    const output = await readingStrangers(() => cloneInto(folder.path, to, input, job));
    job.throwIfCanceled();
    folder.finish();
    return output;
  } catch (error) {
    throw folder.failed(error);
  }
}

async function cloneInto(folder: string, to: string, input: CloneInput, job: CloneTools): Promise<CloneOutput> {
  const repository = new Repository(folder);
  const { branch, commit } = await fetchTip(repository, input, job);
  const entries = await inspectEntries(repository, commit);
  const files = await changedFiles(repository, new Map(), entries);
  for (const file of files) if (file.problem === null) writeTracked(folder, file.path, textOf(file));
  const made = createProject(folder, idSource(systemClock), nameIn(files) ?? nameOfFolder(to), false);
  const project = { ...made, path: to };
  const remotes = takeRemotes(folder, project, files);
  const paths = files.filter(isWaiting).map(({ path }) => path);
  waitingFile(folder).write({ format: 1, paths });
  await repository.setConfig(passwordVariable, input.secretVariable);
  await repository.setRef('HEAD', `refs/heads/${branch}`, true);
  await repository.setRef(trackingRef(branch), commit);
  await repository.setRef(`refs/heads/${branch}`, commit);
  await repository.updateIndex(new Map(), entries);
  return {
    project,
    head: await repository.commit(commit),
    waiting: paths.length,
    remotes,
    left: files.flatMap(({ path, problem }) => (problem === null ? [] : [{ path, problem }])),
  };
}

async function fetchTip(repository: Repository, input: CloneInput, job: CloneTools): Promise<Tip> {
  const address = writeGitAddress(input.place);
  await repository.init(input.branch ?? 'main');
  await addRemote({ ...repository.base, remote: 'origin', url: address, force: true });
  const transport = await openTransport(input.place, repository, job);
  const tip = await transport.fetch(input.branch);
  if (tip) return tip;
  throw new GalleyError('project.git_not_found', `${address} has no commits yet.`, { details: { address } });
}

function textOf({ path, text }: FetchedFile): string {
  return path === '.gitignore' ? ignoreText(text ?? '') : (text ?? '');
}

/** The name that the project has there, where it is one. */
function nameIn(files: readonly FetchedFile[]): string | undefined {
  const text = files.find(({ path }) => path === 'galley.yaml')?.text;
  const read = text ? readText(text) : undefined;
  const name = read && 'value' in read ? (read.value as { name?: unknown } | null)?.name : undefined;
  return typeof name === 'string' && /^[a-z][a-z0-9_-]{0,63}$/.test(name) ? name : undefined;
}

/** Of a project without a database nothing is here that a pointer could name. */
function isWaiting({ path, problem }: FetchedFile): boolean {
  const kind = trackedPath(path)?.kind;
  return problem === null && (kind === 'dataset' || kind === 'model' || kind === 'version');
}

function takeRemotes(
  folder: string,
  project: { id: string; name: string; path: string },
  files: readonly FetchedFile[],
): CloneOutput['remotes'] {
  const database = new Database(join(folder, 'galley.db'));
  try {
    database.migrate();
    const remotes = new RemotePointers({ database, clock: systemClock, project }, { remove: async () => {} });
    database.transaction(() => {
      for (const { path, text, problem } of files) {
        const tracked = trackedPath(path);
        const pointer = tracked && problem === null ? pointerOf(tracked, text ?? undefined) : undefined;
        if (pointer?.kind === 'remote') remotes.put(pointer.value);
      }
    });
    return remotes.all().map(({ name, address }) => ({ name, address }));
  } finally {
    database.close();
  }
}
