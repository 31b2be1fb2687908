import { appendFileSync, closeSync, existsSync, fstatSync, mkdirSync, openSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isoTime } from '../../base/clock.ts';
import type { EngineContext } from '../../jobs/context.ts';

/** A log that has grown to this takes no more lines. */
const mostBytes = 5_000_000;
/** Of its end are shown. */
const shownBytes = 200_000;

/** What the steps of runs said: a text file a step, in `logs/pipelines/RUN/` of the project. */
export class StepLogs {
  readonly #folder: string;
  readonly #clock: EngineContext['clock'];

  constructor({ project, clock }: Pick<EngineContext, 'project' | 'clock'>) {
    this.#folder = join(project.path, 'logs', 'pipelines');
    this.#clock = clock;
  }

  /** @param position of the step in its run */
  add(run: string, position: number, line: string): void {
    mkdirSync(join(this.#folder, run), { recursive: true });
    const path = this.#path(run, position);
    const file = openSync(path, 'a');
    try {
      if (fstatSync(file).size < mostBytes) appendFileSync(file, `${isoTime(this.#clock.now())} ${line}\n`);
    } finally {
      closeSync(file);
    }
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
