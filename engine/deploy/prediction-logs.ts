import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { dayMilliseconds } from '../base/clock.ts';
import { GalleyError } from '../base/errors.ts';
import { Turns } from '../base/turns.ts';
import type { Signature } from '../contract/values.ts';
import type { EngineContext } from '../jobs/context.ts';
import { closeAbandoned, closedSegments, labelFolder } from '../serving/log-folder.ts';
import { expiredParts, keptSince, type LogBounds } from './log-bounds.ts';
import { LogFiles } from './log-files.ts';
import { type SegmentLines, type VersionLines, writeSegmentLines } from './log-lines.ts';
import { joinParts, writePart } from './log-parquet.ts';
import { type RemovalListener, removeDamaged } from './log-removal.ts';
import { LogStore, type StoredLogPart } from './log-store.ts';

/** A Parquet file with rows of a deployment's prediction log. */
export interface LogPart extends Omit<StoredLogPart, 'hash' | 'id' | 'isProfiled'> {
  path: string;
}

/** A part whose rows are not in the profiles yet. */
export interface UnprofiledPart extends LogPart {
  id: number;
}

/** Is called after rows came into a log, before parts are joined or removed. */
export type CollectionListener = (deploymentId: string) => Promise<void>;

/** A file with the rows of a part to be. */
export type LogPartFile = Omit<LogPart, 'bytes'>;

/** What a collection needs to know of a deployment. */
export interface LogSource {
  deploymentId: string;
  /** Closes the open segment where that can be done now. @returns the paths of all closed ones, oldest first */
  closeSegments(): Promise<string[]>;
  signature(version: number): Promise<Signature>;
  /** Takes the labels that wait: rows that leave are summed up with them. */
  takeLabels(): Promise<void>;
  /** What is kept. */
  bounds: LogBounds;
}

/** A part that stands in the blob store and is not recorded yet. */
interface AdoptedPart {
  part: Omit<StoredLogPart, 'id' | 'bytes'>;
  blob: { hash: string; bytes: number };
}

/** A part below this size is joined with others of its version once there are so many of them. */
const smallPartRows = 50_000;
const smallPartsJoined = 32;

/**
 * Brings closed segments of prediction logs into Parquet blobs. A segment's rows and its name are recorded in one
 * transaction and its file is removed afterwards, so a crash in between neither loses nor doubles a row.
 */
export class PredictionLogs {
  readonly store: LogStore;
  readonly #context: EngineContext;
  readonly #turns = new Turns();
  readonly #files: LogFiles;
  readonly #listeners: RemovalListener[] = [];
  readonly #collectionListeners: CollectionListener[] = [];
  /** Day and bound of the last removal of what is too old, by deployment. */
  readonly #rounds = new Map<string, string>();

