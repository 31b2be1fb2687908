import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dayMilliseconds, isoTime } from '../../base/clock.ts';
import { GalleyError } from '../../base/errors.ts';
import { findColumn } from '../../base/frame.ts';
import type { Recipe, RowWindow } from '../../contract/train.ts';
import type { Signature } from '../../contract/values.ts';
import { buildVersion, keepingNullable } from '../../package/index.ts';
import { type FitOrder, fitRows, type TrainingRequest } from '../../train/for-jobs.ts';
import { recipeHash } from '../../train/index.ts';
import type { KnownRows } from './known-rows.ts';
import type { RehearsedModel } from './rehearsed-model.ts';

/** What is trained again and again. */
export interface RepeatedTraining {
  /** The champion's; its dataset and window are replaced. */
  recipe: Recipe;
  /** Without the window. */
  request: Omit<TrainingRequest, 'window'>;
  order: FitOrder;
  /** Of the dataset that is replayed. */
  identity: string;
  /** Days of the newest rows that are trained on, null for all. */
  windowDays: number | null;
}

/** Models of one recipe, trained at moments of the simulated clock; one of the same rows is trained once. */
export class TrainedModels {
  readonly #rows: KnownRows;
  readonly #training: RepeatedTraining;
  readonly #folder: string;
  readonly #throwIfCanceled: () => void;
  readonly #models = new Map<string, RehearsedModel | GalleyError>();
  readonly #now: () => number;

  /**
   * @param folder for the files of the models.
   * @param monotonic milliseconds, for how long a training took.
   */
  constructor(
    rows: KnownRows,
    training: RepeatedTraining,
    { folder, throwIfCanceled, monotonic }: { folder: string; throwIfCanceled: () => void; monotonic: () => number },
  ) {
    this.#rows = rows;
    this.#training = training;
    this.#folder = folder;
    this.#throwIfCanceled = throwIfCanceled;
    this.#now = monotonic;
  }

  /** How many were trained. */
  get count(): number {
    return this.#models.size;
  }

  /**
   * The model of what the dataset holds by then.
   * @param like a signature whose optional columns stay optional, as in a registry.
   * @throws GalleyError `train.…`, `package.parity_failed`, `job.canceled`
   */
  async at(now: number, like?: Signature): Promise<RehearsedModel> {
    const window = this.#windowAt(now);
    const recipe = { ...this.#training.recipe, dataset: this.#identityAt(now), window };
    const key = recipeHash(recipe);
    const known = this.#models.get(key);
    if (known instanceof GalleyError) throw known;
    if (known) return known;
    try {
      const model = await this.#train(key, recipe, now, like);
      this.#models.set(key, model);
      return model;
    } catch (error) {
      if (error instanceof GalleyError && error.kind !== 'canceled') this.#models.set(key, error);
      throw error;
    }
  }

  async #train(key: string, recipe: Recipe, now: number, like: Signature | undefined): Promise<RehearsedModel> {
    const began = this.#now();
    const { request, order } = this.#training;
    const { window } = recipe;
    const frame = this.#rows.datasetAt(now);
    const control = { throwIfCanceled: this.#throwIfCanceled };
    const fitted = await fitRows(frame, { ...request, window }, order, control);
    const built = await buildVersion(fitted.model, fitted.examples, {
      galleyVersion: recipe.engine,
      recipeHash: key,
      datasetIdentity: recipe.dataset,
    });
    const signature = like ? keepingNullable(built.signature, like) : built.signature;
    const onnx = join(this.#folder, `${key.replace(/^sha256:/, '')}.onnx`);
    writeFileSync(onnx, built.onnx);
    const importance = await fitted.importance();
    return {
      key,
      onnx,
      signature,
      metrics: fitted.metrics,
      importance,
      training: fitted.training.positions,
      frame: () => this.#rows.datasetAt(now),
      window,
      split: request.split,
      keyColumns: request.keyColumns,
      rowIdentity: request.rowIdentity,
      seconds: (this.#now() - began) / 1000,
    };
  }

  /** The newest days that are known by then, the newest moment in them; of dates whole days. */
  #windowAt(now: number): RowWindow | null {
    const { windowDays } = this.#training;
    const newest = this.#rows.newestAt(now);
    if (windowDays === null || newest === undefined) return null;
    const { timeColumn, frame } = this.#rows;
    const last = findColumn(frame, timeColumn)?.type === 'date' ? dayMilliseconds : 1;
    return { column: timeColumn, from: isoTime(newest - windowDays * dayMilliseconds + last) };
  }

  #identityAt(now: number): string {
    const newest = this.#rows.newestAt(now);
    const until = newest === undefined ? 'nothing' : isoTime(newest);
    return `${this.#training.identity} until ${until}, ${this.#rows.datasetAt(now).rows} rows`;
  }
}
