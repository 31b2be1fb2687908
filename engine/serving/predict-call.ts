import type { Clock } from '../base/clock.ts';
import { GalleyError } from '../base/errors.ts';
import type { NewId } from '../base/ids.ts';
import type { LogMask } from '../contract/serving.ts';
import { AnswerText } from './answer-text.ts';
import type { Answers } from './batcher.ts';
import { type HttpAnswer, jsonTextAnswer } from './http-answer.ts';
import type { LoadedModel } from './model.ts';
import { type PredictRequest, readPredictRequest } from './predict-request.ts';
import type { PredictionLog } from './prediction-log.ts';
import { forEachRow } from './slices.ts';

export interface PredictContext {
  deployment: string;
  model: string;
  limits: { rows: number; waitingRows: number };
  log: PredictionLog | null;
  logMask: LogMask;
  clock: Clock;
  newId: NewId;
}

/** When a request came in. */
export interface Receipt {
  /** UTC epoch milliseconds. */
  at: number;
  /** Monotonic milliseconds. */
  monotonic: number;
}

/** Answers /predict with one loaded version. */
export class PredictCall {
  readonly #context: PredictContext;
  readonly #loaded: LoadedModel;
  readonly #text: AnswerText;
  readonly #about: string;

  constructor(context: PredictContext, loaded: LoadedModel) {
    this.#context = context;
    this.#loaded = loaded;
    this.#text = new AnswerText(loaded.signature, context.logMask);
    const { model, deployment } = context;
    this.#about = JSON.stringify({ model, version: loaded.version, deployment }).slice(0, -1);
  }

  /** The version that answers. */
  get loaded(): LoadedModel {
    return this.#loaded;
  }

  /**
   * Answers a body that was parsed from JSON, and logs each row.
   * @throws GalleyError `serving.invalid_request`, `serving.invalid_rows`, `serving.overloaded`, `serving.model_failed`
   */
  answer(body: unknown, receipt: Receipt): Promise<HttpAnswer> {
    return this.#loaded.use(async ({ rows: check, batcher }) => {
      const { limits, newId } = this.#context;
      const request = await readPredictRequest(body, check, limits.rows, newId);
      this.#refuseOverload(request.rows.length);
      const answers = await batcher.add(request.rows.map(({ values }) => values));
      return jsonTextAnswer(await this.#reply(request, answers, receipt), request.rows.length);
    });
  }

  #refuseOverload(rows: number): void {
    const { waitingRows } = this.#loaded.batcher;
    if (waitingRows === 0 || waitingRows + rows <= this.#context.limits.waitingRows) return;
    const message = `${waitingRows} rows wait for the model already.`;
    throw new GalleyError('serving.overloaded', message, { details: { waitingRows } });
  }

  /** The reply's text; each row goes to the log on the way. */
  async #reply({ single, rows, ids, eventTimes }: PredictRequest, answers: Answers, receipt: Receipt): Promise<string> {
    const { log, newId, clock } = this.#context;
    const shared = {
      request_id: newId('req'),
      received_at: receipt.at,
      version: this.#loaded.version,
      latency: Math.round((clock.monotonic() - receipt.monotonic) * 1000) / 1000,
    };
    const predictions: string[] = [];
    await forEachRow(rows, (row, index) => {
      const answered = this.#text.answer(row, ids[index] as string, answers, index);
      predictions.push(this.#text.prediction(answered));
      log?.append(this.#text.record(answered, row.values, eventTimes[index] ?? null, shared));
    });
    if (single) return `${this.#about},${(predictions[0] as string).slice(1)}`;
    return `${this.#about},"predictions":[${predictions.join(',')}]}`;
  }
}
