import { Worker } from 'node:worker_threads';
import { processEntry } from '../../base/entry.ts';
import { errorFromReport, GalleyError } from '../../base/errors.ts';
import type { BinnedFeatures } from '../learners/trees/bin-features.ts';
import type { PreparedTraining } from '../prepare.ts';
import type { FoldResult, FoldTask, FromPoolWorker, PoolWorkerInput, ToPoolWorker } from './pool-messages.ts';

export type FoldProgress = Extract<FromPoolWorker, { type: 'progress' }>;

/** A fit that is under way. */
export interface RunningFit {
  /** @throws GalleyError what the fit threw; `job.canceled` where it was stopped. */
  result: Promise<FoldResult>;
  /** Gives the fit up as soon as its learner asks. */
  stop(): void;
}

interface Lane {
  worker: Worker;
  stopFlag: Int32Array<SharedArrayBuffer>;
  knownFolds: Set<number>;
  knownBins: Set<string>;
  hasFitted: boolean;
  current?: PromiseWithResolvers<FoldResult> & { id: number; onProgress(progress: FoldProgress): void };
}

/**
 * Threads that fit on folds, one fit each at a time. Folds and bins are made once and lie in shared memory; a thread gets
 * to know them before the first fit that needs them.
 */
export class FitPool {
  readonly #lanes: Set<Lane>;
  readonly #foldOf: (fold: number) => PreparedTraining;
  readonly #cancelFlag: Int32Array<SharedArrayBuffer>;
  readonly #entry: URL;
  readonly #bins = new Map<string, BinnedFeatures>();
  #nextId = 1;
  #isClosed = false;

  /** @param foldOf makes a fold's data; asked as often as threads need it. @param entry of a thread. */
  constructor(
    size: number,
    foldOf: (fold: number) => PreparedTraining,
    cancelFlag: Int32Array<SharedArrayBuffer>,
    entry = processEntry('train-pool'),
  ) {
    this.#foldOf = foldOf;
    this.#cancelFlag = cancelFlag;
    this.#entry = entry;
    this.#lanes = new Set(Array.from({ length: size }, () => this.#open()));
  }

  /** Threads that do nothing. */
  get free(): number {
    return [...this.#lanes].filter(({ current }) => current === undefined).length;
  }

  /** Threads that live: fewer than in the beginning where one ended before it had fitted anything. */
  get size(): number {
    return this.#lanes.size;
  }

  /** Starts a fit on a free thread; there must be one. */
  start(task: FoldTask, onProgress: (progress: FoldProgress) => void): RunningFit {
    const lane = [...this.#lanes].find(({ current }) => current === undefined);
    if (lane === undefined) throw new RangeError('No thread of the pool is free.');
    const id = this.#nextId++;
    const current = { ...Promise.withResolvers<FoldResult>(), id, onProgress };
    lane.current = current;
    const send = (message: ToPoolWorker) => lane.worker.postMessage(message);
    if (!lane.knownFolds.has(task.fold)) {
      send({ type: 'fold', fold: task.fold, prepared: this.#foldOf(task.fold) });
      lane.knownFolds.add(task.fold);
    }
    for (const [key, binned] of this.#bins) {
      if (!lane.knownBins.has(key)) send({ type: 'bins', key, binned });
      lane.knownBins.add(key);
    }
    send({ type: 'fit', id, task });
    return { result: current.promise, stop: () => Atomics.store(lane.stopFlag, 0, id) };
  }

  /** Ends the threads; fits that are under way must have been stopped and have ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#lanes].map(({ worker }) => worker.terminate()));
  }

  #open(): Lane {
    const stopFlag = new Int32Array(new SharedArrayBuffer(4));
    const workerData: PoolWorkerInput = { cancelFlag: this.#cancelFlag, stopFlag };
    const worker = new Worker(this.#entry, { workerData });
    const lane: Lane = { worker, stopFlag, knownFolds: new Set(), knownBins: new Set(), hasFitted: false };
    worker.on('message', (message: FromPoolWorker) => this.#take(lane, message));
    worker.on('error', (error) => this.#bury(lane, error));
    worker.on('exit', (code) => {
      this.#bury(lane, new GalleyError('job.process_died', `A thread of the search ended with ${code}.`));
    });
    return lane;
  }

  /** Another thread takes the place of one that ended, unless that one ended before it had fitted anything: the next would too. */
  #bury(lane: Lane, error: Error): void {
    if (this.#lanes.delete(lane) && lane.hasFitted && !this.#isClosed) this.#lanes.add(this.#open());
    this.#settle(lane, ({ reject }) => reject(error));
  }

  #take(lane: Lane, message: FromPoolWorker): void {
    switch (message.type) {
      case 'bins':
        this.#bins.set(message.key, message.binned);
        lane.knownBins.add(message.key);
        break;
      case 'progress':
        if (lane.current?.id === message.id) lane.current.onProgress(message);
        break;
      case 'fitted':
        lane.hasFitted = true;
        this.#settle(lane, ({ resolve }) => resolve(message.result));
        break;
      case 'failed':
        this.#settle(lane, ({ reject }) => reject(errorFromReport(message.error)));
        break;
    }
  }

  #settle(lane: Lane, settle: (current: PromiseWithResolvers<FoldResult>) => void): void {
    const { current } = lane;
    lane.current = undefined;
    if (current) settle(current);
  }
}
