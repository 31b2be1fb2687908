import { write, writeSync } from 'node:fs';

const retryMilliseconds = 20;
const collectMilliseconds = 50;

/**
 * Writes lines to a file descriptor without ever waiting for it: lines are collected, written apart from the event loop,
 * and lost beyond a bound, where whoever reads them is slower than they come.
 */
export class LineWriter {
  readonly #descriptor: number;
  readonly #largest: number;
  #lines: string[] = [];
  #pending = 0;
  #timer: NodeJS.Timeout | null = null;
  #writing = false;

  /** @param largest characters that wait at most */
  constructor(descriptor: number, largest = 1024 * 1024) {
    this.#descriptor = descriptor;
    this.#largest = largest;
  }

  /** @returns false where too much waits already and the line is lost */
  write(line: string): boolean {
    if (this.#pending + line.length > this.#largest) return false;
    this.#pending += line.length + 1;
    this.#lines.push(line);
    this.#timer ??= setTimeout(() => this.#flush(), collectMilliseconds).unref();
    return true;
  }

  /** Writes what waits, at the end of the process. What cannot be written at once is lost. */
  end(): void {
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#lines.length === 0 || this.#writing) return;
    try {
      writeSync(this.#descriptor, this.#take());
    } catch {
      // Nobody reads it any more.
    }
  }

  #take(): Buffer {
    const text = `${this.#lines.join('\n')}\n`;
    this.#lines = [];
    return Buffer.from(text);
  }

  #flush(): void {
    this.#timer = null;
    if (this.#writing || this.#lines.length === 0) return;
    this.#writing = true;
    const characters = this.#pending;
    this.#write(this.#take(), () => {
      this.#writing = false;
      this.#pending -= characters;
      if (this.#lines.length > 0) this.#timer ??= setTimeout(() => this.#flush(), collectMilliseconds).unref();
    });
  }

  #write(bytes: Buffer, done: () => void): void {
    write(this.#descriptor, bytes, (error, written) => {
      if (error?.code === 'EAGAIN') setTimeout(() => this.#write(bytes, done), retryMilliseconds).unref();
      else if (error || written === bytes.length) done();
      else this.#write(bytes.subarray(written), done);
    });
  }
}
