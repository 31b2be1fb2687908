import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { isoTime } from '../../base/clock.ts';
import type { EngineContext } from '../../jobs/context.ts';

/** A log that has grown to this takes no more lines. */
const mostBytes = 5_000_000;
/** Of its end are shown. */
const shownBytes = 200_000;

/** What a step says while it runs. */
export interface StepLog {
  /** Writes a line, which outlives the process. A log that cannot be written ends; the step goes on. */
  add(line: string): void;
  /** What is said afterwards, by an attempt that was given up, is heard by nobody. */
  close(): void;
}

/** What the steps of runs said: a text file a step, in `logs/pipelines/RUN/` of the project. */
export class StepLogs {
  readonly #folder: string;
  readonly #clock: EngineContext['clock'];

  constructor({ project, clock }: Pick<EngineContext, 'project' | 'clock'>) {
    this.#folder = join(project.path, 'logs', 'pipelines');
    this.#clock = clock;
  }

  /**
   * The log of a step, behind what it said before. Its file is opened by the first line.
   * @param position of the step in its run
   */
  open(run: string, position: number): StepLog {
    let file: number | undefined;
    let room = 0;
    let isClosed = false;
    const begin = () => {
      mkdirSync(join(this.#folder, run), { recursive: true });
      file = openSync(this.#path(run, position), 'a');
      room = mostBytes - fstatSync(file).size;
      return file;
    };
    const close = () => {
      isClosed = true;
      if (file !== undefined) closeSync(file);
      file = undefined;
    };
    const add = (line: string) => {
      if (isClosed) return;
      try {
        const written = file ?? begin();
        if (room > 0) room -= writeSync(written, `${isoTime(this.#clock.now())} ${line}\n`);
      } catch (error) {
        console.error(error);
        close();
      }
    };
    return { add, close };
  }

  /** The last lines of a step. */
  read(run: string, position: number): { lines: string[]; truncated: boolean } {
    const path = this.#path(run, position);
    if (!existsSync(path)) return { lines: [], truncated: false };
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      const from = Math.max(0, size - shownBytes);
      const bytes = Buffer.alloc(size - from);
      readSync(file, bytes, 0, bytes.length, from);
      const lines = bytes.toString('utf8').split('\n').slice(0, -1);
      return { lines: from > 0 ? lines.slice(1) : lines, truncated: from > 0 };
    } finally {
      closeSync(file);
    }
  }

  remove(run: string): void {
    rmSync(join(this.#folder, run), { recursive: true, force: true });
  }

  #path(run: string, position: number): string {
    return join(this.#folder, run, `${String(position).padStart(4, '0')}.log`);
  }
}
