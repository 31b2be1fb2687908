import type { BlobStore } from '../store/blobs.ts';

/** Removes files of the prediction log that no part refers to any more, each once nobody reads it. */
export class LogFiles {
  readonly #blobs: BlobStore;
  readonly #reads = new Set<readonly string[]>();
  readonly #unused = new Set<string>();

  constructor(blobs: BlobStore) {
    this.#blobs = blobs;
  }

  /** Keeps files, by their hashes, until the work is done. */
  async read<Result>(hashes: readonly string[], work: () => Promise<Result>): Promise<Result> {
    this.#reads.add(hashes);
    try {
      return await work();
    } finally {
      this.#reads.delete(hashes);
      this.#removeUnread();
    }
  }

  /** Call it after the transaction that took the files out of use. */
  remove(hashes: readonly string[]): void {
    for (const hash of hashes) this.#unused.add(hash);
    this.#removeUnread();
  }

  /** Never throws: a file that cannot be removed now is tried again, at the latest when the next engine starts. */
  #removeUnread(): void {
    const isRead = new Set([...this.#reads].flat());
    const free = [...this.#unused].filter((hash) => !isRead.has(hash));
    if (free.length === 0) return;
    try {
      this.#blobs.sweep((hash) => !free.includes(hash));
      for (const hash of free) this.#unused.delete(hash);
    } catch (error) {
      console.error(error);
    }
  }
}
