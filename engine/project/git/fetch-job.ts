import type { JobContext } from '../../jobs/job-process.ts';
import type { Fetched } from './git-folder-state.ts';
import type { GitPlace } from './git-place.ts';
import { changedFiles, inspectEntries } from './inspect-commit.ts';
import { Repository } from './repository.ts';
import { openTransport } from './transport.ts';
import { readingStrangers } from './transport-errors.ts';

export interface FetchInput {
  folder: string;
  place: GitPlace;
  branch: string;
}

export interface FetchOutput {
  /** Null where there is nothing that is not here. */
  fetched: Fetched | null;
}

const mostCommits = 50;

/** Fetches commits and reads what they change. Nothing of the project is touched, and no branch moves. */
export function runGitFetchJob(input: FetchInput, job: JobContext): Promise<FetchOutput> {
  return readingStrangers(() => fetched(input, job));
}

async function fetched(input: FetchInput, job: JobContext): Promise<FetchOutput> {
  const repository = new Repository(input.folder);
  const transport = await openTransport(input.place, repository, job);
  job.progress({ phase: 'looking', done: 0, total: 0 });
  const tip = await transport.fetch(input.branch);
  if (!tip) return { fetched: null };
  const { commit } = tip;
  const head = await repository.head();
  const entries = await inspectEntries(repository, commit);
  await repository.setRef(trackingRef(input.branch), commit);
  if (head !== undefined && (await repository.contains(head, commit))) return { fetched: null };
  const base = head === undefined ? undefined : await repository.mergeBase(head, commit);
  const files = await changedFiles(repository, await repository.entries(base), entries);
  return {
    fetched: { format: 1, commit, base: base ?? null, commits: await newCommits(repository, commit, head), files },
  };
}

/** Where it is written down what the other side was at. */
export function trackingRef(branch: string): string {
  return `refs/remotes/origin/${branch}`;
}

/** The newest commits that are not here. */
async function newCommits(repository: Repository, tip: string, head: string | undefined): Promise<Fetched['commits']> {
  const known = new Set(head === undefined ? [] : (await repository.log(head, 10 * mostCommits)).map(({ id }) => id));
  return (await repository.log(tip, mostCommits)).filter(({ id }) => !known.has(id));
}
