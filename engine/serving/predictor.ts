import type { Clock } from '../base/clock.ts';
import { GalleyError } from '../base/errors.ts';
import type { NewId } from '../base/ids.ts';
import type { LogMask } from '../contract/serving.ts';
import { type AnsweredRow, AnswerText } from './answer-text.ts';
import type { Answers } from './batcher.ts';
import { type AskedRows, type CheckedRows, checkRows } from './checked-rows.ts';
import type { InputValue } from './field-rule.ts';
import { placeOf } from './hash-place.ts';
import { RowMask } from './input-mask.ts';
import type { LoadedModel } from './model.ts';
import type { ModelProfiles } from './profiles/model-profiles.ts';
import type { RowProfile } from './profiles/row-profile.ts';
import type { RecordLog } from './record-log.ts';
import { forEachRow } from './slices.ts';

export interface PredictorOptions {
  /** Its name. */
  model: string;
  /** Asked for each request. */
  limits(): { rows: number; waitingRows: number };
  log: Pick<RecordLog, 'append'> | null;
  /** The share of the rows that is logged, asked for each request. */
  sampling(): number;
  /** What the log does not get, asked for each request. */
  logMask(): LogMask;
  clock: Clock;
  newId: NewId;
  /** Where rows are summed up. */
  profiles?: ModelProfiles | null;
  /** The answers are for comparison: they are logged as such, and no caller has seen them. */
  shadow?: boolean;
}

/** Is told how each request went, after its rows were answered and logged. */
export interface PredictionObserver {
  answered(asked: AskedRows, rows: readonly AnsweredRow[], receipt: Receipt): void;
  failed(error: unknown, receipt: Receipt): void;
}

/** When a request came in. */
export interface Receipt {
  /** Of the request. */
  id: string;
  /** UTC epoch milliseconds. */
  at: number;
  /** Monotonic milliseconds. */
  monotonic: number;
}

/** Answers rows with one loaded version, whatever protocol they came by. */
export class Predictor {
  readonly loaded: LoadedModel;
  readonly #options: PredictorOptions;
  readonly #observer: PredictionObserver | null;
  readonly #text: AnswerText;
  readonly #profile: RowProfile | null;
  #mask: RowMask;

  constructor(options: PredictorOptions, loaded: LoadedModel, observer: PredictionObserver | null = null) {
    this.#options = options;
    this.#observer = observer;
    this.loaded = loaded;
    this.#text = new AnswerText(loaded.signature);
    this.#mask = new RowMask(loaded.signature, options.logMask());
    this.#profile = options.profiles?.of(loaded, options.shadow ? 'shadow' : 'answered') ?? null;
  }

  /** The name of the model. */
  get model(): string {
    return this.#options.model;
  }

  /**
   * Answers rows in their order, and logs each.
   * @throws GalleyError `serving.invalid_request`, `serving.invalid_rows`, `serving.overloaded`, `serving.model_failed`
   */
  async predict(asked: AskedRows, receipt: Receipt): Promise<AnsweredRow[]> {
    try {
      const rows = await this.loaded.use((loaded) => this.#predict(loaded, asked, receipt));
      this.#observer?.answered(asked, rows, receipt);
      return rows;
    } catch (error) {
      this.#observer?.failed(error, receipt);
      throw error;
    }
  }

  async #predict({ rows: check, batcher }: LoadedModel, asked: AskedRows, receipt: Receipt): Promise<AnsweredRow[]> {
    const { limits, newId } = this.#options;
    // Its own to its end: what is marked in the data of this version alone is masked no more once others are served.
    const mask = this.#currentMask();
    const checked = await checkRows(asked, check, limits().rows, newId);
    this.#refuseOverload(checked.rows.length);
    const answers = await batcher.add(checked.rows.map(({ values }) => values));
    return this.#answered(checked, answers, receipt, mask);
  }

  /**
   * The model's answers to rows that nobody asked for, as those of an explanation; nothing is logged.
   * @throws GalleyError `serving.overloaded`, `serving.model_failed`
   */
  compute(rows: InputValue[][]): Promise<Answers> {
    this.#refuseOverload(rows.length);
    return this.loaded.batcher.add(rows);
  }

  #refuseOverload(rows: number): void {
    const { waitingRows } = this.loaded.batcher;
    if (waitingRows === 0 || waitingRows + rows <= this.#options.limits().waitingRows) return;
    const message = `${waitingRows} rows wait for the model already.`;
    throw new GalleyError('serving.overloaded', message, { details: { waitingRows } });
  }

  #currentMask(): RowMask {
    const wanted = this.#options.logMask();
    if (this.#mask.of !== wanted) this.#mask = new RowMask(this.loaded.signature, wanted);
    return this.#mask;
  }

  async #answered(
    { rows, ids, eventTimes }: CheckedRows,
    answers: Answers,
    receipt: Receipt,
    mask: RowMask,
  ): Promise<AnsweredRow[]> {
    const { log, clock, shadow } = this.#options;
    const profile = this.#profile;
    const sampling = this.#options.sampling();
    const shared = {
      request_id: receipt.id,
      received_at: receipt.at,
      version: this.loaded.version,
      latency: Math.round((clock.monotonic() - receipt.monotonic) * 1000) / 1000,
      shadow,
    };
    const answered: AnsweredRow[] = [];
    const now = clock.now();
    await forEachRow(rows, (row, index) => {
      const answer = this.#text.answer(row, ids[index] as string, answers, index);
      answered.push(answer);
      const eventTime = eventTimes[index] ?? receipt.at;
      profile?.add(row.values, answer, { eventTime, now, isFlagged: answer.flags !== null, mask: mask.of });
      if (log === null || !isSampled(answer.id, sampling)) return;
      log.append(this.#text.record(answer, row.values, eventTimes[index] ?? null, shared, mask));
    });
    profile?.addRequest(eventTimes[0] ?? receipt.at, shared.latency, now);
    return answered;
  }
}

/** Whether a row is in the log, where that has a share of them: a greater share has the rows of a smaller one. */
function isSampled(rowId: string, share: number): boolean {
  return share === 1 || placeOf(rowId) < share;
}
