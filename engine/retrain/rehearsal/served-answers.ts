import { writeFileSync } from 'node:fs';
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

/**
 * Answers of models to rows of periods, by the core of the prediction server: its check of rows, its batches and its session
 * on the very file. Each model answers a period once.
 */
export class ServedAnswers {
  readonly #frame: Frame;
  readonly #target: FrameColumn;
  readonly #periods: readonly Int32Array[];
  readonly #throwIfCanceled: () => void;
  readonly #answers = new Map<string, Promise<ServedPeriod>>();
  readonly #loaded = new Map<string, Promise<LoadedModel>>();

  /** @param periods rows of the frame. */
  constructor(frame: Frame, target: string, periods: readonly Int32Array[], throwIfCanceled: () => void) {
    this.#frame = frame;
    this.#target = findColumn(frame, target) as FrameColumn;
    this.#periods = periods;
    this.#throwIfCanceled = throwIfCanceled;
  }

  /** @throws GalleyError of the server where the model cannot be loaded or fails, `job.canceled` */
  of(model: RehearsedModel, period: number): Promise<ServedPeriod> {
    const key = `${model.key} ${period}`;
    const known = this.#answers.get(key) ?? this.#answer(model, this.#periods[period] as Int32Array);
    this.#answers.set(key, known);
    return known;
  }

  async close(): Promise<void> {
    const loaded = [...this.#loaded.values()];
    this.#loaded.clear();
    for (const model of loaded) await (await model).release();
  }

  async #answer(model: RehearsedModel, positions: Int32Array): Promise<ServedPeriod> {
    const { signature } = model;
    const loaded = await this.#load(model);
    const rows: number[] = [];
    const accepted: InputValue[][] = [];
    const sent = asSent(this.#frame, signature.inputs, positions);
    sent.forEach((row, index) => {
      const checked = loaded.rows.check(row, index, new RowFaults());
      if (!checked) return;
      rows.push(positions[index] as number);
      accepted.push(checked.values);
    });
    const values: number[] = [];
    for (let start = 0; start < accepted.length; start += batchRows) {
      this.#throwIfCanceled();
      const { scores } = await loaded.batcher.add(accepted.slice(start, start + batchRows));
      for (const score of scores) values.push(score);
    }
    const answered = Float64Array.from(values);
    const { task, classes = [] } = signature;
    const { values: truth } = readTarget(this.#target, { task, classes });
    const targets = Float64Array.from(rows, (row) => truth[row] as number);
    return {
      rows: Int32Array.from(rows),
      refused: positions.length - rows.length,
      values: answered,
      targets: judgeable(targets, answered),
    };
  }

  async #load({ key, onnx, signature }: RehearsedModel): Promise<LoadedModel> {
    const known = this.#loaded.get(key);
    if (known) return known;
    const oldest = this.#loaded.keys().next().value;
    if (oldest !== undefined && this.#loaded.size >= mostLoaded) {
      const leaving = this.#loaded.get(oldest);
      this.#loaded.delete(oldest);
      await (await leaving)?.release();
    }
    const loading = loadModel(
      { version: 1, onnx, signature: signatureFile(onnx, signature) },
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

/** Writes a signature beside the file of its model. */
export function signatureFile(onnx: string, signature: RehearsedModel['signature']): string {
  const path = `${onnx}.signature.json`;
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
