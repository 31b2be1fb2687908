import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const largestBytes = 4 * 1024 * 1024;

/** A text file that grows to a bound; then it becomes `….1`, in place of the one before, and a new one begins. */
export class BoundedLog {
  readonly path: string;
  readonly #largest: number;
  /** Unknown before the first part. */
  #bytes: number | null = null;

  constructor(path: string, largest = largestBytes) {
    this.path = path;
    this.#largest = largest;
  }

  /** Never throws: a log that cannot be written ends nothing. */
  append(part: Uint8Array): void {
    try {
      this.#append(part);
    } catch {
      this.#bytes = null;
    }
  }

  #append(part: Uint8Array): void {
    this.#bytes ??= this.#open();
    if (this.#bytes > 0 && this.#bytes + part.length > this.#largest) {
      renameSync(this.path, `${this.path}.1`);
      this.#bytes = 0;
    }
    appendFileSync(this.path, part, { mode: 0o600 });
    this.#bytes += part.length;
  }

  #open(): number {
    mkdirSync(dirname(this.path), { recursive: true });
    return statSync(this.path, { throwIfNoEntry: false })?.size ?? 0;
  }
}
