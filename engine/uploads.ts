import { createWriteStream, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { basename, dirname, join } from 'node:path';
import { finished, pipeline } from 'node:stream/promises';
import { dayMilliseconds } from './base/clock.ts';
import type { EngineContext } from './jobs/context.ts';
import { uploadsFolder } from './store/project.ts';

/** What a window that was closed forgot is removed after a day. */
const mostMilliseconds = dayMilliseconds;

/** Files of a browser, which cannot give their paths: each in a folder of its own below `run/uploads`. */
export class Uploads {
  readonly #context: Pick<EngineContext, 'jobs' | 'clock' | 'newId'>;
  readonly #folder: string;

  constructor(context: Pick<EngineContext, 'project' | 'jobs' | 'clock' | 'newId'>) {
    this.#context = context;
    this.#folder = uploadsFolder(context.project.path);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Writes a body to a file of that name and answers its path. */
  async receive(body: IncomingMessage, fileName: string): Promise<string> {
    this.#removeForgotten();
    const folder = join(this.#folder, this.#context.newId('req'));
    mkdirSync(folder, { recursive: true });
    const path = join(folder, fileName);
    try {
      await writeBody(body, path);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
    return path;
  }

  /** Removes a file that is no longer wanted, at once or when the jobs that read it have ended; other paths are left alone. */
  discard(path: string): void {
    const folder = dirname(path);
    if (dirname(folder) !== this.#folder) return;
    const remove = () => rmSync(folder, { recursive: true, force: true });
    if (this.#isRead(folder)) void this.#context.jobs.idle().then(remove);
    else remove();
  }

  #removeForgotten(): void {
    mkdirSync(this.#folder, { recursive: true });
    for (const name of readdirSync(this.#folder)) {
      const folder = join(this.#folder, name);
      const age = this.#context.clock.now() - statSync(folder).mtimeMs;
      if (age > mostMilliseconds && !this.#isRead(folder)) rmSync(folder, { recursive: true, force: true });
    }
  }

  #isRead(folder: string): boolean {
    return this.#context.jobs.mentions(basename(folder));
  }
}

/**
 * Writes a body to a file. Where that fails, the rest is still read: a browser that has not sent all of it would wait on
 * this connection, and every later request of its window with it.
 */
async function writeBody(body: IncomingMessage, path: string): Promise<void> {
  try {
    await pipeline(body.iterator({ destroyOnReturn: false }), createWriteStream(path));
  } catch (error) {
    if (!body.destroyed) await finished(body.resume());
    throw error;
  }
}
