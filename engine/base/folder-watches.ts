import { existsSync, type FSWatcher, statSync, watch } from 'node:fs';
import { dirname } from 'node:path';

/** The nearest folder of a path or pattern that is there. */
function folderOf(path: string): string {
  let at = path;
  while (/[*?[]/.test(at) || !existsSync(at)) {
    const up = dirname(at);
    if (up === at) return at;
    at = up;
  }
  return statSync(at).isDirectory() ? at : dirname(at);
}

/** Lets the system tell of changes near some paths. Where it cannot, nobody is told, and polling must do. */
export class FolderWatches {
  readonly #watches = new Map<string, FSWatcher | undefined>();
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Follows exactly these paths from now on. */
  follow(paths: readonly string[]): void {
    const folders = new Set(paths.map(folderOf));
    for (const [folder, open] of this.#watches) {
      if (folders.has(folder)) continue;
      open?.close();
      this.#watches.delete(folder);
    }
    for (const folder of folders) if (!this.#watches.has(folder)) this.#watches.set(folder, this.#open(folder));
  }

  close(): void {
    for (const open of this.#watches.values()) open?.close();
    this.#watches.clear();
  }

  #open(folder: string): FSWatcher | undefined {
    try {
      const open = watch(folder, { persistent: false }, this.#onChange);
      open.on('error', () => {
        open.close();
        this.#watches.set(folder, undefined);
      });
      return open;
    } catch {
      return undefined;
    }
  }
}
