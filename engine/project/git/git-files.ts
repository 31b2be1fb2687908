import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { lstat, readdir, readFile, readlink, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname, join, normalize, sep } from 'node:path';
import type { PromiseFsClient } from 'isomorphic-git';
import { syncFile, syncFolder, writeFileDurably } from '../../base/durable-files.ts';

/** Files of a repository as isomorphic-git reads and writes them. */
export interface GitFiles extends PromiseFsClient {
  /** Forces the objects that were written to the disk. */
  syncObjects(): void;
}

/**
 * The file system that isomorphic-git writes through. It writes a file in place, and takes an object that is there for whole:
 * what a kill left of one would stay broken. So a file appears whole or not at all, and objects are on the disk before
 * anything refers to them.
 */
export function gitFiles(gitFolder: string): GitFiles {
  const objects = join(gitFolder, 'objects') + sep;
  const unsynced = new Set<string>();

  const writeObject = (path: string, content: string | Uint8Array): void => {
    const temporary = `${path}.${process.pid}.tmp`;
    writeFileSync(temporary, content);
    renameSync(temporary, path);
    unsynced.add(path);
  };

  const syncObjects = (): void => {
    const folders = new Set<string>();
    for (const path of unsynced) {
      syncFile(path);
      folders.add(dirname(path));
    }
    for (const folder of folders) syncFolder(folder);
    unsynced.clear();
  };

  return {
    syncObjects,
    promises: {
      readFile,
      writeFile: async (path: string, content: string | Uint8Array) => {
        if (normalize(path).startsWith(objects)) return writeObject(path, content);
        syncObjects();
        writeFileDurably(path, content);
      },
      mkdir: async (path: string) => {
        mkdirSync(path);
        syncFolder(dirname(path));
      },
      rmdir,
      unlink,
      stat,
      lstat,
      readdir,
      readlink,
      symlink: async () => {
        throw new Error('Galley writes no symbolic links');
      },
    },
  };
}
