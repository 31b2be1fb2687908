import { setTimeout as sleep } from 'node:timers/promises';
import { App } from '../app.ts';
import { errorFromReport, GalleyError } from '../base/errors.ts';
import type { ErrorReport } from '../contract/errors.ts';
import { callsByName } from '../contract/index.ts';
import type { Job } from '../contract/jobs.ts';
import { startEngineFor } from '../project/index.ts';
import { throwIfAborted } from '../store/duck.ts';
import { type EngineFile, readEngineFile } from '../store/engine-file.ts';
import { isLongWork, stayAwake } from './stay-awake.ts';

/** How a command reaches the engine: one that runs, or one that lives inside the command. */
export interface EngineAccess {
  /** The answer of a call; of a job call, the job's result once it has ended. */
  call(name: string, input: unknown): Promise<unknown>;
  close(): Promise<void>;
}

export interface AccessOptions {
  projectPath: string;
  /** The command leaves something running, so an engine of its own must stay behind. */
  needsRunningEngine: boolean;
  onMessage: (message: string) => void;
  onProgress: (job: Job) => void;
  /** Aborted when the user presses Ctrl-C: the job is canceled. */
  signal: AbortSignal;
}

const pollMilliseconds = 100;
const lockWaitMilliseconds = 10_000;
const lockTryMilliseconds = 500;

/**
 * Finds the engine of the project, or becomes it. While another holds the lock it is looked for again and again: it may
 * be one that starts just now. @throws GalleyError `store.*`
 */
export async function openAccess(options: AccessOptions): Promise<EngineAccess> {
  const deadline = performance.now() + lockWaitMilliseconds;
  const onMessage = once(options.onMessage);
  let reason = new GalleyError('store.engine_silent', `The engine of ${options.projectPath} ended at once.`);
  for (;;) {
    const running = await runningEngine(options.projectPath);
    if (running) return new RemoteAccess(running, options);
    if (performance.now() >= deadline) throw reason;
    try {
      if (options.needsRunningEngine) await startEngineFor(options.projectPath, false);
      else return new LocalAccess(await openApp(options.projectPath, onMessage), options);
    } catch (error) {
      if (!(error instanceof GalleyError && error.code === 'store.locked')) throw error;
      reason = error;
    }
  }
}

function openApp(projectPath: string, onMessage: (message: string) => void): Promise<App> {
  return App.open({ projectPath, onMessage, lockWaitMilliseconds: lockTryMilliseconds });
}

function once(say: (message: string) => void): (message: string) => void {
  let said = false;
  return (message) => {
    if (!said) say(message);
    said = true;
  };
}

async function runningEngine(projectPath: string): Promise<EngineFile | undefined> {
  const file = readEngineFile(projectPath);
  if (!file) return undefined;
  try {
    await post(file, 'project/show', {});
    return file;
  } catch (error) {
    const isOther =
      error instanceof GalleyError && ['server.token_missing', 'store.engine_silent'].includes(error.code);
    if (!isOther) throw error;
    return undefined;
  }
}

async function post(engine: EngineFile, path: string, input: unknown, signal?: AbortSignal): Promise<unknown> {
  let body: { error?: ErrorReport };
  try {
    const response = await fetch(`http://127.0.0.1:${engine.port}/api/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${engine.token}` },
      body: JSON.stringify(input),
      ...(signal && { signal }),
    });
    body = (await response.json()) as typeof body;
  } catch (cause) {
    throwIfAborted(signal);
    const message = `The engine with process id ${engine.pid} went away before it had answered ${path}.`;
    throw new GalleyError('store.engine_silent', message, { cause });
  }
  if (body.error) throw errorFromReport(body.error);
  return body;
}

const isOver = (job: Job) => job.state !== 'queued' && job.state !== 'running';

function resultOf(job: Job): unknown {
  if (job.error) throw errorFromReport(job.error as ErrorReport);
  return job.result;
}

class RemoteAccess implements EngineAccess {
  readonly #engine: EngineFile;
  readonly #options: AccessOptions;

  constructor(engine: EngineFile, options: AccessOptions) {
    this.#engine = engine;
    this.#options = options;
  }

  async call(name: string, input: unknown): Promise<unknown> {
    const path = name.replace('.', '/');
    const call = callsByName.get(name);
    if (!call?.job) return post(this.#engine, path, input, call?.kind === 'query' ? this.#options.signal : undefined);
    const answer = await post(this.#engine, path, input);
    let { job } = answer as { job: Job };
    let canceled = false;
    const release = isLongWork(job.kind) ? stayAwake() : undefined;
    while (!isOver(job)) {
      this.#options.onProgress(job);
      await sleep(pollMilliseconds);
      if (this.#options.signal.aborted && !canceled) {
        canceled = true;
        await post(this.#engine, 'jobs/cancel', { id: job.id });
      }
      ({ job } = (await post(this.#engine, 'jobs/show', { id: job.id })) as { job: Job });
    }
    release?.();
    return resultOf(job);
  }

  async close(): Promise<void> {}
}

class LocalAccess implements EngineAccess {
  readonly #app: App;
  readonly #options: AccessOptions;

  constructor(app: App, options: AccessOptions) {
    this.#app = app;
    this.#options = options;
  }

  async call(name: string, input: unknown): Promise<unknown> {
    const { jobs, events } = this.#app.context;
    if (!callsByName.get(name)?.job) return this.#app.call(name, input, this.#options.signal);
    const answer = await this.#app.call(name, input);
    const { job } = answer as { job: Job };
    const stopListening = events.listen((event) => {
      if (event.type === 'job.changed' && event.job.id === job.id) this.#options.onProgress(event.job);
    });
    const cancel = () => jobs.cancel(job.id);
    this.#options.signal.addEventListener('abort', cancel);
    const release = isLongWork(job.kind) ? stayAwake() : undefined;
    try {
      return resultOf(await jobs.settled(job.id));
    } finally {
      stopListening();
      release?.();
      this.#options.signal.removeEventListener('abort', cancel);
    }
  }

  /** What the command set going (a retraining run after an alert) is finished first, unless its user stops it. */
  async close(): Promise<void> {
    const { signal } = this.#options;
    const stopped = new Promise((resolve) => signal.addEventListener('abort', resolve));
    if (!signal.aborted) await Promise.race([this.#app.idle(), stopped]);
    await this.#app.close();
  }
}
