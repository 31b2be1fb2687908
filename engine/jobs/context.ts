import type { Clock } from '../base/clock.ts';
import type { NewId } from '../base/ids.ts';
import type { Call, InputOf, OutputOf } from '../contract/call.ts';
import type { Job } from '../contract/jobs.ts';
import type { ProjectInfo } from '../contract/project.ts';
import type { BlobStore } from '../store/blobs.ts';
import type { Database } from '../store/database.ts';
import type { DuckReader } from '../store/duck.ts';
import type { ProjectActions } from '../store/project-actions.ts';
import type { RowCache } from '../store/row-cache.ts';
import type { Uses } from '../store/uses.ts';
import type { EventLog } from './event-log.ts';
import type { JobQueue } from './job-queue.ts';

/** What every phase works with: one open project and the engine around it. */
export interface EngineContext {
  project: ProjectInfo;
  /** Galley's own version. */
  version: string;
  database: Database;
  blobs: BlobStore;
  rowCache: RowCache;
  uses: Uses;
  actions: ProjectActions;
  jobs: JobQueue;
  events: EventLog;
  duck: DuckReader;
  clock: Clock;
  newId: NewId;
}

/**
 * Answers one call. A job call answers with the job that does its work.
 * @param signal comes when the caller no longer waits; a slow query then stops.
 */
export type Handler<C extends Call> = (
  input: InputOf<C>,
  signal?: AbortSignal,
) => Promise<C['job'] extends true ? Job : OutputOf<C>>;

/** A handler for every call of an area. */
export type Handlers<Calls extends Record<string, Call>> = { [Key in keyof Calls]: Handler<Calls[Key]> };

/** What came to `POST /hooks/<area>/<name>`, by whomever. */
export interface IncomingHook {
  name: string;
  /** Their names are small. */
  headers: Readonly<Record<string, string | undefined>>;
  body: Buffer;
}

export interface HookAnswer {
  /** Of HTTP. */
  status: number;
  answer: unknown;
}

/** An area of the engine: its handlers by the key they have in the contract, and its part in the engine's life. */
export interface Phase<Calls extends Record<string, Call> = Record<string, Call>> {
  handlers: Handlers<Calls>;
  /** After the project is open: take up again what should be running. */
  start?(): Promise<void>;
  /** Before the project is closed. */
  stop?(): Promise<void>;
  /** Once the jobs that the calls until now bring about have been started. */
  answered?(): Promise<void>;
  /** Takes a hook, which needs no token of the engine: the area judges by itself who sent it. */
  receive?(hook: IncomingHook): Promise<HookAnswer>;
  /** True while the engine should stay although no window looks at it. */
  busy?(): boolean;
}
