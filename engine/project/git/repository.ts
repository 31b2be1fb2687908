import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  commit,
  currentBranch,
  findMergeBase,
  getConfig,
  init,
  isDescendent,
  listRemotes,
  type ReadCommitResult,
  readBlob,
  readCommit,
  readTree,
  resolveRef,
  setConfig,
  type TreeEntry,
  writeBlob,
  writeRef,
  writeTree,
} from 'isomorphic-git';
import { GitIndexManager } from 'isomorphic-git/managers';
import { FileSystem } from 'isomorphic-git/models';
import { isoTime } from '../../base/clock.ts';
import { GalleyError } from '../../base/errors.ts';
import type { GitCommit } from '../../contract/project-git.ts';
import { type GitFiles, gitFiles } from './git-files.ts';

/** A file of a commit. */
export interface GitEntry {
  oid: string;
  /** Git's own: `100644` a file, `100755` a program, `120000` a link, `160000` a repository within. */
  mode: string;
}

/** All files of a commit by their paths. */
export type GitEntries = ReadonlyMap<string, GitEntry>;

export interface Author {
  name: string;
  /** UTC epoch milliseconds. */
  at: number;
}

export const plainMode = '100644';
const mostEntries = 200_000;
/** Looked at for a log. */
const mostCommits = 20_000;
const longestText = 4000;
/** Seconds; beyond them a date cannot be written. */
const latestTime = 253_402_300_799;

