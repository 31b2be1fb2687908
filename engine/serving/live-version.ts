import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../base/clock.ts';
import { reportError } from '../base/errors.ts';
import { errorKinds } from '../contract/errors.ts';
import type { RollbackBounds, VersionStatus } from '../contract/traffic.ts';
import type { AnsweredRow } from './answer-text.ts';
import type { AskedRows } from './checked-rows.ts';
import { Comparison } from './comparison.ts';
import { LatencyWindow } from './latency-window.ts';
import type { LoadedModel } from './model.ts';
import { Predictor, type PredictorOptions, type Receipt } from './predictor.ts';
import { RollbackGuard } from './rollback-guard.ts';

/** Say nothing about the version: there was too much work at once, or the server ended. */
const saysNothing: ReadonlySet<string> = new Set(['serving.overloaded', 'serving.stopping']);

/** How a request went that a version was given. */
export interface VersionOutcome {
  /** `failed`: it could not answer, or not with a number. `refused`: the request did not fit. */
  kind: 'answered' | 'failed' | 'refused';
  /** That it answered. */
  rows: number;
  milliseconds: number;
}

/** What a version tells of: how requests went, rows that it answered, and a bound that it passed. */
export interface VersionListener {
  counted(version: LiveVersion, outcome: VersionOutcome): void;
  answered(version: LiveVersion, asked: AskedRows, rows: readonly AnsweredRow[], receipt: Receipt): void;
  breached(version: LiveVersion, reason: string): void;
}

/** A loaded version with what it did: its figures, and the guard that may take it back. */
export class LiveVersion {
  readonly loaded: LoadedModel;
  readonly predictor: Predictor;
  /** Its answers are for comparison alone, and logged as such. */
  readonly shadow: Predictor;
  /** Its answers are for comparison alone, and nowhere kept. */
  readonly silent: Predictor;
  readonly comparison = new Comparison();
  readonly #window: LatencyWindow;
  readonly #clock: Clock;
  readonly #listener: VersionListener;
  #guard: RollbackGuard | null = null;
  #watchedSince = 0;
  #watchedMilliseconds = 0;
  #requests = 0;
  #rows = 0;
  #errors = 0;
  #refused = 0;

  constructor(loaded: LoadedModel, options: PredictorOptions, listener: VersionListener) {
    this.loaded = loaded;
    this.#clock = options.clock;
    this.#listener = listener;
    this.#window = new LatencyWindow(options.clock);
    this.predictor = new Predictor(options, loaded, {
      answered: (asked, rows, receipt) => this.#answered(asked, rows, receipt),
      failed: (error, receipt) => this.#failed(error, receipt),
    });
    this.shadow = new Predictor({ ...options, shadow: true }, loaded);
    this.silent = new Predictor({ ...options, log: null, profiles: null }, loaded);
  }

  get version(): number {
    return this.loaded.version;
  }

  /**
   * Judges the requests from now on; null: none.
   * @param milliseconds for so long
   */
  watch(bounds: RollbackBounds | null, milliseconds = Number.POSITIVE_INFINITY): void {
    this.#guard = bounds && new RollbackGuard(bounds, this.#clock);
    this.#watchedSince = this.#clock.monotonic();
    this.#watchedMilliseconds = milliseconds;
  }

  /** Judges by other bounds what is judged still, until so many milliseconds after it began; null: no more. */
  changeBounds(bounds: RollbackBounds | null, milliseconds: number): void {
    if (!this.isWatched || isDeepStrictEqual(bounds, this.#guard?.bounds)) return;
    this.#guard = bounds && new RollbackGuard(bounds, this.#clock);
    this.#watchedMilliseconds = milliseconds;
  }

  /** Whether it may be taken back still. */
  get isWatched(): boolean {
    if (this.#clock.monotonic() > this.#watchedSince + this.#watchedMilliseconds) this.#guard = null;
    return this.#guard !== null;
  }

  /** A row was answered by the active version, too. */
  compared(difference: number): void {
    this.comparison.add(difference);
    this.#judge((guard) => guard.compared(difference));
  }

  figures(): Omit<VersionStatus, 'version' | 'state' | 'roles' | 'percent'> {
    return {
      requests: this.#requests,
      rows: this.#rows,
      errors: this.#errors,
      refused: this.#refused,
      latency: this.#window.latency(),
      compared: this.comparison.figures(),
    };
  }

  /** Counts a request that went so, also one that a thread has answered. */
  count({ kind, rows, milliseconds }: VersionOutcome): void {
    this.#requests++;
    this.#rows += rows;
    if (kind === 'refused') {
      this.#refused++;
      return;
    }
    const failed = kind === 'failed';
    if (failed) this.#errors++;
    this.#window.add(milliseconds, 0, failed);
    this.#judge((guard) => guard.request(failed, milliseconds));
  }

  #answered(asked: AskedRows, rows: readonly AnsweredRow[], receipt: Receipt): void {
    const allFinite = rows.every(({ flags }) => !flags?.some(({ flag }) => flag === 'not_finite'));
    this.#tell(allFinite ? 'answered' : 'failed', rows.length, receipt);
    this.#listener.answered(this, asked, rows, receipt);
  }

  #failed(error: unknown, receipt: Receipt): void {
    const { kind, code } = reportError(error);
    if (saysNothing.has(code)) return;
    this.#tell(errorKinds[kind].status >= 500 ? 'failed' : 'refused', 0, receipt);
  }

  #tell(kind: VersionOutcome['kind'], rows: number, receipt: Receipt): void {
    const milliseconds = this.#clock.monotonic() - receipt.monotonic;
    this.#listener.counted(this, { kind, rows, milliseconds });
  }

  #judge(judgement: (guard: RollbackGuard) => string | null): void {
    const reason = this.isWatched && this.#guard ? judgement(this.#guard) : null;
    if (reason === null) return;
    this.#guard = null;
    this.#listener.breached(this, reason);
  }
}
