import { type ChildProcess, fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Clock, isoTime } from '../base/clock.ts';
import { processEntry, processEnvironment } from '../base/entry.ts';
import { errorFromReport, GalleyError, reportError } from '../base/errors.ts';
import type { NewId } from '../base/ids.ts';
import type { ErrorReport } from '../contract/errors.ts';
import type { Job, JobProgress } from '../contract/jobs.ts';
import type { Database } from '../store/database.ts';
import { type Aside, askOnce } from './aside.ts';
import { cancelMark, writeCancelMark } from './cancel-mark.ts';
import type { EventLog } from './event-log.ts';
import type { FromJobProcess, ToJobProcess } from './job-process.ts';
import { JobStore } from './job-store.ts';

/** Work for a job process. */
export interface ProcessWork<Output, Result> {
  kind: string;
  title: string;
  /** Stored with the job and shown: no secret may stand in it. */
  input: unknown;
  /** Passwords and keys by name, handed to the job process in memory and stored nowhere. */
  secrets?: Record<string, string>;
  /**
   * Makes the output last: adopts files from the staging folder, writes rows in one transaction, answers the job's
   * result. Not called where the work failed.
   */
  commit(output: Output, stagingFolder: string, jobId: string): Promise<Result> | Result;
  /** Takes what the job hands over while it goes on, in order; what it throws fails the job. */
  onReport?(report: unknown, jobId: string): void;
  /** Called once where the work failed, was canceled, or could not be committed. */
  abandon?(error: GalleyError, jobId: string): void;
}

/** Work that only directs other jobs, and so may run in the engine itself. */
export interface EngineWork<Result> {
  kind: string;
  title: string;
  input: unknown;
  run(control: EngineJobControl): Promise<Result>;
}

export interface EngineJobControl {
  jobId: string;
  signal: AbortSignal;
  progress(progress: JobProgress): void;
}

export interface JobQueueOptions {
  database: Database;
  events: EventLog;
  clock: Clock;
  newId: NewId;
  /** `run/` of the project: staging folders are made below it. */
  runFolder: string;
  /** Processes at a time. */
  concurrency?: number;
  /** What a job process runs; `engine/job.ts` unless a test says otherwise. */
  entry?: URL;
  /** How long a job process may take to stop by itself. */
  graceMilliseconds?: number;
}

interface ActiveJob {
  job: Job;
  input: unknown;
  cancel(): void;
  /** Work of the engine itself is told nothing. */
  tell?(message: unknown): void;
  onReport?(report: unknown): void;
  run(): Promise<unknown>;
}

/** Runs long work, one process a job, and tells of it. Jobs stand in the database from the moment they are asked for. */
export class JobQueue {
  readonly #store: JobStore;
  readonly #options: Required<JobQueueOptions>;
  readonly #waiting: ActiveJob[] = [];
  readonly #active = new Map<string, ActiveJob>();
  readonly #finished = new Map<string, PromiseWithResolvers<Job>>();
  /** Ended jobs whose end could not be written down. */
  readonly #unwritten = new Map<string, Job>();
  readonly #asides = new AbortController();
  #running = 0;
  #closed = false;

