import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { reportError } from '../../base/errors.ts';
import { FolderWatches } from '../../base/folder-watches.ts';
import type { WatchedFolder } from '../../contract/deploy-watches.ts';
import type { ErrorReport } from '../../contract/errors.ts';
import { type PredictParts, requireFree } from '../batch/predict-file.ts';
import { predictFiles } from '../batch/predict-files.ts';
import type { FileOrder, FileOutcome } from '../batch/predict-files-job.ts';
import type { DeploymentTarget } from '../versions.ts';
import { writeErrors } from './error-file.ts';
import { fileGroups } from './file-groups.ts';
import { type FolderFile, folderFile, folderFiles, predictionsPath } from './folder-files.ts';
import { retryWait } from './retries.ts';
import type { FileRecord, FolderWatch, WatchStore } from './watch-store.ts';

/** Times in milliseconds. */
export interface WatchTimes {
  /** Between looks at whether there is something to do. */
  tick: number;
  /** Between looks at folders of which the system tells no change, as on network drives. */
  poll: number;
  /** A file that kept its size and times for so long has been written to its end. */
  settle: number;
  /** Before the second try with a file that failed for a reason that may pass. */
  retry: number;
  /** A file that was scored and is gone for so long is forgotten. */
  forget: number;
}

const usualTimes: WatchTimes = { tick: 1000, poll: 5000, settle: 2000, retry: 60_000, forget: 3_600_000 };

export interface ScorerParts extends PredictParts {
  store: WatchStore;
  /** False for a project that came from elsewhere and was not trusted: its watches rest. */
  trusted(): boolean;
}

/** How a watch does; the message says why no file can be scored. */
export type LiveWatch = Pick<WatchedFolder, 'state' | 'message'>;

const untrusted = 'The project came from elsewhere; nobody on this machine has trusted it yet.';

/** What ends a job says something of the file that it was at; those after it go on with another job. */
const endedAtFile: ReadonlySet<string> = new Set(['job.process_died', 'job.canceled']);

/** A file that waits to be scored, as it is since when (monotonic milliseconds). */
interface WaitingFile extends FolderFile {
  since: number;
}

/** How often in a row a file failed as it is, with the same version. */
interface Failures extends Pick<FileRecord, 'seen' | 'versionId'> {
  count: number;
}

/**
 * Scores the files of watched folders, one after the other, those that came first at first. It works while an engine runs;
 * what came meanwhile is found when the next one starts.
 */
export class FolderScorer {
  readonly #parts: ScorerParts;
  readonly #times: WatchTimes;
  readonly #live = new Map<string, LiveWatch>();
  readonly #waiting = new Map<string, ReadonlyMap<string, WaitingFile>>();
  /** Files with a record that are not there, since when (monotonic milliseconds). */
  readonly #gone = new Map<string, ReadonlyMap<string, number>>();
  readonly #failures = new Map<string, Map<string, Failures>>();
  readonly #folders: FolderWatches;
  #timer: NodeJS.Timeout | undefined;
  #pass: Promise<void> | undefined;
  #lastPoll = Number.NEGATIVE_INFINITY;
  #told = true;

  constructor(parts: ScorerParts, times: WatchTimes = usualTimes) {
    this.#parts = parts;
    this.#times = times;
    this.#folders = new FolderWatches(() => this.lookSoon());
  }

  /** Begins to look. */
  start(): void {
    this.#timer ??= setInterval(() => this.#tick(), this.#times.tick).unref();
  }

  /** Resolves when the file that is being scored has ended. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#folders.close();
    await this.#pass;
  }

  /** Something may have changed. */
  lookSoon(): void {
    this.#told = true;
  }

