import { mkdirSync } from 'node:fs';
import { GalleyError, reportError } from '../base/errors.ts';
import type { ErrorReport } from '../contract/errors.ts';
import type { JobProgress } from '../contract/jobs.ts';
import { watchCancelMark } from './cancel-mark.ts';

/** What a job function may use. It never sees the database: files go to the staging folder, figures into its output. */
export interface JobContext {
  jobId: string;
  /** Empty folder on the project's disk; what the output names is adopted from it, the rest is removed. */
  stagingFolder: string;
  progress(progress: JobProgress): void;
  /** Hands something to the engine while the job goes on: see `ProcessWork.onReport`. Plain data, in order, never lost. */
  report(report: unknown): void;
  /** What the engine says to the running job by `JobQueue.tell`; also what it said before the listener was there. */
  onTold(listener: (message: unknown) => void): void;
  /** Passwords and keys by name: handed over in memory, never stored with the job's input. */
  secrets: Readonly<Record<string, string>>;
  /** One Int32 in shared memory, not 0 once the job was told to stop; hand it to worker threads. */
  cancelFlag: Int32Array<SharedArrayBuffer>;
  /** Also in a loop that lets no message come in. @throws GalleyError `job.canceled` once the job was told to stop. */
  throwIfCanceled(): void;
}

/** One kind of work. Input and output are plain JSON. */
export type JobFunction<Input, Output> = (input: Input, context: JobContext) => Promise<Output>;

/** How the functions are found: by kind, loaded when needed. */
export type JobFunctions = Record<string, () => Promise<JobFunction<never, unknown>>>;

export type ToJobProcess =
  | {
      type: 'start';
      jobId: string;
      kind: string;
      input: unknown;
      secrets: Record<string, string>;
      stagingFolder: string;
    }
  | { type: 'tell'; message: unknown }
  | { type: 'cancel' };
type StartMessage = Extract<ToJobProcess, { type: 'start' }>;

export type FromJobProcess =
  | { type: 'progress'; progress: JobProgress }
  | { type: 'report'; report: unknown }
  | { type: 'succeeded'; output: unknown }
  | { type: 'failed'; error: ErrorReport };

const minimumProgressInterval = 100;

function throttled(send: (message: FromJobProcess) => void): (progress: JobProgress) => void {
  let last = Number.NEGATIVE_INFINITY;
  let lastPhase = '';
  return (progress) => {
    const now = performance.now();
    if (progress.phase === lastPhase && progress.done < progress.total && now - last < minimumProgressInterval) return;
    last = now;
    lastPhase = progress.phase;
    send({ type: 'progress', progress });
  };
}

/** Keeps what comes before anybody listens. */
class Told {
  readonly #early: unknown[] = [];
  #listener: ((message: unknown) => void) | undefined;

  take(message: unknown): void {
    if (this.#listener) this.#listener(message);
    else this.#early.push(message);
  }

  listen(listener: (message: unknown) => void): void {
    this.#listener = listener;
    for (const message of this.#early.splice(0)) listener(message);
  }
}

/** The life of a job process: one `start` message, progress, one answer, end. */
export function runJobProcess(functions: JobFunctions): void {
  const send = (message: FromJobProcess, done?: () => void) =>
    process.send?.(message, undefined, undefined, () => done?.());
  const cancelFlag = new Int32Array(new SharedArrayBuffer(4));
  const told = new Told();
  const start = async ({ jobId, kind, input, secrets, stagingFolder }: StartMessage): Promise<unknown> => {
    const load = functions[kind];
    if (!load) throw new Error(`there is no job function for ${kind}`);
    const run = (await load()) as JobFunction<unknown, unknown>;
    mkdirSync(stagingFolder, { recursive: true });
    const isMarked = watchCancelMark(stagingFolder);
    return run(input, {
      jobId,
      stagingFolder,
      secrets,
      cancelFlag,
      progress: throttled(send),
      report: (report) => send({ type: 'report', report }),
      onTold: (listener) => told.listen(listener),
      throwIfCanceled: () => {
        if (Atomics.load(cancelFlag, 0) === 0 && !isMarked()) return;
        Atomics.store(cancelFlag, 0, 1);
        throw new GalleyError('job.canceled', 'The job was stopped.');
      },
    });
  };
  process.on('message', (message: ToJobProcess) => {
    if (message.type === 'tell') return told.take(message.message);
    if (message.type === 'cancel') {
      Atomics.store(cancelFlag, 0, 1);
      Atomics.notify(cancelFlag, 0);
      return;
    }
    start(message).then(
      (output) => send({ type: 'succeeded', output }, () => process.exit(0)),
      (error) => send({ type: 'failed', error: reportError(error) }, () => process.exit(0)),
    );
  });
  process.on('disconnect', () => {
    // An orderly end would wait for a query that may never end.
    process.once('exit', () => process.kill(process.pid, 'SIGKILL'));
    process.exit(1);
  });
}
