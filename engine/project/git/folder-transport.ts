import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { currentBranch, readObject, writeObject } from 'isomorphic-git';
import { syncFile, syncFolder } from '../../base/durable-files.ts';
import { Repository, requireUnlocked } from './repository.ts';
import type { Tip, Transport, TransportTools } from './transport.ts';
import { behind, notFound, pushRefused, tooLarge } from './transport-errors.ts';

const mostMegabytes = 256;

/** A repository in a folder of this machine or of a network drive: objects are copied from one to the other. */
export class FolderTransport implements Transport {
  readonly #path: string;
  readonly #tools: TransportTools;

  constructor(path: string, tools: TransportTools) {
    this.#path = path;
    this.#tools = tools;
  }

  async fetch(branch: string | undefined): Promise<Tip | undefined> {
    const { repository, progress } = this.#tools;
    const there = this.#open();
    if (!there) {
      if (this.#isEmpty()) return undefined;
      throw notFound(this.#path, 'there is no Git repository');
    }
    const wanted = branch ?? (await currentBranch(there.base)) ?? undefined;
    const commit = wanted === undefined ? undefined : await there.resolve(`refs/heads/${wanted}`);
    if (wanted === undefined || commit === undefined) {
      if (branch === undefined || !(await this.#hasBranches(there))) return undefined;
      throw notFound(this.#path, `there is no branch ${branch}`);
    }
    await copyCommits(there, repository, commit, this.#path, progress);
    return { branch: wanted, commit };
  }

  async push(branch: string, head: string): Promise<void> {
    const { repository, progress } = this.#tools;
    const there = await this.#openOrMake(branch);
    const isWorkedIn = there.gitFolder !== there.folder && (await currentBranch(there.base)) === branch;
    if (isWorkedIn)
      throw pushRefused(this.#path, `somebody works there on the branch ${branch}; name a repository without files`);
    const ref = `refs/heads/${branch}`;
    const before = await there.resolve(ref);
    if (before !== undefined && !(await isKnown(repository, before, head))) throw behind(this.#path);
    await copyCommits(repository, there, head, this.#path, progress);
    await moveRef(there, ref, head, async () => (await there.resolve(ref)) === before);
  }

  #open(): Repository | undefined {
    const inside = join(this.#path, '.git');
    if (existsSync(join(inside, 'HEAD'))) return new Repository(this.#path, inside);
    const isBare = existsSync(join(this.#path, 'HEAD')) && existsSync(join(this.#path, 'objects'));
    return isBare ? new Repository(this.#path, this.#path) : undefined;
  }

  async #openOrMake(branch: string): Promise<Repository> {
    const found = this.#open();
    if (found) return found;
    if (!this.#isEmpty()) throw notFound(this.#path, 'there is no Git repository, and the folder is not empty');
    if (!existsSync(dirname(this.#path))) throw notFound(this.#path, `there is no folder ${dirname(this.#path)}`);
    mkdirSync(this.#path, { recursive: true });
    const made = new Repository(this.#path, this.#path);
    await made.init(branch, true);
    return made;
  }

  #isEmpty(): boolean {
    const found = statSync(this.#path, { throwIfNoEntry: false });
    return found === undefined || (found.isDirectory() && readdirSync(this.#path).length === 0);
  }

  async #hasBranches(there: Repository): Promise<boolean> {
    const folder = join(there.gitFolder, 'refs', 'heads');
    const loose = existsSync(folder) && readdirSync(folder).length > 0;
    return loose || existsSync(join(there.gitFolder, 'packed-refs'));
  }
}

async function isKnown(repository: Repository, earlier: string, later: string): Promise<boolean> {
  try {
    return await repository.contains(later, earlier);
  } catch {
    return false; // a commit that is not here
  }
}

/**
 * Moves a branch as Git does: whoever has its lock may, and nobody else meanwhile.
 * @throws GalleyError `project.git_busy`, `project.git_behind`
 */
async function moveRef(
  there: Repository,
  ref: string,
  head: string,
  isAsBefore: () => Promise<boolean>,
): Promise<void> {
  const lock = there.lockOf(ref);
  const path = lock.replace(/\.lock$/, '');
  mkdirSync(dirname(path), { recursive: true });
  requireUnlocked(lock);
  const descriptor = openSync(lock, 'wx');
  there.files.syncObjects();
  try {
    writeSync(descriptor, `${head}\n`);
    closeSync(descriptor);
    if (!(await isAsBefore())) throw behind(there.folder);
    syncFile(lock);
    renameSync(lock, path);
    syncFolder(dirname(path));
  } finally {
    rmSync(lock, { force: true });
  }
}

/**
 * Copies a commit with all that it needs. What refers to something is written after it, so that an object that is there has
 * all that it needs, also after a copy that broke off.
 */
async function copyCommits(
  from: Repository,
  to: Repository,
  tip: string,
  address: string,
  progress: TransportTools['progress'],
): Promise<void> {
  const missing: string[] = [];
  const seen = new Set<string>();
  for (let wanted = [tip]; wanted.length > 0; ) {
    const next: string[] = [];
    for (const commit of wanted) {
      if (seen.has(commit) || (await has(to, commit))) continue;
      seen.add(commit);
      missing.push(commit);
      next.push(...(await from.parents(commit)));
    }
    wanted = next;
  }
  const copier = new Copier(from, to, address);
  const order = await parentsFirst(from, missing);
  for (const [index, commit] of order.entries()) {
    progress('copying', index, order.length);
    await copier.copyCommit(commit);
  }
}

async function parentsFirst(from: Repository, commits: readonly string[]): Promise<string[]> {
  const parents = new Map<string, string[]>();
  for (const commit of commits) parents.set(commit, await from.parents(commit));
  const order: string[] = [];
  const done = new Set<string>();
  const stack = [...commits];
  for (let commit = stack.pop(); commit !== undefined; commit = stack.pop()) {
    if (done.has(commit)) continue;
    const open = (parents.get(commit) ?? []).filter((parent) => parents.has(parent) && !done.has(parent));
    if (open.length === 0) {
      order.push(commit);
      done.add(commit);
    } else stack.push(commit, ...open);
  }
  return order;
}

async function has(repository: Repository, oid: string): Promise<boolean> {
  try {
    await readObject({ ...repository.base, oid, format: 'deflated' });
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === 'NotFoundError') return false;
    throw error;
  }
}

class Copier {
  readonly #from: Repository;
  readonly #to: Repository;
  readonly #address: string;
  #bytes = 0;

  constructor(from: Repository, to: Repository, address: string) {
    this.#from = from;
    this.#to = to;
    this.#address = address;
  }

  async copyCommit(oid: string): Promise<void> {
    const { object } = await readObject({ ...this.#from.base, oid, format: 'parsed' });
    await this.#copyTree((object as { tree: string }).tree);
    await this.#copy(oid);
  }

  async #copyTree(oid: string): Promise<void> {
    if (await has(this.#to, oid)) return;
    const { object } = await readObject({ ...this.#from.base, oid, format: 'parsed' });
    for (const entry of object as unknown as { type: string; oid: string }[]) {
      if (entry.type === 'tree') await this.#copyTree(entry.oid);
      else if (entry.type === 'blob' && !(await has(this.#to, entry.oid))) await this.#copy(entry.oid);
    }
    await this.#copy(oid);
  }

  async #copy(oid: string): Promise<void> {
    const { type, object } = await readObject({ ...this.#from.base, oid, format: 'content' });
    const bytes = object as Uint8Array;
    this.#bytes += bytes.length;
    if (this.#bytes > mostMegabytes * 1e6) throw tooLarge(this.#address, mostMegabytes);
    const written = await writeObject({
      ...this.#to.base,
      type: type as 'blob' | 'commit' | 'tree',
      object: bytes,
      format: 'content',
    });
    if (written !== oid) throw new Error(`the object ${oid} was read as ${written}`);
  }
}
