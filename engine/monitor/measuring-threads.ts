import { Worker } from 'node:worker_threads';
import { processEntry } from '../base/entry.ts';
import { GalleyError } from '../base/errors.ts';
import { throwIfAborted } from '../store/duck.ts';
import type { MeasuringTask, measuringTasks } from './measuring-tasks.ts';

type InputOf<Task extends MeasuringTask> = Parameters<(typeof measuringTasks)[Task]>[0];
type OutputOf<Task extends MeasuringTask> = ReturnType<(typeof measuringTasks)[Task]>;

/** How long a thread without work is kept: its start takes longer than most measurements. */
const idleMilliseconds = 60_000;

/** Threads that measure, so that other calls are answered meanwhile. One without work waits for more for a while. */
export class MeasuringThreads {
  #idle: Worker | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #busy = new Set<Worker>();

  /** The thread ends when the signal comes. @throws GalleyError `call.canceled` */
  async measure<Task extends MeasuringTask>(
    task: Task,
    input: InputOf<Task>,
    signal?: AbortSignal,
  ): Promise<OutputOf<Task>> {
    throwIfAborted(signal);
    const worker = this.#take();
    const end = () => void worker.terminate();
    signal?.addEventListener('abort', end, { once: true });
    try {
      const output = await answerOf(worker, { task, input });
      this.#keep(worker);
      return output as OutputOf<Task>;
    } catch (error) {
      void worker.terminate();
      throwIfAborted(signal);
      throw error;
    } finally {
      signal?.removeEventListener('abort', end);
      this.#busy.delete(worker);
    }
  }

  /** Ends all threads. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    const workers = [...this.#busy, ...(this.#idle ? [this.#idle] : [])];
    this.#idle = undefined;
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  #take(): Worker {
    const worker = this.#idle ?? new Worker(processEntry('monitor-measure'));
    this.#idle = undefined;
    clearTimeout(this.#timer);
    worker.ref();
    this.#busy.add(worker);
    return worker;
  }

  /** One is enough; it does not keep the engine from ending. */
  #keep(worker: Worker): void {
    if (this.#idle) return void worker.terminate();
    this.#idle = worker;
    worker.unref();
    this.#timer = setTimeout(() => void this.#letGo(), idleMilliseconds).unref();
  }

  async #letGo(): Promise<void> {
    const worker = this.#idle;
    this.#idle = undefined;
    await worker?.terminate();
  }
}

function answerOf(worker: Worker, message: { task: MeasuringTask; input: unknown }): Promise<unknown> {
  const listening = new AbortController();
  return new Promise((resolve, reject) => {
    const listen = (event: string, listener: (value: unknown) => void) => {
      worker.on(event, listener);
      listening.signal.addEventListener('abort', () => worker.off(event, listener));
    };
    listen('message', resolve);
    listen('error', reject);
    listen('exit', (code) => {
      const text = `The thread that measured the ${message.task} ended with ${code}.`;
      reject(new GalleyError('job.process_died', text));
    });
    worker.postMessage(message);
  }).finally(() => listening.abort());
}
