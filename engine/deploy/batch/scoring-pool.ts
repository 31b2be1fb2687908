import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { processEntry } from '../../base/entry.ts';
import { errorFromReport, GalleyError } from '../../base/errors.ts';
import type { ServedVersion } from '../../contract/serving.ts';
import type { InputBatch } from './input-batches.ts';
import type { BatchAnswers, FromScoringThread, ScoringThreadInput, ToScoringThread } from './scoring-messages.ts';

/** What a thread makes is short-lived; without the limit each lets 50 MB of it lie. */
const resourceLimits = { maxYoungGenerationSizeMb: 8 };

interface Lane {
  worker: Worker;
  ended: Promise<unknown>;
  current: PromiseWithResolvers<BatchAnswers> | null;
  /** Why the thread is gone. */
  failure: unknown;
}

/** Threads that run a model, one batch each at a time; they are started when they are needed. */
export class ScoringPool {
  readonly #served: ServedVersion;
  readonly #mostThreads: number;
  readonly #lanes: Lane[] = [];
  readonly #free: Lane[] = [];
  readonly #waiting: ((lane: Lane) => void)[] = [];

  constructor(served: ServedVersion, mostThreads: number) {
    this.#served = served;
    this.#mostThreads = mostThreads;
  }

  /** Threads that were started. */
  get threads(): number {
    return this.#lanes.length;
  }

  /** @throws GalleyError `serving.*`, `job.process_died` */
  async score(batch: InputBatch): Promise<BatchAnswers> {
    const lane = this.#free.pop() ?? (await this.#newOrNext());
    if (lane.failure) throw lane.failure;
    lane.current = Promise.withResolvers();
    const buffers = new Set(batch.columns.flatMap((column) => (column instanceof Float32Array ? [column.buffer] : [])));
    lane.worker.postMessage({ type: 'score', batch } satisfies ToScoringThread, [...buffers]);
    try {
      return await lane.current.promise;
    } finally {
      lane.current = null;
      const next = this.#waiting.shift();
      if (next) next(lane);
      else this.#free.push(lane);
    }
  }

  /** Resolves when all threads have ended, each after the batch that it is at. */
  async close(): Promise<void> {
    for (const { worker } of this.#lanes) worker.postMessage({ type: 'end' } satisfies ToScoringThread);
    await Promise.all(this.#lanes.map(({ ended }) => ended));
  }

  #newOrNext(): Lane | Promise<Lane> {
    if (this.#lanes.length < this.#mostThreads) return this.#open({ served: this.#served });
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #open(workerData: ScoringThreadInput): Lane {
    const worker = new Worker(processEntry('scoring-thread'), { workerData, resourceLimits });
    const lane: Lane = { worker, ended: once(worker, 'exit').catch(() => {}), current: null, failure: null };
    const bury = (error: unknown) => {
      lane.failure ??= error;
      lane.current?.reject(error);
    };
    this.#lanes.push(lane);
    worker.on('message', (message: FromScoringThread) => {
      if (message.type === 'answered') lane.current?.resolve(message.answers);
      else lane.current?.reject(errorFromReport(message.error));
    });
    worker.on('error', bury);
    worker.on('exit', () => bury(new GalleyError('job.process_died', 'A thread that scored rows ended by itself.')));
    return lane;
  }
}
