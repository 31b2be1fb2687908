import type { BlobStore } from '../store/blobs.ts';

/** Removes files of the prediction log that no part refers to any more, each once nobody reads it. */
export class LogFiles {
  readonly #blobs: BlobStore;
  readonly #unused = new Set<string>();

  constructor(blobs: BlobStore) {
    this.#blobs = blobs;
  }

  /** Keeps files, by their hashes, until the work is done. */
  async read<Result>(hashes: readonly string[], work: () => Promise<Result>): Promise<Result> {
    try {
      return await this.#blobs.hold(hashes, work);
    } finally {
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
    if (this.#unused.size === 0) return;
    try {
      this.#blobs.sweep((hash) => !this.#unused.has(hash));
      for (const hash of this.#unused) if (!this.#blobs.isForgotten(hash)) this.#unused.delete(hash);
    } catch (error) {
      console.error(error);
    }
  }
}
