import type { GitChange } from '../../contract/project-git.ts';
import { describeChange } from './describe-change.ts';
import { blobId, type GitEntries, type Repository } from './repository.ts';
import { type TrackedPath, trackedPath } from './tracked-paths.ts';

/** Files beyond this number are named without words: nobody reads them all. */
const mostDescribed = 300;

/** A file that differs, with Git's id of what it was. */
interface Difference {
  tracked: TrackedPath;
  before: string | undefined;
  /** Reads what it is now. */
  after: () => Promise<string | undefined>;
}

async function described(repository: Repository, differences: readonly Difference[]): Promise<GitChange[]> {
  const changes: GitChange[] = [];
  for (const [index, { tracked, before, after }] of differences.entries()) {
    const text = await after();
    const isBrief = index >= mostDescribed;
    const old = before === undefined || isBrief ? before : await repository.text(before);
    const change = describeChange(tracked, old, text, isBrief);
    changes.push(change);
  }
  return changes;
}

/** Files of Galley's that are other than in a commit, by path. */
export function changesFrom(
  repository: Repository,
  entries: GitEntries,
  files: ReadonlyMap<string, string>,
): Promise<GitChange[]> {
  const differences = pathsOf(entries, files).flatMap((path): Difference[] => {
    const tracked = trackedPath(path);
    const [before, text] = [entries.get(path)?.oid, files.get(path)];
    if (!tracked || (text === undefined ? undefined : blobId(text)) === before) return [];
    return [{ tracked, before, after: async () => text }];
  });
  return described(repository, differences);
}

/** Files of Galley's that differ between two commits, by path. */
export function changesBetween(repository: Repository, before: GitEntries, after: GitEntries): Promise<GitChange[]> {
  const differences = pathsOf(before, after).flatMap((path): Difference[] => {
    const tracked = trackedPath(path);
    const [old, now] = [before.get(path)?.oid, after.get(path)?.oid];
    if (!tracked || old === now) return [];
    return [{ tracked, before: old, after: async () => (now === undefined ? undefined : repository.text(now)) }];
  });
  return described(repository, differences);
}

function pathsOf(one: ReadonlyMap<string, unknown>, other: ReadonlyMap<string, unknown>): string[] {
  return [...new Set([...one.keys(), ...other.keys()])].sort();
}
