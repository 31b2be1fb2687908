import type { Clock } from '../base/clock.ts';
import type { LogLimits } from '../contract/serving.ts';
import type { RecordLog, RecordLogStatus } from './record-log.ts';

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
 * Sends records as lines of JSON, in batches and in their order. What could not be sent is tried again, each time after
 * twice as long; meanwhile records wait up to `pendingBytes`, and later ones are lost.
 */
export class LineLog implements RecordLog {
  readonly #options: LineLogOptions;
  #waiting: string[] = [];
  #batch: string[] = [];
  #characters = 0;
  #since: number | null = null;
  #timer: NodeJS.Timeout | null = null;
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
    this.#since ??= this.#options.clock.monotonic();
    this.#waiting.push(payload);
    this.#schedule(this.#options.limits.flushMilliseconds);
  }

  async rotate(): Promise<string[]> {
    return [];
  }

  async close(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    await this.#inTurn(() => this.#sendAll());
    this.#lost += this.#pendingRows();
    this.#waiting = [];
    this.#batch = [];
  }

  status(): RecordLogStatus {
    return {
      lagMilliseconds: this.#since === null ? 0 : this.#options.clock.monotonic() - this.#since,
      pendingRows: this.#pendingRows(),
      writtenRows: this.#written,
      lostRows: this.#lost,
      lastError: this.#lastError,
    };
  }

  #pendingRows(): number {
    return this.#waiting.length + this.#batch.length;
  }

  #schedule(milliseconds: number): void {
    this.#timer ??= setTimeout(() => void this.#inTurn(() => this.#flush()), milliseconds);
  }

  async #flush(): Promise<void> {
    const sent = await this.#sendAll();
    this.#timer = null;
    if (sent) return;
    const delay = firstRetryMilliseconds * 2 ** (this.#failures - 1);
    this.#schedule(Math.min(delay, longestRetryMilliseconds));
  }

  /** @returns false where something is to be tried again */
  async #sendAll(): Promise<boolean> {
    while (this.#pendingRows() > 0) {
      if (this.#batch.length === 0) this.#takeBatch();
      if (!(await this.#sendBatch())) return false;
    }
    this.#since = null;
    return true;
  }

  #takeBatch(): void {
    let characters = 0;
    let rows = 0;
    while (rows < this.#waiting.length && characters < batchCharacters) {
      characters += (this.#waiting[rows] as string).length;
      rows++;
    }
    this.#batch = this.#waiting.slice(0, rows);
    this.#waiting = this.#waiting.slice(rows);
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
    return true;
  }

  #inTurn(work: () => Promise<unknown>): Promise<void> {
    this.#turn = this.#turn.then(work).then(() => {});
    return this.#turn;
  }
}