  constructor(context: EngineContext) {
    this.#context = context;
    this.store = new LogStore(context.database);
    this.#files = new LogFiles(context.blobs);
    rmSync(this.#stagingRoot, { recursive: true, force: true });
  }

  get #stagingRoot(): string {
    return join(this.#context.project.path, 'run', 'prediction-logs');
  }

  onRemoval(listener: RemovalListener): void {
    this.#listeners.push(listener);
  }

  onCollection(listener: CollectionListener): void {
    this.#collectionListeners.push(listener);
  }

  /** Where the server of a deployment writes its segments. */
  folder(deploymentId: string): string {
    return join(this.#context.project.path, 'logs', deploymentId);
  }

  /** Paths of the closed segments of a deployment, oldest first. */
  async closedSegments(deploymentId: string): Promise<string[]> {
    const folder = this.folder(deploymentId);
    return existsSync(folder) ? closedSegments(folder) : [];
  }

  /** As `closedSegments`, with those that a server which is gone left open. */
  async closeAbandoned(deploymentId: string): Promise<string[]> {
    const folder = this.folder(deploymentId);
    if (existsSync(folder)) await closeAbandoned(folder);
    return this.closedSegments(deploymentId);
  }

  /** Collects all that was answered until now; collections of one deployment run one after the other. */
  collect(source: LogSource): Promise<void> {
    return this.#turns.take(source.deploymentId, () => this.#collect(source));
  }

  /** Adds rows that were answered elsewhere: files of parts on the project's disk, which are moved away, one by one. */
  async add(deploymentId: string, files: readonly LogPartFile[]): Promise<void> {
    for (const { path, ...part } of files) {
      const blob = await this.#context.blobs.adopt(path);
      this.#context.database.transaction(() =>
        this.#record(deploymentId, [{ part: { ...part, hash: blob.hash, isProfiled: false }, blob }]),
      );
    }
  }

  /** Parts, without those of shadows, that may hold rows with event times in [since, until), UTC epoch milliseconds; null is open. */
  parts(deploymentId: string, since: number | null, until: number | null): LogPart[] {
    return this.#answered(deploymentId, since, until).map((part) => this.#withPath(part));
  }

  /** As `parts`, none of whose files is removed before `read` is done. */
  read<Result>(
    deploymentId: string,
    { since, until }: { since: number | null; until: number | null },
    read: (parts: LogPart[]) => Promise<Result>,
  ): Promise<Result> {
    return this.#read(this.#answered(deploymentId, since, until), read);
  }

  /** As `read`, also over the parts of shadows, without those whose rows were all received before a time. */
  readReceived<Result>(
    deploymentId: string,
    receivedSince: number,
    read: (parts: LogPart[]) => Promise<Result>,
  ): Promise<Result> {
    const parts = this.store.parts(deploymentId, null, null);
    return this.#read(
      parts.filter(({ lastReceivedAt }) => lastReceivedAt >= receivedSince),
      read,
    );
  }

  /** Works on a part whose rows are not in the profiles yet, oldest first; null where there is none. The file stays meanwhile. */
  async readUnprofiled<Result>(
    deploymentId: string,
    read: (part: UnprofiledPart) => Promise<Result>,
    isWanted: (part: Pick<UnprofiledPart, 'path' | 'version'>) => boolean = () => true,
  ): Promise<Result | null> {
    const part = this.#answered(deploymentId, null, null).find(
      (one) => !one.isProfiled && isWanted(this.#withPath(one)),
    );
    if (!part) return null;
    return this.#files.read([part.hash], () => read({ ...this.#withPath(part), id: part.id }));
  }

  /** Rows with event times in [since, until) whose parts are not in the profiles yet, or rather of the parts that may hold some. */
  unprofiledRows(deploymentId: string, since: number | null, until: number | null): number {
    const parts = this.#answered(deploymentId, since, until).filter(({ isProfiled }) => !isProfiled);
    return parts.reduce((sum, { rows }) => sum + rows, 0);
  }

