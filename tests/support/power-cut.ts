import fs, { cpSync, existsSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { onTestFinished } from 'vitest';

/** What was told to the disk of one folder tree, as far as Node's own functions did it: SQLite syncs for itself. */
class DiskLog {
  readonly #root: string;
  readonly #ownFiles: RegExp;
  readonly #openFiles = new Map<number, string>();
  /** Bytes that were synced, by path; files of before the log began are on the disk. */
  readonly #synced = new Map<string, number>();
  /** Names that are not yet on the disk, in the order in which they came. */
  #names: (
    | { kind: 'rename'; from: string; to: string; replaced: Buffer | undefined }
    | { kind: 'folder'; path: string }
  )[] = [];

  constructor(root: string, ownFiles: RegExp) {
    this.#root = root;
    this.#ownFiles = ownFiles;
    for (const path of filesBelow(root)) this.#synced.set(path, Number.POSITIVE_INFINITY);
  }

  opened(descriptor: number, path: string | undefined): void {
    if (path === undefined) this.#openFiles.delete(descriptor);
    else this.#openFiles.set(descriptor, path);
  }

  pathOf(descriptor: number): string | undefined {
    return this.#openFiles.get(descriptor);
  }

  synced(descriptor: number): void {
    const path = this.pathOf(descriptor);
    if (path === undefined) return;
    if (statSync(path).isFile()) this.#synced.set(path, statSync(path).size);
    else this.#names = this.#names.filter((name) => dirname(name.kind === 'folder' ? name.path : name.to) !== path);
  }

  /** @param replaced what stood under the new name */
  renamed(from: string, to: string, replaced: Buffer | undefined): void {
    const moved = [...this.#synced].filter(([path]) => path === from || path.startsWith(`${from}/`));
    for (const [path, bytes] of moved) {
      this.#synced.delete(path);
      this.#synced.set(join(to, relative(from, path)), bytes);
    }
    this.#names.push({ kind: 'rename', from, to, replaced });
  }

  madeFolder(path: string): void {
    this.#names.push({ kind: 'folder', path });
  }

  /** Makes a copy of the tree what a disk without power would have kept of it: everything unsynced is lost. */
  cut(copy: string): void {
    const place = (path: string) => join(copy, relative(this.#root, path));
    for (const path of filesBelow(copy)) {
      const bytes = this.#synced.get(join(this.#root, relative(copy, path))) ?? 0;
      if (this.#ownFiles.test(relative(copy, path)) && statSync(path).size > bytes) truncateSync(path, bytes);
    }
    for (const name of this.#names.toReversed()) {
      if (name.kind === 'folder') fs.rmSync(place(name.path), { recursive: true, force: true });
      else if (existsSync(place(name.to))) {
        fs.mkdirSync(dirname(place(name.from)), { recursive: true });
        fs.renameSync(place(name.to), place(name.from));
        if (name.replaced) fs.writeFileSync(place(name.to), name.replaced);
      }
    }
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

export interface Crash {
  /** What was about to happen. */
  moment: string;
  /** The folder as a process that was killed leaves it. */
  killed: string;
  /** The folder as a power cut leaves it at worst. */
  withoutPower: string;
}

/**
 * Runs some work and copies a folder before each of the calls that change what is on the disk, and once at the end: as it
 * is after `kill -9`, and as it is after a power cut.
 * @param ownFiles paths below the folder that Galley itself has to sync, not SQLite
 */
export async function crashesOf(
  root: string,
  copies: string,
  work: () => Promise<unknown>,
  ownFiles = /^(blobs|cache)\//,
): Promise<Crash[]> {
  const log = new DiskLog(root, ownFiles);
  const crashes: Crash[] = [];
  const { openSync, fsyncSync, renameSync, rmSync, writeFileSync, mkdirSync } = fs;
  const original = { openSync, fsyncSync, renameSync, rmSync, writeFileSync, mkdirSync };
  const copy = (moment: string) => {
    const at = join(copies, String(crashes.length).padStart(3, '0'));
    const crash = { moment, killed: join(at, 'killed'), withoutPower: join(at, 'without-power') };
    for (const to of [crash.killed, crash.withoutPower]) cpSync(root, to, { recursive: true });
    log.cut(crash.withoutPower);
    crashes.push(crash);
  };
  const isInside = (path: unknown): path is string =>
    typeof path === 'string' && (path === root || path.startsWith(`${root}/`));
  let isCopying = false;
  const watched = (name: string, path: unknown, act: () => unknown, told: () => void) => {
    if (isCopying || !isInside(path)) return act();
    isCopying = true;
    restore();
    copy(`${name} ${relative(root, path)}`);
    replace();
    isCopying = false;
    const answer = act();
    told();
    return answer;
  };
  const replace = () => {
    Object.assign(fs, {
      openSync: (...given: Parameters<typeof fs.openSync>) => {
        const descriptor = original.openSync(...given);
        log.opened(descriptor, isInside(given[0]) ? given[0] : undefined);
        return descriptor;
      },
      fsyncSync: (descriptor: number) =>
        watched(
          'sync',
          log.pathOf(descriptor),
          () => original.fsyncSync(descriptor),
          () => log.synced(descriptor),
        ),
      renameSync: (from: string, to: string) => {
        const replaced = statSync(to, { throwIfNoEntry: false })?.isFile() ? fs.readFileSync(to) : undefined;
        return watched(
          'rename to',
          to,
          () => original.renameSync(from, to),
          () => log.renamed(from, to, replaced),
        );
      },
      rmSync: (path: string, options?: fs.RmOptions) =>
        watched(
          'remove',
          path,
          () => original.rmSync(path, options),
          () => {},
        ),
      writeFileSync: (...given: Parameters<typeof fs.writeFileSync>) =>
        watched(
          'write',
          given[0],
          () => original.writeFileSync(...given),
          () => {},
        ),
      mkdirSync: (path: string, options?: fs.MakeDirectoryOptions) => {
        const isNew = isInside(path) && !existsSync(path);
        const answer = original.mkdirSync(path, options);
        if (isNew) log.madeFolder(path);
        return answer;
      },
    });
    syncBuiltinESMExports();
  };
  const restore = () => {
    Object.assign(fs, original);
    syncBuiltinESMExports();
  };
  onTestFinished(restore);
  replace();
  try {
    await work();
  } finally {
    restore();
  }
  copy('the end');
  return crashes;
}
