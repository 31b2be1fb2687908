import type { Writable } from 'node:stream';
import { within } from './within.ts';

const collectMilliseconds = 50;
const endMilliseconds = 250;

/**
 * Writes lines to a stream without ever waiting for it: lines are collected and written together, and lost beyond a bound,
 * where whoever reads them is slower than they come. Node itself writes to a file or a terminal, unlike a pipe, at once.
 */
export class LineWriter {
  readonly #stream: Writable;
  readonly #largest: number;
  #lines: string[] = [];
  #pending = 0;
  #timer: NodeJS.Timeout | null = null;
  #written: Promise<void> = Promise.resolve();

  /** @param largest characters that wait at most */
  constructor(stream: Writable, largest = 1024 * 1024) {
    this.#stream = stream;
    this.#largest = largest;
    // That nobody reads it any more is told by each write.
    stream.on('error', () => {});
  }

  /** @returns false where too much waits already and the line is lost */
  write(line: string): boolean {
    if (this.#pending + line.length > this.#largest) return false;
    this.#pending += line.length + 1;
    this.#lines.push(line);
    this.#timer ??= setTimeout(() => this.#flush(), collectMilliseconds).unref();
    return true;
  }

  /** Writes what waits; resolves when it is written, or after so long with what is left lost. */
  async end(milliseconds = endMilliseconds): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#flush();
    await within(milliseconds, this.#written);
  }

  #flush(): void {
    this.#timer = null;
    if (this.#lines.length === 0) return;
    const text = `${this.#lines.join('\n')}\n`;
    this.#lines = [];
    this.#written = new Promise((resolve) => {
      this.#stream.write(text, () => {
        this.#pending -= text.length;
        resolve();
      });
    });
  }
}
