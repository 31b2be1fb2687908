import type { Clock } from '../base/clock.ts';
import type { LogLimits } from '../contract/serving.ts';
import type { LabelLog, RecordLogStatus } from './record-log.ts';

/** These lines will never be taken. */
export class LinesRefused extends Error {}

/** Sends lines somewhere. After any error but `LinesRefused` they may be taken the next time. */
export type SendLines = (lines: string) => Promise<void>;

export interface LineLogOptions {
  send: SendLines;
  limits: Pick<Required<LogLimits>, 'flushMilliseconds' | 'pendingBytes'>;
  clock: Clock;
}

const batchCharacters = 1024 * 1024;
const firstRetryMilliseconds = 250;
const longestRetryMilliseconds = 30_000;

/**
 * Sends records as lines of JSON, in batches and in their order: a record waits for others at most `flushMilliseconds`
 * (longer while the batch before is under way). What could not be sent is tried again, each time after twice as long;
 * meanwhile records wait up to `pendingBytes`, and later ones are lost.
 */
export class LineLog implements LabelLog {
  readonly #options: LineLogOptions;
  #waiting: string[] = [];
  /** Monotonic milliseconds since which the oldest of them waits. */
  #waitingSince: number | null = null;
  /** What is under way, or is to be tried again. */
  #batch: string[] = [];
  #batchSince: number | null = null;
  #characters = 0;
  /** Set until what it began has ended. */
  #timer: NodeJS.Timeout | null = null;
  #closed = false;
  #turn: Promise<void> = Promise.resolve();
  #failures = 0;
  #written = 0;
  #lost = 0;
  #lastError: string | null = null;

  constructor(options: LineLogOptions) {
    this.#options = options;
  }

  append(payload: string): void {
    if (this.#characters + payload.length > this.#options.limits.pendingBytes) {
      this.#lost++;
      return;
    }
    this.#characters += payload.length;
    this.#waitingSince ??= this.#options.clock.monotonic();
    this.#waiting.push(payload);
    this.#schedule(this.#options.limits.flushMilliseconds);
  }

  async flush(): Promise<boolean> {
    const lost = this.#lost;
    await this.#inTurn(() => this.#sendAll());
    return this.#pendingRows() === 0 && this.#lost === lost;
  }

  async rotate(): Promise<string[]> {
    return [];
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#inTurn(() => this.#sendAll());
    this.#lost += this.#pendingRows();
    this.#waiting = [];
    this.#batch = [];
  }

  status(): RecordLogStatus {
    return {
      lagMilliseconds: this.#ageOf(this.#batchSince ?? this.#waitingSince),
      pendingRows: this.#pendingRows(),
      writtenRows: this.#written,
      lostRows: this.#lost,
      lastError: this.#lastError,
    };
  }

  #pendingRows(): number {
    return this.#waiting.length + this.#batch.length;
  }

  #ageOf(since: number | null): number {
    return since === null ? 0 : this.#options.clock.monotonic() - since;
  }

  #schedule(milliseconds: number): void {
    if (this.#closed) return;
    this.#timer ??= setTimeout(() => void this.#inTurn(() => this.#flush()), milliseconds);
  }

  async #flush(): Promise<void> {
    const sent = this.#pendingRows() === 0 || (await this.#sendNext());
    this.#timer = null;
    if (!sent) this.#schedule(Math.min(firstRetryMilliseconds * 2 ** (this.#failures - 1), longestRetryMilliseconds));
    else if (this.#waitingSince !== null)
      this.#schedule(Math.max(0, this.#options.limits.flushMilliseconds - this.#ageOf(this.#waitingSince)));
  }

  async #sendAll(): Promise<void> {
    while (this.#pendingRows() > 0) if (!(await this.#sendNext())) return;
  }

  /** @returns false where the batch is to be tried again */
  #sendNext(): Promise<boolean> {
    if (this.#batch.length === 0) this.#takeBatch();
    return this.#sendBatch();
  }

  #takeBatch(): void {
    let characters = 0;
    let rows = 0;
    while (rows < this.#waiting.length && characters < batchCharacters) {
      characters += (this.#waiting[rows] as string).length;
      rows++;
    }
    this.#batch = this.#waiting.slice(0, rows);
    this.#batchSince = this.#waitingSince;
    this.#waiting = this.#waiting.slice(rows);
    if (this.#waiting.length === 0) this.#waitingSince = null;
  }

  async #sendBatch(): Promise<boolean> {
    try {
      await this.#options.send(`${this.#batch.join('\n')}\n`);
      this.#written += this.#batch.length;
      this.#lastError = null;
    } catch (error) {
      this.#lastError = (error as Error).message;
      if (!(error instanceof LinesRefused)) {
        this.#failures++;
        return false;
      }
      this.#lost += this.#batch.length;
    }
    this.#failures = 0;
    this.#characters -= this.#batch.reduce((sum, { length }) => sum + length, 0);
    this.#batch = [];
    this.#batchSince = null;
    return true;
  }

  #inTurn(work: () => Promise<unknown>): Promise<void> {
    this.#turn = this.#turn.then(work).then(() => {});
    return this.#turn;
  }
}
