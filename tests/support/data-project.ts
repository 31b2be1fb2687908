import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { GalleyError } from '../../engine/base/errors.ts';
import { idSource } from '../../engine/base/ids.ts';
import type { AddResult } from '../../engine/contract/data.ts';
import type { Job } from '../../engine/contract/jobs.ts';
import { runRecipePreviewJob } from '../../engine/data/cleaning/preview-job.ts';
import { runRecipeJob } from '../../engine/data/cleaning/recipe-job.ts';
import { runFetchJob } from '../../engine/data/connections/fetch-job.ts';
import { runCheckJob } from '../../engine/data/expectations/check-job.ts';
import { runFailingRowsJob } from '../../engine/data/expectations/failing-rows-job.ts';
import { runInferJob } from '../../engine/data/expectations/infer-job.ts';
import { createDataPhase, type DataPhase } from '../../engine/data/index.ts';
import { runPullJob } from '../../engine/data/remotes/pull-job.ts';
import { runPushJob } from '../../engine/data/remotes/push-job.ts';
import { runWriteViewJob } from '../../engine/data/rows/write-view-job.ts';
import { runCompactJob } from '../../engine/data/versions/compact-job.ts';
import { runDiffJob } from '../../engine/data/versions/diff-job.ts';
import { runEditJob } from '../../engine/data/versions/edit-job.ts';
import { runImportJob } from '../../engine/data/versions/import-job.ts';
import type { StorageLimits } from '../../engine/data/versions/storage-limits.ts';
import { runVerifyJob } from '../../engine/data/versions/verify-job.ts';
import { runWholeJob } from '../../engine/data/versions/whole-job.ts';
import type { Aside } from '../../engine/jobs/aside.ts';
import type { EngineContext } from '../../engine/jobs/context.ts';
import { EventLog } from '../../engine/jobs/event-log.ts';
import type { JobContext } from '../../engine/jobs/job-process.ts';
import { type EngineWork, JobQueue, type ProcessWork } from '../../engine/jobs/job-queue.ts';
import { runGitCloneJob } from '../../engine/project/git/clone-job.ts';
import { runGitFetchJob } from '../../engine/project/git/fetch-job.ts';
import { runGitPushJob } from '../../engine/project/git/push-job.ts';
import { BlobStore } from '../../engine/store/blobs.ts';
import { Database } from '../../engine/store/database.ts';
import { DuckReader } from '../../engine/store/duck.ts';
import { ProjectActions } from '../../engine/store/project-actions.ts';
import { RowCache } from '../../engine/store/row-cache.ts';
import { Trust } from '../../engine/store/trust.ts';
import { Uses } from '../../engine/store/uses.ts';
import { fixedClock } from './fixed.ts';
import { jobContext } from './import-files.ts';
import { temporaryFolder } from './temporary.ts';

type AddInput = Parameters<DataPhase['handlers']['add']>[0];

export interface DataProject {
  context: EngineContext;
  data: DataPhase;
  /** Adds files and answers the job's result. */
  add(input: AddInput): Promise<AddResult>;
  /** Answers what the job of a call answers. */
  result<Result>(job: Promise<Job>): Promise<Result>;
  /** Closes the project before the test ends. */
  close(): Promise<void>;
}

/** What jobs run here, by kind. */
const functions: Record<string, (input: never, context: JobContext) => Promise<unknown>> = {
  'data.import': runImportJob,
  'data.fetch': runFetchJob,
  'data.clean': runRecipeJob,
  'data.diff': runDiffJob,
  'data.check': runCheckJob,
  'data.infer': runInferJob,
  'data.whole': runWholeJob,
  'data.edit': runEditJob,
  'data.compact': runCompactJob,
  'data.verify': runVerifyJob,
  'data.push': runPushJob,
  'data.pull': runPullJob,
  'data.previewRecipe': runRecipePreviewJob,
  'data.failingRows': runFailingRowsJob,
  'data.writeView': runWriteViewJob,
  'project.gitFetch': runGitFetchJob,
  'project.gitPush': runGitPushJob,
  'project.gitClone': runGitCloneJob,
};

