import { GalleyError } from '../../base/errors.ts';
import { listed } from '../../base/words.ts';
import type { Arrival, ArrivedChange } from '../../contract/project-git.ts';
import { bringsRuns } from './brings-runs.ts';
import { describeChange } from './describe-change.ts';
import { type Fetched, type FetchedFile, fetchedFile } from './git-folder-state.ts';
import type { GitProject } from './git-project.ts';
import { ignoreText } from './ignored.ts';
import { blobId } from './repository.ts';
import { type TrackedPath, trackedPath } from './tracked-paths.ts';

/** Which side of a file is wanted. */
export interface Choices {
  ours: readonly string[];
  theirs: readonly string[];
}

/** A file that came, compared with what it is here. */
export interface ArrivedFile {
  tracked: TrackedPath;
  /** What it becomes; undefined where it is removed. */
  text: string | undefined;
  mine: string | undefined;
  conflict: boolean;
  problem: string | null;
}

/** Of things that stay here whatever a file says of them. */
const kept: ReadonlySet<string> = new Set(['dataset', 'model', 'version']);

/** What pulls brought, until it is accepted. */
export class Arrivals {
  readonly #project: GitProject;
  readonly #file;

  constructor(project: GitProject) {
    this.#project = project;
    this.#file = fetchedFile(project.context.project.path);
  }

  keep(fetched: Fetched | null): void {
    if (fetched) this.#file.write(fetched);
    else this.#file.remove();
  }

  /** What was fetched and is not part of the project yet. */
  async fetched(): Promise<Fetched | undefined> {
    const fetched = this.#file.read();
    if (!fetched) return undefined;
    const { repository } = this.#project;
    const head = await repository.head();
    if (head === undefined || !(await repository.contains(head, fetched.commit))) return fetched;
    this.#file.remove();
    return undefined;
  }

  /** @param files the project's, as they are now */
  async view(files: ReadonlyMap<string, string>): Promise<Arrival | null> {
    const fetched = await this.fetched();
    if (!fetched) return null;
    const head = await this.#project.repository.head();
    const arrived = arrivedFiles(fetched, files);
    return {
      commit: fetched.commit,
      diverged: head !== undefined && head !== fetched.base,
      commits: fetched.commits,
      changes: arrived.map(changeOf),
      runs: arrived.some(bringsRuns),
    };
  }
}

/** Files that came and are other than here. */
export function arrivedFiles({ files }: Fetched, mine: ReadonlyMap<string, string>): ArrivedFile[] {
  return files.flatMap((file): ArrivedFile[] => {
    const tracked = trackedPath(file.path);
    if (!tracked) return [];
    const text = wantedText(tracked, file);
    const here = mine.get(file.path);
    if (text === here && file.problem === null) return [];
    const changedHere = (here === undefined ? null : blobId(here)) !== file.before;
    const conflict = changedHere && tracked.kind !== 'ignored' && tracked.kind !== 'project';
    return [{ tracked, text, mine: here, conflict, problem: file.problem }];
  });
}

function wantedText({ kind }: TrackedPath, { text }: FetchedFile): string | undefined {
  if (kind === 'ignored') return ignoreText(text ?? '');
  return text ?? undefined;
}

function changeOf({ tracked, text, mine, conflict, problem }: ArrivedFile): ArrivedChange {
  if (problem !== null) return { ...describeChange(tracked, mine, '', true), words: problem, conflict, problem };
  const change = describeChange(tracked, mine, text);
  const stays = text === undefined && kept.has(tracked.kind);
  return {
    ...change,
    ...(stays ? { words: 'removed there; it stays here until it is deleted' } : {}),
    conflict,
    problem,
  };
}

/**
 * The files that are taken over.
 * @throws GalleyError `project.git_conflict` where a side has to be chosen, `call.invalid_input` for a path that did not come,
 * or for which both sides are chosen
 */
export function takenFiles(arrived: readonly ArrivedFile[], { ours, theirs }: Choices): ArrivedFile[] {
  const known = new Set(arrived.map(({ tracked }) => tracked.path));
  const unknown = [...ours, ...theirs].find((path) => !known.has(path));
  if (unknown !== undefined) {
    throw new GalleyError('call.invalid_input', `${unknown} is none of the files that came.`, { details: { unknown } });
  }
  const both = ours.find((path) => theirs.includes(path));
  if (both !== undefined) {
    const message = `${both} cannot be both as it is here and as it is there: choose one side.`;
    throw new GalleyError('call.invalid_input', message, { details: { both } });
  }
  const open = arrived.filter(({ tracked: { path }, conflict, problem }) => {
    if (ours.includes(path)) return false;
    return problem !== null || (conflict && !theirs.includes(path));
  });
  if (open.length > 0) throw conflictOf(open);
  return arrived.filter(({ tracked: { path } }) => !ours.includes(path));
}

function conflictOf(open: readonly ArrivedFile[]): GalleyError {
  const names = open.map(({ tracked, problem }) => (problem === null ? tracked.path : `${tracked.path} (${problem})`));
  const shown = names.length > 5 ? [...names.slice(0, 5), `${names.length - 5} more`] : names;
  return new GalleyError(
    'project.git_conflict',
    `Nothing was taken over: ${listed(shown)} ${names.length === 1 ? 'was' : 'were'} changed here, too, or cannot be taken.`,
    { details: { files: open.map(({ tracked, problem }) => ({ path: tracked.path, problem })) } },
  );
}
