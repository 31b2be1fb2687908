import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../base/clock.ts';
import { processEntry, processEnvironment } from '../base/entry.ts';
import { errorFromReport, GalleyError } from '../base/errors.ts';
import type { ErrorReport } from '../contract/errors.ts';
import type { ServingSettings } from './config.ts';
import type { HttpAnswer, TextAnswer } from './http-answer.ts';
import { largeBytes, readBytes } from './http-body.ts';
import { type HttpCall, type HttpProtocol, type HttpRoute, pathOf } from './http-routes.ts';
import type { VersionOutcome } from './live-version.ts';
import type { Activation } from './served-model.ts';

/** Large requests that may wait; each holds its body. */
const mostWaiting = 16;
/** A thread that was not asked for so long ends, and gives back the memory of its models. */
const idleMilliseconds = 60_000;

/** What a thread needs to answer as the server does. */
export interface ThreadState {
  settings: ServingSettings;
  models: { model: string; activation: Activation }[];
}

/** To the thread. A state holds for the calls behind it. */
export type ThreadOrder =
  | { type: 'state'; state: ThreadState }
  | {
      type: 'call';
      id: number;
      url: string;
      headers: IncomingMessage['headers'];
      receipt: { id?: string; at: number; age: number };
      body: Uint8Array;
    }
  | { type: 'end' };

/** From the thread. */
export type ThreadReport =
  | { type: 'answer'; id: number; answer: TextAnswer }
  | { type: 'failed'; id: number; error: ErrorReport }
  | { type: 'records'; model: string; records: string[] }
  | { type: 'outcome'; model: string; version: number; outcome: VersionOutcome }
  | { type: 'batch'; rows: number };

export interface LargeRequestsOptions {
  state(): ThreadState;
  clock: Clock;
  /** Is told what the thread did: its records are to be logged, its figures counted. */
  reported(report: Exclude<ThreadReport, { type: 'answer' | 'failed' }>): void;
}

interface Waiting {
  resolve(answer: TextAnswer): void;
  reject(error: Error): void;
}

/** Has large requests answered by the same protocols in a thread of its own, so that small ones stay quick. */
export class LargeRequests {
  readonly #options: LargeRequestsOptions;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #idle: NodeJS.Timeout | null = null;
  #numbers = 0;

  constructor(options: LargeRequestsOptions) {
    this.#options = options;
  }

  /** A protocol whose large prediction requests are answered in the thread. */
  around(protocol: HttpProtocol): HttpProtocol {
    const routes = protocol.routes.map((route) =>
      route.predicts ? { ...route, answer: (call: HttpCall) => this.#answer(route, call) } : route,
    );
    return { ...protocol, routes };
  }

  /** The state has changed: a thread that runs takes it over. */
  changed(): void {
    if (this.#worker) this.#order({ type: 'state', state: this.#options.state() });
  }

  /** Resolves when the thread has answered what it was asked and has ended. */
  async stop(): Promise<void> {
    const worker = this.#worker;
    if (!worker) return;
    const gone = new Promise((resolve) => worker.once('exit', resolve));
    this.#end();
    await gone;
  }

  #answer(route: HttpRoute, call: HttpCall): HttpAnswer | Promise<HttpAnswer> {
    const length = Number(call.request.headers['content-length']);
    const isKnown = length <= largeBytes || length > this.#options.state().settings.limits.bodyBytes;
    return isKnown ? route.answer(call) : this.#answerBody(route, call);
  }

  async #answerBody(route: HttpRoute, call: HttpCall): Promise<HttpAnswer> {
    const { request, receipt } = call;
    const { settings } = this.#options.state();
    const body = await readBytes(request, settings.limits.bodyBytes);
    if (body.length <= largeBytes) return route.answer({ ...call, request: bodyAsRequest(body, request.headers) });
    if (this.#waiting.size >= mostWaiting) {
      throw new GalleyError('serving.overloaded', `${this.#waiting.size} large requests wait already.`);
    }
    const { id: requestId, at, monotonic } = receipt;
    const age = this.#options.clock.monotonic() - monotonic;
    const id = ++this.#numbers;
    this.#start();
    return new Promise<TextAnswer>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      const { headers, url = pathOf(request) } = request;
      this.#order({ type: 'call', id, url, headers, receipt: { id: requestId, at, age }, body });
    });
  }

  #start(): void {
    if (this.#idle) clearTimeout(this.#idle);
    if (this.#worker) return;
    const worker = new Worker(processEntry('serving'), { env: processEnvironment() });
    this.#worker = worker;
    worker.on('message', (report: ThreadReport) => this.#receive(report));
    worker.on('error', (error) => this.#lost(worker, error));
    worker.on('exit', () => this.#lost(worker, new Error('The thread for large requests has ended.')));
    this.changed();
  }

  #receive(report: ThreadReport): void {
    if (report.type !== 'answer' && report.type !== 'failed') {
      this.#options.reported(report);
      return;
    }
    const waiting = this.#waiting.get(report.id);
    this.#waiting.delete(report.id);
    if (report.type === 'answer') waiting?.resolve(report.answer);
    else waiting?.reject(errorFromReport(report.error));
    if (this.#waiting.size === 0) this.#idle = setTimeout(() => this.#end(), idleMilliseconds).unref();
  }

  /** A thread is never terminated: within a call of ONNX Runtime that would end the whole process. */
  #end(): void {
    if (this.#idle) clearTimeout(this.#idle);
    this.#order({ type: 'end' });
    // What comes now is for another thread.
    this.#worker = null;
  }

  #lost(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  #order(order: ThreadOrder): void {
    const isWhole = order.type === 'call' && order.body.byteLength === order.body.buffer.byteLength;
    this.#worker?.postMessage(order, isWhole ? [order.body.buffer as ArrayBuffer] : []);
  }
}

/** A body that was read already, in the form in which the protocols read it. */
export function bodyAsRequest(body: Uint8Array, headers: IncomingMessage['headers']): IncomingMessage {
  return Object.assign(Readable.from([Buffer.from(body.buffer, body.byteOffset, body.byteLength)]), {
    headers,
  }) as unknown as IncomingMessage;
}
