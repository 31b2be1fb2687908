import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createAreas } from './areas.ts';
import { type Clock, systemClock } from './base/clock.ts';
import { GalleyError } from './base/errors.ts';
import { galleyVersion } from './base/galley-version.ts';
import { idSource } from './base/ids.ts';
import { type Check, compileCheck } from './base/validation.ts';
import { callsByName } from './contract/index.ts';
import type { ProjectInfo } from './contract/project.ts';
import type { EngineContext, HookAnswer, IncomingHook, Phase } from './jobs/context.ts';
import { EventLog } from './jobs/event-log.ts';
import { JobQueue } from './jobs/job-queue.ts';
import { BlobStore } from './store/blobs.ts';
import { Database } from './store/database.ts';
import { DuckReader } from './store/duck.ts';
import { acquireLock } from './store/lock.ts';
import { createProject, hasBlobs, isProject, readProject } from './store/project.ts';
import { ProjectActions } from './store/project-actions.ts';
import { RowCache } from './store/row-cache.ts';
import { Uses } from './store/uses.ts';

export interface AppOptions {
  projectPath: string;
  /** Make a project where there is none. */
  create?: boolean;
  /** How long to wait for another engine to let the project go. */
  lockWaitMilliseconds?: number;
  /** Says to the user why it takes a while. */
  onMessage?: (message: string) => void;
  clock?: Clock;
}

type Answer = (input: unknown, signal?: AbortSignal) => Promise<unknown>;

/** The engine with one project open: everything Galley can do, by call. */
export class App {
  readonly context: EngineContext;
  readonly #areas: ReadonlyMap<string, Phase>;
  readonly #checks = new Map<string, Check>();
  readonly #release: () => void;

  private constructor(context: EngineContext, areas: ReadonlyMap<string, Phase>, release: () => void) {
    this.context = context;
    this.#areas = areas;
    this.#release = release;
  }

  /** Opens a project. @throws GalleyError `store.*`; nothing is changed then. */
  static async open(options: AppOptions): Promise<App> {
    const clock = options.clock ?? systemClock;
    const newId = idSource(clock);
    if (options.create && !isProject(options.projectPath)) createProject(options.projectPath, newId);
    const project = readProject(options.projectPath);
    const lock = await acquireLock(
      project.path,
      options.lockWaitMilliseconds ?? 10_000,
      options.onMessage ?? (() => {}),
    );
    try {
      const context = openContext(project, clock);
      const areas = createAreas(context);
      return new App(context, areas, () => lock.release());
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** Takes up again what should be running, deployments first of all. An engine that lives for one command does not. */
  async start(): Promise<void> {
    for (const area of this.#areas.values()) await area.start?.();
  }

  /**
   * Answers a call by its name, its input checked strictly: nothing is coerced, nothing is dropped.
   * @throws GalleyError `call.unknown`, `call.invalid_input`, and what the call throws.
   */
  async call(name: string, input: unknown, signal?: AbortSignal): Promise<unknown> {
    const call = callsByName.get(name);
    const [area = '', verb = ''] = name.split('.');
    const handler = call && (this.#areas.get(area)?.handlers as Record<string, Answer>)?.[verb];
    if (!call || !handler) throw new GalleyError('call.unknown', `There is no call "${name}".`, { details: { name } });
    let check = this.#checks.get(name);
    if (!check) {
      check = compileCheck(call.input);
      this.#checks.set(name, check);
    }
    const faults = check(input);
    if (faults.length > 0) {
      const list = faults
        .map((fault) => `${fault.path === '' ? 'input' : fault.path.slice(1)} ${fault.message}`)
        .join('; ');
      throw new GalleyError('call.invalid_input', `${name}: ${list}.`, { details: { faults } });
    }
    const answer = await handler(input, signal);
    return call.job ? { job: answer } : answer;
  }

  /** Takes what came to a hook of an area. @throws GalleyError `call.unknown`, and what the area throws */
  async receive(area: string, hook: IncomingHook): Promise<HookAnswer> {
    const taken = this.#areas.get(area)?.receive?.(hook);
    if (!taken) throw new GalleyError('call.unknown', `There is no hook of "${area}".`);
    return taken;
  }

  /** True while something goes on that should not end with the last window. */
  get busy(): boolean {
    return this.context.jobs.busy || [...this.#areas.values()].some((area) => area.busy?.() ?? false);
  }

  /** Once nothing runs any more, also what the calls until now brought about: a retraining run after an alert. */
  async idle(): Promise<void> {
    do {
      await this.context.jobs.idle();
      for (const area of this.#areas.values()) await area.answered?.();
    } while (this.context.jobs.busy);
  }

  /** Ends jobs and servers, then lets the project go. */
  async close(): Promise<void> {
    await this.context.jobs.close();
    for (const area of [...this.#areas.values()].reverse()) await area.stop?.();
    await this.context.duck.close();
    this.context.database.close();
    this.#release();
  }
}

function openContext(project: ProjectInfo, clock: Clock): EngineContext {
  const runFolder = join(project.path, 'run');
  const temporaryFolder = join(runFolder, 'duckdb');
  mkdirSync(temporaryFolder, { recursive: true });
  const databasePath = join(project.path, 'galley.db');
  if (!existsSync(databasePath) && hasBlobs(project.path)) {
    throw new GalleyError('store.damaged_database', `The database of the project, ${databasePath}, is gone.`);
  }
  const database = new Database(databasePath);
  database.migrate();
  const newId = idSource(clock);
  const events = new EventLog(clock.now() * 1000);
  const blobs = new BlobStore(join(project.path, 'blobs'), database, clock);
  const jobs = new JobQueue({ database, events, clock, newId, runFolder });
  jobs.recover();
  const rowCache = new RowCache({ folder: join(project.path, 'cache'), clock, inUse: (key) => jobs.mentions(key) });
  blobs.sweep();
  const duck = new DuckReader({
    allowed: [join(project.path, 'blobs'), join(project.path, 'cache'), join(project.path, 'logs'), runFolder],
    temporaryFolder,
    memoryLimit: '700MB',
  });
  return {
    project,
    version: galleyVersion,
    database,
    blobs,
    rowCache,
    uses: new Uses(database),
    actions: new ProjectActions(),
    jobs,
    events,
    duck,
    clock,
    newId,
  };
}
