import { setTimeout as sleep } from 'node:timers/promises';
import type { ErrorReport } from '../engine/contract/errors.ts';
import { type EngineProcess, startEngineProcess } from './engine-process.ts';
import { findRunningEngine, isAlive } from './running-engine.ts';

const shutdownLimit = 10_000;
const watchInterval = 1000;
const restartDelays = [250, 1000, 4000, 10_000];
const stableAfter = 60_000;

/** What happens to the engine while its window is open. */
export interface EngineListener {
  /** The engine died and another one serves the project now, at a new address. */
  onRestarted(url: string): void;
  /** It died again and again, or could not be started again. */
  onLost(error: Error): void;
}

/** Why an engine did not start, in its own words. */
export class EngineStartError extends Error {
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/**
 * The engine of one project: uses the one that runs already, else starts one, watches it, starts it again with growing
 * pauses when it dies, and ends the one it started (asking first, killing after ten seconds).
 */
export class EngineHost {
  readonly projectPath: string;
  readonly #listener: EngineListener;
  readonly #create: boolean;
  #process: EngineProcess | undefined;
  #stopped = false;
  #startedAt = 0;
  #failures = 0;

  constructor(projectPath: string, create: boolean, listener: EngineListener) {
    this.projectPath = projectPath;
    this.#create = create;
    this.#listener = listener;
  }

  /**
   * Resolves to the address the window loads, good for one use within a minute.
   * @throws EngineStartError when the project cannot be opened.
   */
  async start(): Promise<string> {
    this.#startedAt = performance.now();
    const running = await findRunningEngine(this.projectPath);
    if (!running) return this.#startOwn();
    void this.#watchForeign(running.pid);
    return running.url;
  }

  /** Ends the engine if it is ours. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const engine = this.#process;
    if (!engine) return;
    const gone = new Promise<void>((resolve) => engine.onExit(() => resolve()));
    engine.shutdown();
    const timer = setTimeout(() => engine.kill(), shutdownLimit);
    await gone;
    clearTimeout(timer);
  }

  #startOwn(): Promise<string> {
    const engine = startEngineProcess(['--project', this.projectPath, ...(this.#create ? ['--create'] : [])]);
    this.#process = engine;
    return new Promise((resolve, reject) => {
      let ready = false;
      let report: ErrorReport | undefined;
      engine.onOutput((line) => {
        const address = readMarked<{ url: string }>(line, 'galley-engine');
        if (!address) return;
        ready = true;
        resolve(address.url);
      });
      engine.onMessage((line) => {
        report = readMarked<ErrorReport>(line, 'galley-engine-error') ?? report;
        console.error(line);
      });
      engine.onExit((code) => {
        this.#process = undefined;
        if (ready) void this.#restart();
        else reject(startError(report, code));
      });
    });
  }

  /** The end of an engine that others started shows only in that its process is gone. */
  async #watchForeign(pid: number): Promise<void> {
    while (!this.#stopped && isAlive(pid)) await sleep(watchInterval);
    if (!this.#stopped) await this.#restart();
  }

  async #restart(): Promise<void> {
    if (performance.now() - this.#startedAt > stableAfter) this.#failures = 0;
    for (; !this.#stopped; this.#failures += 1) {
      const delay = restartDelays[this.#failures];
      if (delay === undefined) return this.#listener.onLost(new Error('The engine ended several times in a row.'));
      await sleep(delay);
      if (this.#stopped) return;
      try {
        const url = await this.start();
        this.#failures += 1;
        return this.#listener.onRestarted(url);
      } catch (error) {
        console.error(error);
      }
    }
  }
}

/** The JSON of a line `<mark> {…}`; undefined for any other line. */
function readMarked<T>(line: string, mark: string): T | undefined {
  if (!line.startsWith(`${mark} {`)) return undefined;
  return JSON.parse(line.slice(mark.length + 1)) as T;
}

function startError(report: ErrorReport | undefined, code: number | null): EngineStartError {
  if (report) return new EngineStartError(report.message, report.hint);
  const how = code === null ? 'by a signal' : `with exit code ${code}`;
  return new EngineStartError(
    `The engine ended ${how} before it was ready.`,
    'Start Galley from a terminal to see why.',
  );
}