  constructor(options: JobQueueOptions) {
    this.#options = {
      concurrency: Math.max(1, Math.min(4, availableParallelism())),
      graceMilliseconds: 5000,
      entry: processEntry('job'),
      ...options,
    };
    this.#store = new JobStore(options.database);
  }

  /** Marks what an earlier engine left unfinished as `interrupted` and removes its staging folders. */
  recover(): number {
    rmSync(join(this.#options.runFolder, 'jobs'), { recursive: true, force: true });
    const error = reportError(new GalleyError('job.interrupted', 'The engine ended while this job ran.'));
    return this.#store.interruptUnfinished(error, this.#options.clock.now());
  }

  /** Queues work for a job process of its own; answers the job at once. */
  submit<Output, Result>(work: ProcessWork<Output, Result>): Job {
    const active = this.#register(work);
    const stagingFolder = join(this.#options.runFolder, 'jobs', active.job.id);
    let child: ChildProcess | undefined;
    let canceled = false;
    active.cancel = () => {
      canceled = true;
      if (child) this.#stop(child, stagingFolder);
    };
    const early: unknown[] = [];
    active.tell = (message) => {
      if (child === undefined) early.push(message);
      else if (child.connected) child.send({ type: 'tell', message } satisfies ToJobProcess);
    };
    active.run = async () => {
      try {
        if (canceled) throw new GalleyError('job.canceled', 'The job was stopped before it began.');
        this.#progress(active, { phase: 'starting', done: 0, total: 0 });
        child = this.#fork();
        const { kind, input, secrets = {} } = work;
        const message: ToJobProcess = { type: 'start', jobId: active.job.id, kind, input, secrets, stagingFolder };
        active.onReport = (report) => work.onReport?.(report, active.job.id);
        const answer = this.#converse(child, message, active, () => canceled);
        for (const said of early) active.tell?.(said);
        const output = (await answer) as Output;
        return await work.commit(output, stagingFolder, active.job.id);
      } catch (error) {
        work.abandon?.(errorFromReport(reportError(error)), active.job.id);
        throw error;
      } finally {
        for (const path of [stagingFolder, cancelMark(stagingFolder)]) rmSync(path, { recursive: true, force: true });
      }
    };
    this.#waiting.push(active);
    this.#startNext();
    return active.job;
  }

  /** Runs directing work in the engine at once, shown and canceled like every job. */
  direct<Result>(work: EngineWork<Result>): Job {
    const active = this.#register(work);
    const abort = new AbortController();
    active.cancel = () => abort.abort(new GalleyError('job.canceled', 'The job was stopped.'));
    active.run = () =>
      work.run({
        jobId: active.job.id,
        signal: abort.signal,
        progress: (progress) => this.#progress(active, progress),
      });
    void this.#execute(active);
    return active.job;
  }

  /**
   * Answers a question in a process of its own, which ends when it takes too long or nobody waits. It waits for no job.
   * @throws GalleyError what `askOnce` throws
   */
  async aside<Output>({ kind, input, limit, signal }: Aside): Promise<Output> {
    const jobId = this.#options.newId('job');
    const stagingFolder = join(this.#options.runFolder, 'jobs', jobId);
    const message: ToJobProcess = { type: 'start', jobId, kind, input, secrets: {}, stagingFolder };
    const leaving = AbortSignal.any([this.#asides.signal, ...(signal ? [signal] : [])]);
    try {
      return (await askOnce(this.#fork(), message, { ...(limit && { limit }), signal: leaving })) as Output;
    } finally {
      rmSync(stagingFolder, { recursive: true, force: true });
    }
  }

  /** @throws GalleyError `job.not_found` */
  get(id: string): Job {
    const job = this.#active.get(id)?.job ?? this.#unwritten.get(id) ?? this.#store.get(id);
    if (!job) throw new GalleyError('job.not_found', `There is no job ${id}.`, { details: { id } });
    return job;
  }

  list(limit = 100): Job[] {
    return this.#store.list(limit).map((job) => this.#active.get(job.id)?.job ?? this.#unwritten.get(job.id) ?? job);
  }

  get busy(): boolean {
    return this.#active.size > 0;
  }

  /** True once the engine ends: what is canceled from now on was stopped by nobody. */
  get closed(): boolean {
    return this.#closed;
  }

  /** True while work that has not ended was given a text, such as a part of a path, in its input. */
  mentions(text: string): boolean {
    return [...this.#active.values()].some(({ input }) => JSON.stringify(input)?.includes(text));
  }

  /** Asks a job to stop; one that has ended already is answered as it is. */
  cancel(id: string): Job {
    const job = this.get(id);
    const active = this.#active.get(id);
    if (!active) return job;
    const place = this.#waiting.indexOf(active);
    active.cancel();
    if (place >= 0) {
      this.#waiting.splice(place, 1);
      void this.#execute(active);
    }
    return this.get(id);
  }

  /** Says something to a job's process, once there is one; nothing where the job has ended. */
  tell(id: string, message: unknown): void {
    this.#active.get(id)?.tell?.(message);
  }

  /** The job once it has ended, however it ended. */
  async settled(id: string): Promise<Job> {
    return this.#finished.get(id)?.promise ?? this.get(id);
  }

  /** The result of a job. @throws GalleyError what the job failed with. */
  async result<Result>(id: string): Promise<Result> {
    const job = await this.settled(id);
    if (job.error) throw errorFromReport(job.error as Parameters<typeof errorFromReport>[0]);
    return job.result as Result;
  }

  /** Waits until nothing runs or waits any more, also what running jobs started. */
  async idle(): Promise<void> {
    while (this.busy) await Promise.all([...this.#active.keys()].map((id) => this.settled(id)));
  }

  /** Cancels everything and waits until it has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#asides.abort();
    const ids = [...this.#active.keys()];
    for (const id of ids) this.cancel(id);
    await Promise.all(ids.map((id) => this.settled(id)));
  }

  #register(work: { kind: string; title: string; input: unknown }): ActiveJob {
    if (this.#closed) throw new GalleyError('job.canceled', 'The engine is ending and takes no new work.');
    const id = this.#options.newId('job');
    this.#store.insert(id, work.kind, work.title, work.input, this.#options.clock.now());
    const { input } = work;
    const active: ActiveJob = { job: this.#store.get(id) as Job, input, cancel: () => {}, run: async () => undefined };
    this.#active.set(id, active);
    this.#finished.set(id, Promise.withResolvers());
    this.#publish(active.job);
    return active;
  }

  #startNext(): void {
    while (this.#running < this.#options.concurrency) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#running++;
      void this.#execute(next).finally(() => {
        this.#running--;
        this.#startNext();
      });
    }
  }

  async #execute(active: ActiveJob): Promise<void> {
    const { id } = active.job;
    const { clock } = this.#options;
    let job: Job;
    try {
      this.#store.start(id, clock.now());
      active.job = { ...(this.#store.get(id) as Job), progress: active.job.progress };
      this.#publish(active.job);
      const result = await active.run();
      this.#store.finish(id, 'succeeded', result, null, active.job.progress, clock.now());
      job = this.#store.get(id) as Job;
    } catch (error) {
      if (!(error instanceof GalleyError)) console.error(error);
      job = this.#recordFailure(active.job, reportError(error));
    }
    this.#active.delete(id);
    this.#publish(job);
    this.#finished.get(id)?.resolve(job);
    this.#finished.delete(id);
  }

  /** A failure that cannot be written down, because the disk is full, is told all the same. */
  #recordFailure(job: Job, error: ErrorReport): Job {
    const state = error.kind === 'canceled' ? 'canceled' : 'failed';
    const now = this.#options.clock.now();
    try {
      this.#store.finish(job.id, state, undefined, error, job.progress, now);
      return this.#store.get(job.id) as Job;
    } catch (cause) {
      console.error(cause);
      const ended = { ...job, state, error, finishedAt: isoTime(now) } satisfies Job;
      this.#unwritten.set(job.id, ended);
      return ended;
    }
  }

  #fork(): ChildProcess {
    return fork(this.#options.entry, {
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: processEnvironment() as NodeJS.ProcessEnv,
    });
  }

  /** Sends the work and waits for the answer, or for the process to end without one. */
  #converse(child: ChildProcess, message: ToJobProcess, active: ActiveJob, canceled: () => boolean): Promise<unknown> {
    return new Promise((resolve, reject) => {
      child.on('message', (answer: FromJobProcess) => {
        if (answer.type === 'progress') this.#progress(active, answer.progress);
        else if (answer.type === 'report') this.#report(active, answer.report, reject);
        else if (answer.type === 'succeeded') resolve(answer.output);
        else reject(errorFromReport(answer.error));
      });
      child.on('error', reject);
      // `close` comes after the last message, `exit` may come before it.
      child.on('close', (code, signal) => {
        if (canceled()) reject(new GalleyError('job.canceled', 'The job was stopped.'));
        else
          reject(
            new GalleyError(
              'job.process_died',
              `The job's process ended without an answer (${signal ?? `exit code ${code}`}).`,
              { details: { code, signal } },
            ),
          );
      });
      child.send(message);
    });
  }

  #report(active: ActiveJob, report: unknown, reject: (error: unknown) => void): void {
    try {
      active.onReport?.(report);
    } catch (error) {
      active.cancel();
      reject(error);
    }
  }

  #stop(child: ChildProcess, stagingFolder: string): void {
    if (child.connected) child.send({ type: 'cancel' } satisfies ToJobProcess);
    writeCancelMark(stagingFolder);
    const timer = setTimeout(() => child.kill('SIGKILL'), this.#options.graceMilliseconds);
    child.once('exit', () => clearTimeout(timer));
  }

  #progress(active: ActiveJob, progress: JobProgress): void {
    active.job = { ...active.job, progress };
    this.#publish(active.job);
  }

  #publish(job: Job): void {
    this.#options.events.publish({ type: 'job.changed', job });
  }
}