  #answered(deploymentId: string, since: number | null, until: number | null): StoredLogPart[] {
    return this.store.parts(deploymentId, since, until).filter(({ isShadow }) => !isShadow);
  }

  #read<Result>(parts: StoredLogPart[], read: (parts: LogPart[]) => Promise<Result>): Promise<Result> {
    const hashes = parts.map(({ hash }) => hash);
    return this.#files.read(hashes, () => read(parts.map((part) => this.#withPath(part))));
  }

  #withPath({ id: _, isProfiled: __, hash, ...part }: StoredLogPart): LogPart {
    return { ...part, path: this.#context.blobs.path(hash) };
  }

  /** Waits for the collections that run now. */
  settled(): Promise<void> {
    return this.#turns.settled();
  }

  async #collect(source: LogSource): Promise<void> {
    try {
      for (const segment of await source.closeSegments()) {
        if (!this.store.isTaken(source.deploymentId, basename(segment))) await this.#take(source, segment);
        rmSync(segment, { force: true });
      }
      for (const listener of this.#collectionListeners) await listener(source.deploymentId);
      await this.#joinSmallParts(source.deploymentId);
    } finally {
      await source.takeLabels().finally(() => this.#removeExpired(source));
    }
  }

  /**
   * Removes what is beyond the bounds of a deployment, whatever else went wrong. Rows stay until the next round where what
   * depends on them could not be removed: nothing would lead to it without them.
   */
  async #removeExpired({ deploymentId, bounds }: LogSource): Promise<void> {
    const { clock, database } = this.#context;
    const now = clock.now();
    const parts = this.store.parts(deploymentId, null, null);
    const expired = expiredParts(parts, bounds, now);
    const before = keptSince(bounds, now);
    const round = `${dayOf(now)}/${bounds.retentionDays}`;
    if (expired.length === 0 && this.#rounds.get(deploymentId) === round) return;
    const kept = parts.filter((part) => !expired.includes(part));
    const commits: (() => void)[] = [];
    if (!(await succeeds(() => this.#tellRemoval(deploymentId, expired, kept, before, commits)))) return;
    const last = Math.max(before ?? 0, ...expired.map(({ lastReceivedAt }) => lastReceivedAt));
    database.transaction(() => {
      for (const commit of commits) commit();
      this.#dropParts(expired);
      this.#noteRemoved(deploymentId, expired);
      this.store.removeTraffic(deploymentId, last);
    });
    this.#files.remove(expired.map(({ hash }) => hash));
    if (await succeeds(() => this.#removeDamaged(deploymentId, before))) this.#rounds.set(deploymentId, round);
  }

  #noteRemoved(deploymentId: string, parts: readonly StoredLogPart[]): void {
    const answered = parts.filter(({ isShadow }) => !isShadow);
    if (answered.length === 0) return;
    this.store.addRemoved(deploymentId, {
      rows: answered.reduce((sum, { rows }) => sum + rows, 0),
      receivedUntil: Math.max(...answered.map(({ lastReceivedAt }) => lastReceivedAt)),
    });
  }

  /** What depends on rows that go is removed before them. */
  async #tellRemoval(
    deploymentId: string,
    expired: readonly StoredLogPart[],
    staying: readonly StoredLogPart[],
    receivedBefore: number | null,
    commits: (() => void)[],
  ): Promise<void> {
    const paths = (parts: readonly StoredLogPart[]) => parts.map(({ hash }) => this.#context.blobs.path(hash));
    const answered = expired.filter(({ isShadow }) => !isShadow).map((part) => this.#withPath(part));
    const removal = { deploymentId, gone: paths(expired), kept: paths(staying), answered, receivedBefore };
    for (const listener of this.#listeners) {
      const commit = await listener(removal);
      if (commit) commits.push(commit);
    }
  }

  async #removeDamaged(deploymentId: string, before: number | null): Promise<void> {
    if (before === null) return;
    const folder = this.folder(deploymentId);
    for (const place of [folder, labelFolder(folder)]) await removeDamaged(place, before);
  }

  /** Call it in a transaction; the files go after it. */
  #dropParts(parts: readonly StoredLogPart[]): void {
    for (const { id } of parts) this.store.removePart(id);
    this.#context.blobs.release(...parts.map(({ hash }) => hash));
  }

  async #take(source: LogSource, segment: string): Promise<void> {
    await this.#staged(async (staging) => {
      const lines = await readSegment(segment, staging);
      if (lines === null) return this.#putAside(source.deploymentId, segment);
      const adopted: AdoptedPart[] = [];
      for (const version of lines.versions) adopted.push(await this.#toPart(source, version));
      const rows = lines.versions.reduce((sum, version) => sum + version.rows, 0);
      this.#context.database.transaction(() => {
        this.#record(source.deploymentId, adopted);
        this.store.addSegment(source.deploymentId, { name: basename(segment), rows, tornBytes: lines.tornBytes });
      });
    });
  }

  /** A file that is no segment is kept beside the others under another name, so that it is not met again, and counted. */
  #putAside(deploymentId: string, segment: string): void {
    const { size } = statSync(segment);
    renameSync(segment, `${segment}.damaged`);
    this.store.addSegment(deploymentId, { name: basename(segment), rows: 0, tornBytes: size });
  }

  async #toPart(source: LogSource, lines: VersionLines): Promise<AdoptedPart> {
    const { version, isShadow, path, rows, firstEventTime, lastEventTime, lastReceivedAt } = lines;
    const signature = await source.signature(version);
    const target = `${path}.parquet`;
    await this.#context.duck.use((connection) => writePart(connection, path, signature, target));
    const blob = await this.#context.blobs.adopt(target);
    const times = { firstEventTime, lastEventTime, lastReceivedAt };
    return { part: { version, isShadow, hash: blob.hash, rows, ...times, isProfiled: false }, blob };
  }

  /** Many small files are slow to read: those of a version and a day become one, once there are many or the day is over. */
  async #joinSmallParts(deploymentId: string): Promise<void> {
    const small = this.store.parts(deploymentId, null, null).filter(({ rows }) => rows < smallPartRows);
    const today = dayOf(this.#context.clock.now());
    const groups = Map.groupBy(
      small,
      ({ version, isShadow, isProfiled, lastReceivedAt }) =>
        `${version}/${isShadow}/${isProfiled}/${dayOf(lastReceivedAt)}`,
    );
    for (const parts of groups.values()) {
      const isOver = dayOf((parts[0] as StoredLogPart).lastReceivedAt) < today;
      if (parts.length >= (isOver ? 2 : smallPartsJoined)) await this.#join(deploymentId, parts);
    }
  }

  async #join(deploymentId: string, parts: StoredLogPart[]): Promise<void> {
    const { blobs, database, duck } = this.#context;
    await this.#staged(async (staging) => {
      const paths = parts.map(({ hash }) => blobs.path(hash));
      const target = join(staging, 'joined.parquet');
      await duck.use((connection) => joinParts(connection, paths, target));
      const blob = await blobs.adopt(target);
      const first = parts[0] as StoredLogPart;
      const part = {
        version: first.version,
        isShadow: first.isShadow,
        isProfiled: first.isProfiled,
        hash: blob.hash,
        rows: parts.reduce((sum, { rows }) => sum + rows, 0),
        firstEventTime: Math.min(...parts.map(({ firstEventTime }) => firstEventTime)),
        lastEventTime: Math.max(...parts.map(({ lastEventTime }) => lastEventTime)),
        lastReceivedAt: Math.max(...parts.map(({ lastReceivedAt }) => lastReceivedAt)),
      };
      const isJoined = database.transaction(() => {
        if (!this.#areAsBefore(deploymentId, parts)) return false;
        this.#record(deploymentId, [{ part, blob }]);
        this.#dropParts(parts);
        return true;
      });
      if (isJoined) this.#files.remove(parts.map(({ hash }) => hash));
    });
  }

  /** Whether nobody has brought rows of the parts into the profiles meanwhile. */
  #areAsBefore(deploymentId: string, parts: readonly StoredLogPart[]): boolean {
    const now = new Map(this.store.parts(deploymentId, null, null).map((part) => [part.id, part.isProfiled]));
    return parts.every(({ id, isProfiled }) => now.get(id) === isProfiled);
  }

  #record(deploymentId: string, adopted: AdoptedPart[]): void {
    for (const { part, blob } of adopted) {
      this.#context.blobs.record(blob);
      this.store.addPart(deploymentId, part);
    }
  }

  /** Gives the work an empty folder on the project's disk, and removes it with all that is left in it. */
  async #staged(work: (folder: string) => Promise<void>): Promise<void> {
    const folder = join(this.#stagingRoot, this.#context.newId('req'));
    mkdirSync(folder, { recursive: true });
    try {
      await work(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

/** @returns whether the work succeeded; why not is logged */
async function succeeds(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    console.error(error);
    return false;
  }
}

/** Rows are removed by the day: parts of different days stay apart. */
function dayOf(time: number): number {
  return Math.floor(time / dayMilliseconds);
}

/** The lines of a segment; null where the file is none. */
async function readSegment(segment: string, staging: string): Promise<SegmentLines | null> {
  try {
    return await writeSegmentLines(segment, (name) => join(staging, `${name}.ndjson`));
  } catch (error) {
    if (!(error instanceof GalleyError && error.code === 'serving.log_format')) throw error;
    console.error(error.message);
    return null;
  }
}