/** The id that Git gives to a file with this content. */
export function blobId(content: string | Uint8Array): string {
  const bytes = Buffer.from(content);
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

function isMissing(error: unknown): boolean {
  return (error as { code?: string }).code === 'NotFoundError';
}

/** A Git repository with its files beside it. */
export class Repository {
  readonly folder: string;
  readonly gitFolder: string;
  readonly files: GitFiles;
  readonly #cache = {};
  #entries: { commit: string; entries: GitEntries } | undefined;

  /** @param gitFolder where it is not `.git` in the folder, as in a repository without files */
  constructor(folder: string, gitFolder = join(folder, '.git')) {
    this.folder = folder;
    this.gitFolder = gitFolder;
    this.files = gitFiles(gitFolder);
  }

  /** @throws GalleyError `project.git_unusable` where `.git` is only the name of a place elsewhere */
  get isThere(): boolean {
    const found = lstatSync(this.gitFolder, { throwIfNoEntry: false });
    if (found && !found.isDirectory()) {
      throw unusable(
        `${this.gitFolder} is no folder: the project is part of another repository, or a working tree of one`,
      );
    }
    return existsSync(join(this.gitFolder, 'HEAD'));
  }

  /** What every call of isomorphic-git is told. */
  get base() {
    return { fs: this.files, dir: this.folder, gitdir: this.gitFolder, cache: this.#cache };
  }

  async init(branch: string, bare = false): Promise<void> {
    await init({ ...this.base, defaultBranch: branch, bare });
  }

  /** @throws GalleyError `project.git_unusable` where no branch is checked out */
  async branch(): Promise<string> {
    const name = await currentBranch(this.base);
    if (!name) throw unusable('no branch is checked out');
    return name;
  }

  /** Id of the commit that a reference leads to. */
  async resolve(ref: string): Promise<string | undefined> {
    try {
      return await resolveRef({ ...this.base, ref });
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async head(): Promise<string | undefined> {
    return this.resolve('HEAD');
  }

  /** @param symbolic the value is another reference */
  async setRef(ref: string, value: string, symbolic = false): Promise<void> {
    await writeRef({ ...this.base, ref, value, symbolic, force: true });
  }

  /**
   * Moves the branch that is checked out, unless another program did so meanwhile or is about to.
   * @param from what it was seen at; undefined where it had no commit
   * @throws GalleyError `project.git_busy`
   */
  async moveBranch(from: string | undefined, to: string): Promise<void> {
    const ref = `refs/heads/${await this.branch()}`;
    requireUnlocked(this.lockOf(ref));
    if ((await this.resolve(ref)) !== from) throw busy(`${this.folder} has another commit than a moment ago`);
    await this.setRef(ref, to);
  }

  /** The file that whoever moves a reference holds meanwhile, as all programs of Git agree. */
  lockOf(ref: string): string {
    return join(this.gitFolder, ...`${ref}.lock`.split('/'));
  }

  /** All files of a commit; none of no commit. */
  async entries(commitId: string | undefined): Promise<GitEntries> {
    if (commitId === undefined) return new Map();
    if (this.#entries?.commit === commitId) return this.#entries.entries;
    const entries = new Map<string, GitEntry>();
    await this.#collect(commitId, '', entries);
    this.#entries = { commit: commitId, entries };
    return entries;
  }

  async text(oid: string): Promise<string> {
    return Buffer.from(await this.bytes(oid)).toString('utf8');
  }

  async bytes(oid: string): Promise<Uint8Array> {
    return (await readBlob({ ...this.base, oid })).blob;
  }

  async writeText(text: string): Promise<string> {
    return writeBlob({ ...this.base, blob: Buffer.from(text) });
  }

  /** Writes a commit, which nothing refers to yet. */
  async writeCommit(entries: GitEntries, parents: string[], message: string, author: Author): Promise<string> {
    const email = (await this.config('user.email')) ?? '';
    const person = {
      name: author.name.replace(/[<>\p{Cc}]/gu, ' ').trim() || 'unknown',
      email,
      timestamp: Math.floor(author.at / 1000),
      timezoneOffset: 0,
    };
    return commit({
      ...this.base,
      message,
      author: person,
      committer: person,
      tree: await this.#writeTree(entries),
      parent: parents,
      noUpdateBranch: true,
    });
  }

  async commit(id: string): Promise<GitCommit> {
    return commitOf(await readCommit({ ...this.base, oid: id }));
  }

  async parents(id: string): Promise<string[]> {
    return (await readCommit({ ...this.base, oid: id })).commit.parent;
  }

  /** Newest first, each once. @param path only those that changed this file */
  async log(ref: string, depth: number, path?: string): Promise<GitCommit[]> {
    const first = await this.resolve(ref);
    const open = first === undefined ? [] : [await readCommit({ ...this.base, oid: first })];
    const seen = new Set(open.map(({ oid }) => oid));
    const found: GitCommit[] = [];
    for (let next = open.shift(); next && found.length < depth && seen.size < mostCommits; next = open.shift()) {
      const { oid, commit: read } = next;
      if (path === undefined || (await this.#changed(path, oid, read.parent))) found.push(commitOf(next));
      for (const parent of read.parent) {
        if (seen.has(parent)) continue;
        seen.add(parent);
        const older = await readCommit({ ...this.base, oid: parent });
        const place = open.findIndex((one) => one.commit.committer.timestamp < older.commit.committer.timestamp);
        open.splice(place === -1 ? open.length : place, 0, older);
      }
    }
    return found;
  }

  /** The newest commit that both come from; undefined where they have none in common. */
  async mergeBase(one: string, other: string): Promise<string | undefined> {
    const found: string[] = await findMergeBase({ ...this.base, oids: [one, other] });
    return found[0];
  }

  /** Whether a commit is another one, or came before it. */
  async contains(later: string, earlier: string): Promise<boolean> {
    return later === earlier || isDescendent({ ...this.base, oid: later, ancestor: earlier, depth: -1 });
  }

  async config(path: string): Promise<string | undefined> {
    const value: unknown = await getConfig({ ...this.base, path });
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  /** @param value undefined takes it away */
  async setConfig(path: string, value: string | undefined): Promise<void> {
    await setConfig({ ...this.base, path, value });
  }

  async address(): Promise<string | undefined> {
    return (await listRemotes(this.base)).find(({ remote }) => remote === 'origin')?.url;
  }

  /**
   * Tells Git's own list of files what became of them, so that other programs see no change that nobody made. What a person
   * has put there for their next commit stays.
   */
  async updateIndex(before: GitEntries, after: GitEntries): Promise<void> {
    const fs = new FileSystem(this.files);
    await GitIndexManager.acquire({ fs, gitdir: this.gitFolder, cache: this.#cache }, async (index: GitIndex) => {
      const listed = new Map(index.entries.map((entry) => [entry.path, entry]));
      for (const path of new Set([...before.keys(), ...after.keys()])) {
        const [old, wanted, entry] = [before.get(path), after.get(path), listed.get(path)];
        const isStaged = entry ? entry.oid !== old?.oid : old !== undefined;
        if (isStaged && entry?.oid !== wanted?.oid) continue;
        if (!wanted) index.delete({ filepath: path });
        else if (entry?.oid !== wanted.oid)
          index.insert({ filepath: path, stats: statsOf(join(this.folder, path), wanted), oid: wanted.oid });
      }
    });
  }

  async #changed(path: string, commitId: string, parents: readonly string[]): Promise<boolean> {
    const now = await this.#oidAt(path, commitId);
    if (parents.length === 0) return now !== undefined;
    for (const parent of parents) if ((await this.#oidAt(path, parent)) === now) return false;
    return true;
  }

  async #oidAt(path: string, commitId: string): Promise<string | undefined> {
    let oid: string | undefined = commitId;
    for (const name of path.split('/')) {
      if (oid === undefined) return undefined;
      const { tree }: { tree: TreeEntry[] } = await readTree({ ...this.base, oid });
      oid = tree.find((entry) => entry.path === name)?.oid;
    }
    return oid;
  }

  async #collect(tree: string, prefix: string, entries: Map<string, GitEntry>): Promise<void> {
    for (const entry of (await readTree({ ...this.base, oid: tree })).tree) {
      const path = `${prefix}${entry.path}`;
      if (entry.type === 'tree') await this.#collect(entry.oid, `${path}/`, entries);
      else entries.set(path, { oid: entry.oid, mode: entry.mode });
      if (entries.size > mostEntries) throw unusable(`it holds more than ${mostEntries.toLocaleString('en-US')} files`);
    }
  }

  async #writeTree(entries: GitEntries): Promise<string> {
    const files: TreeEntry[] = [];
    const folders = new Map<string, Map<string, GitEntry>>();
    for (const [path, entry] of entries) {
      const place = path.indexOf('/');
      if (place === -1) {
        files.push({ path, ...entry, type: entry.mode === '160000' ? 'commit' : 'blob' });
        continue;
      }
      const name = path.slice(0, place);
      const inner = folders.get(name) ?? new Map<string, GitEntry>();
      folders.set(name, inner.set(path.slice(place + 1), entry));
    }
    for (const [path, inner] of folders)
      files.push({ path, oid: await this.#writeTree(inner), mode: '040000', type: 'tree' });
    return writeTree({ ...this.base, tree: files });
  }
}

interface GitIndex {
  entries: { path: string; oid: string }[];
  insert(entry: { filepath: string; stats: object; oid: string }): void;
  delete(entry: { filepath: string }): void;
}

/** Of a file that is not there as it should be: nothing, so that other programs look at it themselves. */
function statsOf(path: string, { mode, oid }: GitEntry): object {
  const found = mode === plainMode ? lstatSync(path, { throwIfNoEntry: false }) : undefined;
  if (found?.isFile() && blobId(readFileSync(path)) === oid) return found;
  const nothing = { ctimeSeconds: 0, ctimeNanoseconds: 0, mtimeSeconds: 0, mtimeNanoseconds: 0 };
  return { ...nothing, dev: 0, ino: 0, mode: Number.parseInt(mode, 8), uid: 0, gid: 0, size: 0 };
}

function commitOf({ oid, commit: { message, author } }: ReadCommitResult): GitCommit {
  const [title = '', ...rest] = message.trim().split('\n');
  return {
    id: oid,
    title: title.slice(0, 500),
    text: rest.join('\n').trim().slice(0, longestText),
    author: author.name.slice(0, 200),
    at: isoTime(Math.min(Math.max(author.timestamp, 0), latestTime) * 1000),
  };
}

/** @throws GalleyError `project.git_busy` where another program holds a lock, or left it behind */
export function requireUnlocked(lock: string): void {
  const found = lstatSync(lock, { throwIfNoEntry: false });
  if (found) throw busy(`${lock} is there since ${isoTime(found.mtimeMs)}`);
}

function busy(reason: string): GalleyError {
  return new GalleyError('project.git_busy', `Another program works in the repository: ${reason}.`);
}

function unusable(reason: string): GalleyError {
  return new GalleyError('project.git_unusable', `The repository of the project cannot be used: ${reason}.`);
}
