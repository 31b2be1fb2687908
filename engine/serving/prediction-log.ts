import { mkdir } from 'node:fs/promises';
import type { Clock } from '../base/clock.ts';
import { GalleyError } from '../base/errors.ts';
import type { LogLimits } from '../contract/serving.ts';
import { closeAbandoned, closedBytes, closedSegments } from './log-folder.ts';
import { largestPayload } from './log-frame.ts';
import { type FrameGroup, PendingFrames } from './log-pending.ts';
import { LogSegment } from './log-segment.ts';
import type { LabelLog, RecordLogStatus } from './record-log.ts';

export interface PredictionLogOptions {
  folder: string;
  deployment: string;
  model: string;
  limits: Required<LogLimits>;
  /** Of all segments in the folder; 0: no bound. */
  diskBytes: number;
  clock: Clock;
}

const retryMilliseconds = 1000;
/** More than the header of a segment takes. */
const headBytes = 4096;

/**
 * Writes records in groups: a record waits in memory for at most `flushMilliseconds` (longer while the disk is busy
 * with the group before), then the group is written and synced as one. Answers do not wait for it. Where the disk
 * refuses, or the folder is at its bound, records wait up to `pendingBytes`; later ones are lost, which is counted.
 */
export class PredictionLog implements LabelLog {
  /** Of all segments in the folder; 0: no bound. It may be changed at any time. */
  diskBytes: number;
  readonly #options: PredictionLogOptions;
  readonly #pending = new PendingFrames();
  /** What is being written, kept until it is durable. */
  #group: FrameGroup | null = null;
  #segment: LogSegment | null = null;
  /** Of the closed segments, when they were last looked at, and those since. */
  #closedBytes: number;
  #segments = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #flushTimer: NodeJS.Timeout | null = null;
  #ageTimer: NodeJS.Timeout | null = null;
  #written = 0;
  #lost = 0;
  #lastError: string | null = null;

  private constructor(options: PredictionLogOptions, bytes: number) {
    this.#options = options;
    this.#closedBytes = bytes;
    this.diskBytes = options.diskBytes;
  }

  /**
   * Opens the log of a folder, which is made where it is missing, and closes what an earlier server left open there.
   * @throws GalleyError `store.not_writable`
   */
  static async open(options: PredictionLogOptions): Promise<PredictionLog> {
    try {
      await mkdir(options.folder, { recursive: true });
      await closeAbandoned(options.folder);
      return new PredictionLog(options, await closedBytes(options.folder));
    } catch (cause) {
      const message = `The log folder ${options.folder} cannot be used: ${(cause as Error).message}`;
      throw new GalleyError('store.not_writable', message, { details: { folder: options.folder }, cause });
    }
  }

  /** Adds a record as JSON. */
  append(payload: string): void {
    const waiting = this.#pending.bytes + (this.#group?.bytes ?? 0);
    if (waiting >= this.#options.limits.pendingBytes || payload.length * 3 > largestPayload) {
      this.#lost++;
      return;
    }
    this.#pending.append(payload, this.#options.clock.monotonic());
    this.#scheduleFlush(this.#options.limits.flushMilliseconds);
  }

  /** Writes what was appended. @returns false where the disk refused it; it is tried again later */
  async flush(): Promise<boolean> {
    await this.#inTurn(() => this.#writeAll());
    return this.#lastError === null;
  }

  /** Closes the open segment, with all that was appended in it. @returns the paths of all closed segments, oldest first */
  rotate(): Promise<string[]> {
    return this.#inTurn(async () => {
      await this.#writeAll();
      await this.#closeSegment();
      return closedSegments(this.#options.folder);
    });
  }

  /** Writes what is pending and closes the segment. What cannot be written is lost, and counted. */
  async close(): Promise<void> {
    await this.#inTurn(() => this.#writeAll());
    this.#stopTimers();
    this.#lost += this.#pendingRows();
    await this.#inTurn(() => this.#closeSegment());
  }

  status(): RecordLogStatus {
    const since = this.#group?.since ?? this.#pending.since;
    return {
      lagMilliseconds: since === null ? 0 : this.#options.clock.monotonic() - since,
      pendingRows: this.#pendingRows(),
      writtenRows: this.#written,
      lostRows: this.#lost,
      lastError: this.#lastError,
    };
  }

  #pendingRows(): number {
    return this.#pending.rows + (this.#group?.rows ?? 0);
  }

  #scheduleFlush(milliseconds: number): void {
    this.#flushTimer ??= setTimeout(() => void this.#inTurn(() => this.#flush()), milliseconds);
  }

  async #flush(): Promise<void> {
    const written = await this.#writeGroup();
    this.#flushTimer = null;
    if (!written) return this.#scheduleFlush(retryMilliseconds);
    if (this.#segment && this.#segment.bytes >= this.#options.limits.segmentBytes) await this.#closeSegment();
    const since = this.#pending.since;
    if (since === null) return;
    const age = this.#options.clock.monotonic() - since;
    this.#scheduleFlush(Math.max(0, this.#options.limits.flushMilliseconds - age));
  }

  /** Two groups at most: one that failed before, and what came after it. */
  async #writeAll(): Promise<void> {
    if (this.#group && !(await this.#writeGroup())) return;
    await this.#writeGroup();
  }

  /** Makes one group durable. @returns false where the disk refused it; it stays for the next time */
  async #writeGroup(): Promise<boolean> {
    this.#group ??= this.#pending.take();
    if (!this.#group) return true;
    try {
      await this.#requireRoom(this.#group.bytes);
      this.#segment ??= await this.#newSegment();
      await this.#segment.write(this.#group.buffers);
    } catch (error) {
      this.#lastError = (error as Error).message;
      return false;
    }
    this.#written += this.#group.rows;
    this.#group = null;
    this.#lastError = null;
    return true;
  }

  /** Segments are taken away by the engine, so the folder is looked at again before it is said to be full. */
  async #requireRoom(bytes: number): Promise<void> {
    const { folder } = this.#options;
    const isFull = () => this.#closedBytes + (this.#segment?.bytes ?? headBytes) + bytes > this.diskBytes;
    if (this.diskBytes === 0 || !isFull()) return;
    this.#closedBytes = await closedBytes(folder);
    if (isFull()) throw new Error(`The log folder ${folder} is at its bound of ${this.diskBytes} bytes.`);
  }

  async #newSegment(): Promise<LogSegment> {
    const { folder, deployment, model, limits, clock } = this.#options;
    const header = { format: 1 as const, deployment, model, created_at: clock.now() };
    const segment = await LogSegment.create(folder, header, ++this.#segments);
    this.#ageTimer = setTimeout(() => void this.#inTurn(() => this.#closeSegment()), limits.segmentMilliseconds);
    this.#ageTimer.unref();
    return segment;
  }

  async #closeSegment(): Promise<void> {
    if (!this.#segment) return;
    if (this.#ageTimer) clearTimeout(this.#ageTimer);
    const segment = this.#segment;
    this.#segment = null;
    this.#closedBytes += segment.bytes;
    try {
      await segment.close();
    } catch (error) {
      // The records are durable; the next server of this folder closes the file.
      this.#lastError = (error as Error).message;
    }
  }

  #stopTimers(): void {
    for (const timer of [this.#flushTimer, this.#ageTimer]) if (timer) clearTimeout(timer);
  }

  /** One writer at a time. */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => {});
    return result;
  }
}
