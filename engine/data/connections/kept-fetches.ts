import { rmSync } from 'node:fs';
import type { Fetched } from './fetch.ts';

/** What was fetched for a preview, and where it lies. */
export interface KeptFetch {
  folder: string;
  fetched: Fetched;
}

const mostKept = 3;

/**
 * Files that were fetched for previews and stay until others take their place, so that other options are shown without
 * fetching again. They lie in `run/jobs`, which the engine empties when it starts.
 */
export class KeptFetches {
  readonly #kept = new Map<string, KeptFetch & { users: number }>();

  /** Keeps what was fetched under an id; the oldest one that nobody reads goes. */
  keep(id: string, fetch: KeptFetch): void {
    this.#kept.set(id, { ...fetch, users: 0 });
    for (const [oldest, { folder, users }] of this.#kept) {
      if (this.#kept.size <= mostKept) return;
      if (users > 0 || oldest === id) continue;
      this.#kept.delete(oldest);
      rmSync(folder, { recursive: true, force: true });
    }
  }

  has(id: string): boolean {
    return this.#kept.has(id);
  }

  /** Reads what is kept under an id; it stays while that takes. */
  async use<Result>(id: string, read: (fetched: Fetched) => Promise<Result>): Promise<Result> {
    const kept = this.#kept.get(id);
    if (!kept) throw new Error(`nothing is kept under ${id}`);
    kept.users += 1;
    try {
      return await read(kept.fetched);
    } finally {
      kept.users -= 1;
    }
  }
}
