import { type MessagePort, parentPort, Worker } from 'node:worker_threads';
import { processEntry, processEnvironment } from '../base/entry.ts';
import { errorFromReport, GalleyError, reportError } from '../base/errors.ts';
import type { ErrorReport } from '../contract/errors.ts';
import type { ServedVersion } from '../contract/serving.ts';
import type { Answers } from './batcher.ts';
import type { InputValue } from './field-rule.ts';
import { ModelGraph } from './model-graph.ts';

/** What the entry of the server runs in a thread that computes a model. */
export interface ModelThreadData {
  role: 'model';
  served: ServedVersion;
}

type Order = { type: 'run'; id: number; rows: readonly InputValue[][] } | { type: 'end' };
type Report = { id: number; answers: Answers } | { id: number; error: ErrorReport };

interface Waiting {
  worker: Worker;
  resolve(answers: Answers): void;
  reject(error: Error): void;
}

/** A model that is computed in a thread of its own, so that other work goes on while it is. */
export class ModelThread {
  readonly #served: ServedVersion;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #ended: Promise<void> = Promise.resolve();
  #released = false;
  #numbers = 0;

  constructor(served: ServedVersion) {
    this.#served = served;
  }

  /**
   * As `ModelGraph.runRows`. A thread that was lost is replaced by the next call.
   * @throws GalleyError `serving.model_unreadable`, `serving.model_mismatch`, `serving.model_failed`, `serving.stopping` after the release
   */
  async runRows(rows: readonly InputValue[][]): Promise<Answers> {
    if (this.#released) throw new GalleyError('serving.stopping', 'The model is not served any more.');
    const id = ++this.#numbers;
    this.#worker ??= this.#started();
    const worker = this.#worker;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { worker, resolve, reject });
      worker.postMessage({ type: 'run', id, rows } satisfies Order);
    });
  }

  /** Resolves when the thread has ended, after what it was asked for: it is never terminated, which within a call of ONNX Runtime would abort the process. */
  release(): Promise<void> {
    this.#released = true;
    this.#worker?.postMessage({ type: 'end' } satisfies Order);
    this.#worker = null;
    return this.#ended;
  }

  #started(): Worker {
    const workerData: ModelThreadData = { role: 'model', served: this.#served };
    const worker = new Worker(processEntry('serving'), { env: processEnvironment(), workerData });
    worker.on('message', (report: Report) => this.#receive(report));
    worker.on('error', (error) => this.#lost(worker, error));
    this.#ended = new Promise((resolve) => {
      worker.on('exit', () => {
        this.#lost(worker, new Error('its thread has ended'));
        resolve();
      });
    });
    return worker;
  }

  #receive(report: Report): void {
    const waiting = this.#waiting.get(report.id);
    this.#waiting.delete(report.id);
    if ('answers' in report) waiting?.resolve(report.answers);
    else waiting?.reject(errorFromReport(report.error));
  }

  #lost(worker: Worker, cause: Error): void {
    if (this.#worker === worker) this.#worker = null;
    const error = new GalleyError('serving.model_failed', `The model failed: ${cause.message}`, { cause });
    for (const [id, waiting] of this.#waiting) {
      if (waiting.worker !== worker) continue;
      this.#waiting.delete(id);
      waiting.reject(error);
    }
  }
}

/** The thread's side of `ModelThread`. */
export function runModelThread({ served }: ModelThreadData): void {
  const port = parentPort as MessagePort;
  const graph = ModelGraph.open(served);
  // Each call is told of it.
  graph.catch(() => {});
  let turn: Promise<void> = Promise.resolve();
  port.on('message', (order: Order) => {
    turn = turn.then(() => (order.type === 'end' ? end() : run(order)));
  });

  async function run({ id, rows }: Extract<Order, { type: 'run' }>): Promise<void> {
    try {
      const answers = await (await graph).runRows(rows);
      port.postMessage({ id, answers } satisfies Report);
    } catch (error) {
      port.postMessage({ id, error: reportError(error) } satisfies Report);
    }
  }

  async function end(): Promise<void> {
    await graph.then((open) => open.release()).catch(() => {});
    port.close();
  }
}
