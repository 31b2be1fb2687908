import { GalleyError } from '../../../base/errors.ts';
import type { FitControl } from '../learner.ts';
import type { AdamStep } from './adam.ts';
import { batchSizes, dropoutMasks, epochRandom, shuffledPositions } from './batches.ts';
import type { NetworkEngine } from './engine.ts';
import type { LossKind } from './graph-losses.ts';
import type { NetworkWeights } from './initial-weights.ts';
import type { NetworkRows } from './network-rows.ts';
import { rateFactor } from './schedule.ts';
import { meanLoss } from './scores.ts';
import type { NetworkSettings } from './settings.ts';

/** The epoch that nothing later has beaten. */
export interface BestEpoch {
  /** Counted from 1; 0 before the first. */
  epoch: number;
  loss: number;
  /** Of that epoch; without rows to judge by those of the last one, whose schedule has come furthest. */
  weights: Float32Array;
  statistics: Float32Array;
}

/** Where training stands after an epoch. */
export interface TrainingState {
  /** How many are done. */
  epoch: number;
  /** Steps of Adam that are done. */
  steps: number;
  best: BestEpoch;
  /** For the schedule `plateau`: how often the loss stopped falling, and the epoch from which that is counted anew. */
  plateaus: number;
  plateauSince: number;
}

export interface Training {
  engine: NetworkEngine;
  settings: NetworkSettings;
  loss: LossKind;
  outputs: number;
  rows: number;
  /** Without it training goes on to the last epoch, whose weights are taken. */
  validation?: NetworkRows;
  seed: number;
  /** Called after each epoch that is not the last. */
  onEpoch?(state: TrainingState, weights: NetworkWeights): void;
}

export interface TrainingOutcome {
  best: BestEpoch;
  epochs: number;
  stoppedEarly: boolean;
}

/**
 * Takes an engine from a state on, epoch by epoch, to the end. The same engine, rows, settings and seed give the same
 * outcome bit for bit, wherever training was stopped and gone on with between.
 * @throws GalleyError `train.diverged`, `job.canceled`
 */
export async function trainNetwork(
  training: Training,
  start: TrainingState,
  control: FitControl,
): Promise<TrainingOutcome> {
  const { engine, settings, validation } = training;
  const batches = batchSizes(training.rows, settings.batchSize).length;
  const total = settings.epochs * batches;
  let state = start;
  const runner = new EpochRunner(training, control, total);
  while (state.epoch < settings.epochs) {
    const loss = await runner.run(state);
    const validationLoss = validation && (await lossOf(training, validation, control));
    const judged = validationLoss ?? loss;
    if (!Number.isFinite(judged)) throw diverged(settings, state.epoch + 1);
    state = afterEpoch(state, batches, judged, engine.weights(), training);
    control.progress(state.steps, total, {
      loss,
      ...(validationLoss !== undefined && { validation_loss: validationLoss }),
    });
    const stops = validation !== undefined && state.epoch - state.best.epoch >= settings.patience;
    if (stops) return { best: state.best, epochs: state.epoch, stoppedEarly: state.epoch < settings.epochs };
    if (state.epoch < settings.epochs) training.onEpoch?.(state, engine.weights());
  }
  return { best: state.best, epochs: state.epoch, stoppedEarly: false };
}

/** Steps through the batches of one epoch after the other. */
class EpochRunner {
  readonly #training: Training;
  readonly #control: FitControl;
  readonly #total: number;
  /** Batches a run of the engine; found by how long they take, which changes nothing in what comes out. */
  #runLength = 4;

  constructor(training: Training, control: FitControl, total: number) {
    this.#training = training;
    this.#control = control;
    this.#total = total;
  }

