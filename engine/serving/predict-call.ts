import type { Clock } from '../base/clock.ts';
import { GalleyError } from '../base/errors.ts';
import type { NewId } from '../base/ids.ts';
import { AnswerText } from './answer-text.ts';
import { type HttpAnswer, jsonTextAnswer } from './http-answer.ts';
import type { LoadedModel } from './model.ts';
import { type PredictRequest, readPredictRequest } from './predict-request.ts';
import type { PredictionLog } from './prediction-log.ts';

export interface PredictContext {
  deployment: string;
  model: string;
  limits: { rows: number; waitingRows: number };
  log: PredictionLog | null;
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
    this.#text = new AnswerText(loaded.signature);
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
  async answer(body: unknown, receipt: Receipt): Promise<HttpAnswer> {
    const { limits, newId } = this.#context;
    const request = readPredictRequest(body, this.#loaded.rows, limits.rows, newId);
    const waiting = this.#loaded.batcher.waitingRows;
    if (waiting > 0 && waiting + request.rows.length > limits.waitingRows) {
      throw new GalleyError('serving.overloaded', `${waiting} rows wait for the model already.`, {
        details: { waitingRows: waiting },
      });
    }
    const answers = await this.#loaded.batcher.add(request.rows.map(({ values }) => values));
    const rows = this.#text.answer(request.rows, request.ids, answers);
    this.#log(request, rows, receipt);
    return jsonTextAnswer(this.#reply(request.single, rows), rows.length);
  }

  #reply(single: boolean, rows: ReturnType<AnswerText['answer']>): string {
    const predictions = rows.map((row) => this.#text.prediction(row)).join(',');
    return single ? `${this.#about},${predictions.slice(1)}` : `${this.#about},"predictions":[${predictions}]}`;
  }

  #log(request: PredictRequest, rows: ReturnType<AnswerText['answer']>, receipt: Receipt): void {
    const { log, clock, newId } = this.#context;
    if (!log) return;
    const shared = {
      request_id: newId('req'),
      received_at: receipt.at,
      version: this.#loaded.version,
      latency: Math.round((clock.monotonic() - receipt.monotonic) * 1000) / 1000,
    };
    for (const [index, row] of rows.entries()) {
      const { values } = request.rows[index] as PredictRequest['rows'][number];
      log.append(this.#text.record(row, values, request.eventTimes[index] ?? null, shared));
    }
  }
}