/** Runs jobs in this process, so that a test does not wait for processes to start. */
class JobsHere {
  readonly #results = new Map<string, Promise<unknown>>();
  readonly #runFolder: string;
  readonly #limits: StorageLimits | undefined;
  #asides = 0;

  constructor(runFolder: string, limits: StorageLimits | undefined) {
    this.#runFolder = runFolder;
    this.#limits = limits;
  }

  submit(work: ProcessWork<unknown, unknown>): Job {
    const run = functions[work.kind];
    if (!run) throw new Error(`${work.kind} does not run here`);
    const id = this.#nextId();
    const stagingFolder = join(this.#runFolder, 'jobs', id);
    mkdirSync(stagingFolder, { recursive: true });
    const input = { ...(work.input as object), ...(this.#limits && { limits: this.#limits }) };
    const result = run(input as never, { ...jobContext(stagingFolder), secrets: work.secrets ?? {} })
      .then((output) => work.commit(output, stagingFolder, id))
      .catch((error: GalleyError) => {
        work.abandon?.(error, id);
        throw error;
      })
      .finally(() => rmSync(stagingFolder, { recursive: true, force: true }));
    return this.#keep(id, result);
  }

  async aside(work: Aside): Promise<unknown> {
    const stagingFolder = join(this.#runFolder, 'jobs', `aside-${++this.#asides}`);
    mkdirSync(stagingFolder, { recursive: true });
    return functions[work.kind]?.(work.input as never, jobContext(stagingFolder));
  }

  direct(work: EngineWork<unknown>): Job {
    const id = this.#nextId();
    const control = { jobId: id, signal: new AbortController().signal, progress: () => {} };
    return this.#keep(id, work.run(control));
  }

  result<Result>(id: string): Promise<Result> {
    return this.#results.get(id) as Promise<Result>;
  }

  async settled(id: string): Promise<Pick<Job, 'state'>> {
    const ended = await Promise.allSettled([this.#results.get(id)]);
    return { state: ended[0].status === 'fulfilled' ? 'succeeded' : 'failed' };
  }

  mentions(): boolean {
    return false;
  }

  list(): Job[] {
    return [];
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#results.values());
  }

  #nextId(): string {
    return `job_${this.#results.size}`;
  }

  #keep(id: string, result: Promise<unknown>): Job {
    result.catch(() => {});
    this.#results.set(id, result);
    return { id } as Job;
  }
}

/**
 * A project of its own with the data phase alone, closed when the test has ended.
 * @param where `processes`: jobs run in processes of their own
 * @param options the folder of a project that was closed, and when a job of this process stores a version anew
 */
export function dataProject(
  where: 'here' | 'processes' = 'here',
  options: { path?: string; limits?: StorageLimits; trusted?: boolean } = {},
): DataProject {
  const path = options.path ?? temporaryFolder();
  const runFolder = join(path, 'run');
  const temporary = join(runFolder, 'duckdb');
  mkdirSync(temporary, { recursive: true });
  const clock = fixedClock();
  const newId = idSource();
  const database = new Database(join(path, 'galley.db'));
  database.migrate();
  const events = new EventLog(0);
  const blobs = new BlobStore(join(path, 'blobs'), database, clock);
  const jobs =
    where === 'here'
      ? (new JobsHere(runFolder, options.limits) as unknown as JobQueue)
      : new JobQueue({ database, events, clock, newId, runFolder });
  const cache = join(path, 'cache');
  const rowCache = new RowCache({ folder: cache, clock, inUse: (key) => jobs.mentions(key) });
  const duck = new DuckReader({ allowed: [join(path, 'blobs'), cache, runFolder], temporaryFolder: temporary });
  const context: EngineContext = {
    project: { id: newId('prj'), name: 'test', path },
    version: '0.0.0',
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
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= (async () => {
      await jobs.close();
      await duck.close();
      database.close();
    })();
    return closed;
  };
  onTestFinished(close);
  if (options.trusted !== false) new Trust().grant(context.project);
  const data = createDataPhase(context);
  const result = async <Result>(job: Promise<Job>) => jobs.result<Result>((await job).id);
  return { context, data, result, close, add: (input) => result<AddResult>(data.handlers.add(input)) };
}
