import { appendFileSync } from 'node:fs';
import type { ChangeKind } from '../../contract/data-changes.ts';

/** A change of a whole row or line, as the reader meets it. */
export interface LineChange {
  line: number;
  kind: ChangeKind;
  before: string;
  after: string | null;
}

const bufferedCharacters = 1 << 20;

/** Changes of rows and lines of one file, written as they come, so that they may be many. */
export class ChangeLog {
  /** Lines of JSON; the file is there once something was added. */
  readonly path: string;
  #count = 0;
  #buffered = '';

  constructor(path: string) {
    this.path = path;
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  add(change: LineChange): void {
    this.#count++;
    this.#buffered += `${JSON.stringify(change)}\n`;
    if (this.#buffered.length > bufferedCharacters) this.flush();
  }

  flush(): void {
    if (this.#buffered !== '') appendFileSync(this.path, this.#buffered);
    this.#buffered = '';
  }
}
