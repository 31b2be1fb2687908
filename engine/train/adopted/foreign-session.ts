import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { processEntry } from '../../base/entry.ts';
import { GalleyError } from '../../base/errors.ts';

/** A tensor as it goes from thread to thread. */
export interface PlainTensor {
  /** As ONNX Runtime names it. */
  type: 'float32' | 'float64' | 'int64' | 'int32' | 'bool' | 'string' | (string & {});
  data: Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array | readonly string[];
  dims: readonly number[];
}

export interface SessionStart {
  onnx: Uint8Array;
  port: MessagePort;
  /** Set to 1 and notified with every answer. */
  answered: Int32Array<SharedArrayBuffer>;
}

export type SessionAnswer = { outputs: Record<string, PlainTensor> } | { error: string };

export interface SessionLimits {
  /** For one answer. */
  milliseconds: number;
  /** By which the memory of the whole process may grow for one answer. */
  bytes: number;
}

const usualLimits: SessionLimits = { milliseconds: 120_000, bytes: 4 * 2 ** 30 };
const lookedMilliseconds = 100;

/**
 * A graph from elsewhere in a thread of its own, asked as if it were a function: the caller's thread waits for each answer.
 * Only in processes that have nothing else to do.
 */
export class ForeignSession {
  readonly #port: MessagePort;
  readonly #answered = new Int32Array(new SharedArrayBuffer(4));
  readonly #limits: SessionLimits;

  constructor(onnx: Uint8Array, limits = usualLimits) {
    this.#limits = limits;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const start: SessionStart = { onnx, port: port2, answered: this.#answered };
    const worker = new Worker(processEntry('foreign-session'), { workerData: start, transferList: [port2] });
    worker.unref();
    port1.unref();
  }

  /** @throws GalleyError `train.adopted_failed` where ONNX Runtime cannot run it, or takes too long or too much memory. */
  run(feeds: Record<string, PlainTensor>): Record<string, PlainTensor> {
    Atomics.store(this.#answered, 0, 0);
    this.#port.postMessage({ ...feeds });
    const excess = this.#wait();
    if (excess !== undefined) endWithProcess();
    const answer = excess === undefined ? (receiveMessageOnPort(this.#port)?.message as SessionAnswer) : undefined;
    if (answer !== undefined && 'outputs' in answer) return answer.outputs;
    const why = excess ?? answer?.error ?? 'it gave no answer';
    throw new GalleyError('train.adopted_failed', `The model from elsewhere could not be run: ${why}`);
  }

  /** Waits for an answer, or for what it takes too much of. */
  #wait(): string | undefined {
    const { milliseconds, bytes } = this.#limits;
    const until = performance.now() + milliseconds;
    const most = process.memoryUsage.rss() + bytes;
    while (Atomics.wait(this.#answered, 0, 0, lookedMilliseconds) === 'timed-out') {
      if (performance.now() > until) return `it took more than ${milliseconds / 1000} seconds`;
      if (process.memoryUsage.rss() > most) return `it took more than ${Math.round(bytes / 2 ** 20)} MiB of memory`;
    }
    return undefined;
  }
}

/** A thread that runs a graph cannot be stopped, and an orderly end of the process would wait for it. */
function endWithProcess(): void {
  process.once('exit', () => process.kill(process.pid, 'SIGKILL'));
}