  live(watchId: string): LiveWatch {
    if (this.#timer === undefined) return { state: 'stopped', message: null };
    if (!this.#parts.trusted()) return { state: 'stopped', message: untrusted };
    return this.#live.get(watchId) ?? { state: 'watching', message: null };
  }

  #tick(): void {
    const now = this.#parts.context.clock.monotonic();
    const settling = [...this.#live.values()].some(({ state }) => state === 'settling');
    if (this.#pass || (!this.#told && !settling && now - this.#lastPoll < this.#times.poll)) return;
    this.#told = false;
    this.#lastPoll = now;
    this.#pass = this.#look()
      .catch((error) => console.error(error))
      .finally(() => {
        this.#pass = undefined;
      });
  }

  /** Looks at every folder once; scores what has changed and settled. */
  async #look(): Promise<void> {
    const { store, trusted } = this.#parts;
    if (!trusted()) return;
    const watches = store.list();
    this.#folders.follow(watches.map(({ folder }) => folder));
    this.#keepOnly(new Set(watches.map(({ id }) => id)));
    const ready: { watch: FolderWatch; file: WaitingFile }[] = [];
    for (const watch of watches) for (const file of await this.#lookAt(watch)) ready.push({ watch, file });
    ready.sort((one, other) => one.file.since - other.file.since);
    for (const { watch, files } of fileGroups(ready)) {
      const current = store.get(watch.id);
      if (this.#timer === undefined) return;
      if (current) await this.#take(current, files);
    }
  }

  #keepOnly(watchIds: ReadonlySet<string>): void {
    for (const known of [this.#live, this.#waiting, this.#gone, this.#failures])
      for (const id of known.keys()) if (!watchIds.has(id)) known.delete(id);
  }

  /** The files of a folder that are to be scored and have settled. */
  async #lookAt(watch: FolderWatch): Promise<WaitingFile[]> {
    try {
      const { version } = await this.#parts.versions.resolve(watch.reference);
      const files = await folderFiles(watch.folder);
      const records = this.#parts.store.files(watch.id);
      this.#forgetGone(watch, files, records);
      const waiting = this.#waitingOf(
        watch,
        files.filter((file) => this.#isDue(watch, file, records.get(file.file), version.id)),
      );
      const ready = waiting.filter(({ since }) => this.#now() - since >= this.#times.settle);
      this.#set(watch, ready.length < waiting.length ? 'settling' : 'watching');
      return ready;
    } catch (error) {
      this.#set(watch, 'failed', reportError(error).message);
      return [];
    }
  }

  /** Forgets files that are gone: those that failed at once, others later, as a network drive may be empty for a while. */
  #forgetGone(watch: FolderWatch, files: readonly FolderFile[], records: ReadonlyMap<string, FileRecord>): void {
    const { store } = this.#parts;
    const there = new Set(files.map(({ file }) => file));
    const before = this.#gone.get(watch.id);
    const gone = new Map<string, number>();
    for (const { file, error } of records.values()) {
      if (there.has(file)) continue;
      const since = before?.get(file) ?? this.#now();
      if (error === null && this.#now() - since < this.#times.forget) {
        gone.set(file, since);
        continue;
      }
      store.forget(watch.id, file);
      this.#failures.get(watch.id)?.delete(file);
      if (error !== null) writeErrors(watch.folder, file, store.failuresBeside(watch.id, file));
    }
    this.#gone.set(watch.id, gone);
  }

  /** Whether a file is new or changed, or failed with something that may be otherwise now. */
  #isDue(watch: FolderWatch, { file, seen }: FolderFile, done: FileRecord | undefined, versionId: string): boolean {
    if (done?.seen !== seen) return true;
    if (done.error === null) return false;
    if (done.versionId !== versionId) return true;
    const failures = this.#failures.get(watch.id)?.get(file)?.count ?? 1;
    const wait = retryWait(done.error, failures, this.#times.retry);
    return wait !== null && this.#parts.context.clock.now() - done.at >= wait;
  }

  #waitingOf(watch: FolderWatch, files: readonly FolderFile[]): WaitingFile[] {
    const before = this.#waiting.get(watch.id);
    const waiting = files.map((file) => {
      const known = before?.get(file.file);
      return known?.seen === file.seen ? known : { ...file, since: this.#now() };
    });
    this.#waiting.set(watch.id, new Map(waiting.map((file) => [file.file, file])));
    return waiting;
  }

  async #take(watch: FolderWatch, files: readonly FolderFile[]): Promise<void> {
    const unchanged = await stillAsSeen(watch.folder, files);
    const target = await this.#parts.versions.resolve(watch.reference).catch(() => undefined);
    // The next look says that there is no such model.
    if (!target || unchanged.length === 0) return;
    this.#set(watch, 'scoring');
    await this.#score(watch, unchanged, target);
    this.#set(watch, 'watching');
    this.lookSoon();
  }

  /** Has a job score files, and writes down what became of each as soon as it is done. */
  async #score(watch: FolderWatch, files: readonly FolderFile[], target: DeploymentTarget): Promise<void> {
    const { context, store } = this.#parts;
    const known = new Map(files.map(({ file }) => [file, store.file(watch.id, file)]));
    const waiting = new Map(files.map((file) => [join(watch.folder, file.file), file]));
    const note = (path: string, outcome: Omit<FileOutcome, 'path'>) => {
      const file = waiting.get(path) as FolderFile;
      waiting.delete(path);
      this.#record(watch, file, known.get(file.file), outcome, target.version);
    };
    const onOutcome = ({ path, ...outcome }: FileOutcome, jobId: string) => {
      note(path, outcome);
      if (this.#isOver(watch)) context.jobs.cancel(jobId);
    };
    const fail = (paths: readonly string[], error: ErrorReport) => {
      for (const path of paths) note(path, { hash: null, rows: null, error });
    };
    const orders = files.map((file) => fileOrder(watch, file, known.get(file.file), target.version.id));
    const { free, busy } = this.#byTarget(orders);
    for (const { path, error } of busy) fail([path], error);
    if (free.length === 0) return;
    try {
      const job = await predictFiles(this.#parts, target, free, onOutcome);
      await context.jobs.result(job.id);
    } catch (error) {
      // What was stopped is no failure: it goes on with the next model or engine.
      if (context.jobs.closed || this.#isOver(watch)) return;
      const report = reportError(error);
      const paths = [...waiting.keys()];
      fail(endedAtFile.has(report.code) ? paths.slice(0, 1) : paths, report);
    }
  }

  /** Another job may write the predictions of a file just now. */
  #byTarget(orders: readonly FileOrder[]): { free: FileOrder[]; busy: { path: string; error: ErrorReport }[] } {
    const free: FileOrder[] = [];
    const busy: { path: string; error: ErrorReport }[] = [];
    for (const order of orders) {
      try {
        requireFree(this.#parts.context, order.target);
        free.push(order);
      } catch (error) {
        busy.push({ path: order.path, error: reportError(error) });
      }
    }
    return { free, busy };
  }

  /** Whether files are scored no more for a watch as it was. */
  #isOver({ id, reference }: FolderWatch): boolean {
    return this.#timer === undefined || this.#parts.store.get(id)?.reference !== reference;
  }

  /** What was scored for a watch that has another model meanwhile is scored again. */
  #record(
    watch: FolderWatch,
    { file, seen }: FolderFile,
    before: FileRecord | undefined,
    { hash, rows, error }: Omit<FileOutcome, 'path'>,
    { id: versionId, version }: DeploymentTarget['version'],
  ): void {
    const { context, store } = this.#parts;
    const isNew = rows !== null || error !== null || before === undefined;
    const done = isNew ? { rows, at: context.clock.now() } : { rows: before.rows, at: before.at };
    const record = { file, seen, hash, versionId, version, error, ...done };
    if (!store.record(watch, record)) return;
    this.#countFailures(watch, record);
    if (error !== null || before?.error) writeErrors(watch.folder, file, store.failuresBeside(watch.id, file));
  }

  #countFailures(watch: FolderWatch, { file, seen, versionId, error }: FileRecord): void {
    const failures = this.#failures.get(watch.id) ?? new Map<string, Failures>();
    this.#failures.set(watch.id, failures);
    if (error === null) {
      failures.delete(file);
      return;
    }
    const before = failures.get(file);
    const isSame = before?.seen === seen && before.versionId === versionId;
    failures.set(file, { seen, versionId, count: isSame ? before.count + 1 : 1 });
  }

  #now(): number {
    return this.#parts.context.clock.monotonic();
  }

  #set(watch: FolderWatch, state: LiveWatch['state'], message: string | null = null): void {
    const before = this.#live.get(watch.id);
    this.#live.set(watch.id, { state, message });
    if (before?.state !== state || before.message !== message)
      this.#parts.context.events.publish({ type: 'phase.changed', phase: 'deploy', subject: watch.name });
  }
}

/** Files that have not changed while others were scored; the others settle anew. */
async function stillAsSeen(folder: string, files: readonly FolderFile[]): Promise<FolderFile[]> {
  const now = await Promise.all(files.map(({ file }) => folderFile(folder, file)));
  return files.filter(({ seen }, index) => now[index]?.seen === seen);
}

function fileOrder(
  { folder }: FolderWatch,
  { file }: FolderFile,
  before: FileRecord | undefined,
  versionId: string,
): FileOrder {
  const target = predictionsPath(folder, file);
  const isAnswered = before?.error === null && before.versionId === versionId && existsSync(target);
  return { path: join(folder, file), target, answered: isAnswered ? before.hash : null };
}
