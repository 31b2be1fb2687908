import { readTree, type TreeEntry } from 'isomorphic-git';
import { GalleyError } from '../../base/errors.ts';
import type { FetchedFile } from './git-folder-state.ts';
import { readPointer, readText } from './pointer-files.ts';
import { mostFileBytes } from './project-files.ts';
import type { GitEntries, GitEntry, Repository } from './repository.ts';
import { type TrackedPath, trackedFolders, trackedPath } from './tracked-paths.ts';

const mostEntries = 200_000;
const mostTrackedFiles = 20_000;
const mostTextBytes = 128_000_000;
const plainModes = new Set(['100644', '100755']);

/**
 * All files of a commit from elsewhere, which may hold anything.
 * @throws GalleyError `project.git_refused` for paths that lead elsewhere, and for links or repositories where Galley's files stand
 */
export async function inspectEntries(repository: Repository, commit: string): Promise<GitEntries> {
  const entries = new Map<string, GitEntry>();
  const trees = new Map<string, TreeEntry[]>();
  const treeOf = async (oid: string): Promise<TreeEntry[]> => {
    const tree = trees.get(oid) ?? (await readTree({ ...repository.base, oid })).tree;
    trees.set(oid, tree);
    return tree;
  };
  let looked = 0;
  const collect = async (oid: string, prefix: string): Promise<void> => {
    for (const { path: name, type, mode, oid: inner } of await treeOf(oid)) {
      const path = `${prefix}${name}`;
      requireName(path, name);
      // Folders count as well: one that is in itself many times over needs no file to be without end.
      if (++looked > mostEntries) throw refused(`it holds more than ${mostEntries.toLocaleString('en-US')} files`);
      if (type === 'tree') {
        await collect(inner, `${path}/`);
        continue;
      }
      requirePlain(path, mode);
      entries.set(path, { oid: inner, mode });
    }
  };
  await collect(commit, '');
  const tracked = [...entries.keys()].filter((path) => trackedPath(path) !== undefined).length;
  if (tracked > mostTrackedFiles)
    throw refused(`it holds more than ${mostTrackedFiles.toLocaleString('en-US')} files of a project`);
  return entries;
}

function requireName(path: string, name: string): void {
  const isWrong =
    name === '' ||
    name === '.' ||
    name === '..' ||
    /[\\/\0]/.test(name) ||
    /^\.git[ .]*$/i.test(name) ||
    path.length > 4096;
  if (isWrong) throw refused(`the path ${JSON.stringify(path.slice(0, 200))} leads elsewhere`);
}

function requirePlain(path: string, mode: string): void {
  const [first = ''] = path.split('/');
  if (plainModes.has(mode) || !(trackedFolders.has(first) || trackedPath(path))) return;
  const what = mode === '120000' ? 'a link' : mode === '160000' ? 'a repository within it' : 'no plain file';
  throw refused(`${path} is ${what}`);
}

function refused(reason: string): GalleyError {
  return new GalleyError('project.git_refused', `Nothing was taken from the repository: ${reason}.`);
}

/**
 * Galley's files that differ between two commits, with their texts.
 * @throws GalleyError `project.git_refused` where they are too many bytes
 */
export async function changedFiles(
  repository: Repository,
  before: GitEntries,
  after: GitEntries,
): Promise<FetchedFile[]> {
  const files: FetchedFile[] = [];
  const paths = [...new Set([...before.keys(), ...after.keys()])].filter((path) => trackedPath(path)).sort();
  // What stays there keeps its name.
  const names = new Map(
    paths.filter((path) => before.has(path) && after.has(path)).map((path) => [path.toLowerCase(), path]),
  );
  let bytes = 0;
  for (const path of paths) {
    const [old, now] = [before.get(path), after.get(path)];
    const holder = names.get(path.toLowerCase()) ?? path;
    names.set(path.toLowerCase(), holder);
    if (old?.oid === now?.oid) continue;
    if (!now) {
      files.push({ path, before: old?.oid ?? null, text: null, problem: null });
      continue;
    }
    const content = await repository.bytes(now.oid);
    bytes += content.length;
    if (bytes > mostTextBytes) throw refused(`the files of the project have more than ${mostTextBytes / 1e6} MB`);
    const problem =
      holder === path
        ? problemOf(trackedPath(path) as TrackedPath, content)
        : 'another file has the same name but for capitals';
    const text = problem === null ? Buffer.from(content).toString('utf8') : '';
    files.push({ path, before: old?.oid ?? null, text, problem });
  }
  return files;
}

/** Why a file from elsewhere cannot be taken; null where it can. */
function problemOf(tracked: TrackedPath, content: Uint8Array): string | null {
  if (content.length > mostFileBytes) return `it is larger than ${mostFileBytes / 1e6} MB`;
  const text = Buffer.from(content).toString('utf8');
  if (!Buffer.from(text).equals(content)) return 'it is no text in UTF-8';
  if (tracked.kind === 'ignored') return null;
  const pointer = readPointer(tracked, text);
  const read = pointer ?? readText(text);
  return 'fault' in read ? read.fault : null;
}