  /** @returns the mean loss over the epoch's rows, each before its batch's step. */
  async run(state: TrainingState): Promise<number> {
    const { settings, seed, rows, engine } = this.#training;
    const random = epochRandom(seed, state.epoch);
    const order = shuffledPositions(rows, random);
    const sizes = batchSizes(rows, settings.batchSize);
    let done = 0;
    let taken = 0;
    let lossSum = 0;
    while (done < sizes.length) {
      this.#control.throwIfCanceled();
      const size = sizes[done] as number;
      const sameSize = sizes.lastIndexOf(size) + 1 - done;
      const count = Math.min(this.#runLength, sameSize);
      const started = performance.now();
      const losses = await engine.train({
        size,
        order: order.subarray(taken, taken + count * size),
        steps: Array.from({ length: count }, (_, index) => this.#step(state, done + index)),
        masks: dropoutMasks(settings.hidden, settings.dropout, { batches: count, size }, random),
      });
      this.#adapt(count, performance.now() - started);
      if (!losses.every(Number.isFinite)) throw diverged(settings, state.epoch + 1);
      lossSum += losses.reduce((sum, loss) => sum + loss, 0) * size;
      done += count;
      taken += count * size;
      if (done < sizes.length) this.#control.progress(state.steps + done, this.#total);
    }
    return lossSum / rows;
  }

  #step({ steps, plateaus }: TrainingState, batch: number): AdamStep {
    const { schedule, learningRate } = this.#training.settings;
    const done = (steps + batch) / this.#total;
    return { number: steps + batch + 1, learningRate: learningRate * rateFactor(schedule, { done, plateaus }) };
  }

  #adapt(batches: number, milliseconds: number): void {
    const wanted = (runMilliseconds * batches) / Math.max(milliseconds, 0.1);
    this.#runLength = Math.max(1, Math.min(Math.round(wanted), 2 * this.#runLength));
  }
}

/** A run of the engine, during which nothing else happens in the thread. */
const runMilliseconds = 30;
const validationRowsARun = 16_384;

async function lossOf({ engine, loss, outputs }: Training, rows: NetworkRows, control: FitControl): Promise<number> {
  const scores = new Float32Array(rows.rows * outputs);
  const denseWidth = rows.dense.length / rows.rows;
  const blocks = rows.codes.length / rows.rows;
  for (let start = 0; start < rows.rows; start += validationRowsARun) {
    control.throwIfCanceled();
    const end = Math.min(rows.rows, start + validationRowsARun);
    const part = {
      rows: end - start,
      dense: rows.dense.subarray(start * denseWidth, end * denseWidth),
      codes: rows.codes.subarray(start * blocks, end * blocks),
    };
    scores.set(await engine.scores(part), start * outputs);
  }
  return meanLoss(loss, scores, rows);
}

function afterEpoch(
  state: TrainingState,
  batches: number,
  loss: number,
  { weights, statistics }: NetworkWeights,
  { settings, validation }: Training,
): TrainingState {
  const epoch = state.epoch + 1;
  const isBetter = loss < state.best.loss;
  const { epoch: bestEpoch, loss: lowest } = isBetter ? { epoch, loss } : state.best;
  const taken = isBetter || validation === undefined ? { weights, statistics } : state.best;
  const best = { epoch: bestEpoch, loss: lowest, weights: taken.weights, statistics: taken.statistics };
  const plateauLength = Math.max(2, Math.ceil(settings.patience / 3));
  const hasFallen = isBetter || epoch - Math.max(state.best.epoch, state.plateauSince) < plateauLength;
  return {
    epoch,
    steps: state.steps + batches,
    best,
    plateaus: hasFallen ? state.plateaus : state.plateaus + 1,
    plateauSince: hasFallen ? state.plateauSince : epoch,
  };
}

function diverged({ learningRate }: NetworkSettings, epoch: number): GalleyError {
  return new GalleyError(
    'train.diverged',
    `The loss was no longer a finite number in epoch ${epoch}, at a learning rate of ${learningRate}.`,
    { details: { epoch, learningRate } },
  );
}
