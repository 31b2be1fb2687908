import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Frame, type FrameColumn, findColumn } from '../../base/frame.ts';
import type { InputValue } from '../../serving/field-rule.ts';
import { anyRun, type LoadedModel, loadModel } from '../../serving/model.ts';
import { RowFaults } from '../../serving/row-faults.ts';
import { rawRows, readTarget } from '../../train/index.ts';
import type { RehearsedModel } from './rehearsed-model.ts';

/** What a model answered to rows of a period. */
export interface ServedPeriod {
  /** Rows of the frame that were answered, and how many the server would have refused. */
  rows: Int32Array;
  refused: number;
  /** Rows x classes probabilities or rows x 1 predictions. */
  values: Float64Array;
  /** What came true: the number, or the index of the model's class; NaN where the row cannot be judged. */
  targets: Float64Array;
}

const batchRows = 1024;
/** Models that are kept in memory. */
const mostLoaded = 4;

export interface ServedAnswersParts {
  frame: Frame;
  target: string;
  /** Rows of the frame. */
  periods: readonly Int32Array[];
  /** For what the server reads beside the files of the models. */
  folder: string;
  throwIfCanceled(): void;
}

/**
 * Answers of models to rows of periods, by the core of the prediction server: its check of rows, its batches and its session
 * on the very file. Each model answers a period once.
 */
export class ServedAnswers {
  readonly #parts: ServedAnswersParts;
  readonly #answers = new Map<string, Promise<ServedPeriod>>();
  readonly #loaded = new Map<string, Promise<LoadedModel>>();
  /** What came true for all rows, by the task and the classes. */
  readonly #truths = new Map<string, Float64Array>();

  constructor(parts: ServedAnswersParts) {
    this.#parts = parts;
  }

  /** @throws GalleyError of the server where the model cannot be loaded or fails, `job.canceled` */
  of(model: RehearsedModel, period: number): Promise<ServedPeriod> {
    const key = `${model.key} ${period}`;
    const known = this.#answers.get(key) ?? this.#answer(model, this.#parts.periods[period] as Int32Array);
    this.#answers.set(key, known);
    return known;
  }

  async close(): Promise<void> {
    const loaded = [...this.#loaded.values()];
    this.#loaded.clear();
    for (const model of loaded) await (await model).release();
  }

  async #answer(model: RehearsedModel, positions: Int32Array): Promise<ServedPeriod> {
    const { inputs } = model.signature;
    const loaded = await this.#load(model);
    const rows: number[] = [];
    const values: number[] = [];
    for (let start = 0; start < positions.length; start += batchRows) {
      this.#parts.throwIfCanceled();
      const batch = positions.subarray(start, start + batchRows);
      const accepted: InputValue[][] = [];
      for (const [index, row] of asSent(this.#parts.frame, inputs, batch).entries()) {
        const checked = loaded.rows.check(row, index, new RowFaults());
        if (!checked) continue;
        rows.push(batch[index] as number);
        accepted.push(checked.values);
      }
      if (accepted.length === 0) continue;
      const { scores } = await loaded.batcher.add(accepted);
      for (const score of scores) values.push(score);
    }
    const answered = Float64Array.from(values);
    const truth = this.#truthOf(model);
    const targets = Float64Array.from(rows, (row) => truth[row] as number);
    return {
      rows: Int32Array.from(rows),
      refused: positions.length - rows.length,
      values: answered,
      targets: judgeable(targets, answered),
    };
  }

  #truthOf({ signature: { task, classes = [] } }: RehearsedModel): Float64Array {
    const key = JSON.stringify([task, classes]);
    const column = findColumn(this.#parts.frame, this.#parts.target) as FrameColumn;
    const truth = this.#truths.get(key) ?? readTarget(column, { task, classes }).values;
    this.#truths.set(key, truth);
    return truth;
  }

  async #load(model: RehearsedModel): Promise<LoadedModel> {
    const { key, onnx } = model;
    const known = this.#loaded.get(key);
    if (known) return known;
    const oldest = this.#loaded.keys().next().value;
    if (oldest !== undefined && this.#loaded.size >= mostLoaded) {
      const leaving = this.#loaded.get(oldest);
      this.#loaded.delete(oldest);
      await (await leaving)?.release();
    }
    const loading = loadModel(
      { version: 1, onnx, signature: signatureFile(this.#parts.folder, model) },
      () => ({ rows: batchRows }),
      undefined,
      anyRun,
    );
    this.#loaded.set(key, loading);
    return loading;
  }
}

/** Rows as callers send them: objects of the model's inputs. */
export function asSent(
  frame: Frame,
  inputs: RehearsedModel['signature']['inputs'],
  positions: Int32Array,
): Record<string, InputValue>[] {
  const names = inputs.map(({ name }) => name);
  return rawRows(frame, inputs, positions).map((values) =>
    Object.fromEntries(names.map((name, index) => [name, values[index] ?? null])),
  );
}

/** Writes the signature of a model into a folder; the file of the model itself may lie where nothing else belongs. */
export function signatureFile(folder: string, { key, signature }: RehearsedModel): string {
  const path = join(folder, `${key.replace(/^sha256:/, '')}.signature.json`);
  writeFileSync(path, JSON.stringify(signature));
  return path;
}

/** A row whose answer is no number is judged by nobody, as in the monitor. */
function judgeable(targets: Float64Array, values: Float64Array): Float64Array {
  const width = targets.length === 0 ? 1 : values.length / targets.length;
  return targets.map((target, row) =>
    values.subarray(row * width, (row + 1) * width).every(Number.isFinite) ? target : Number.NaN,
  );
}
