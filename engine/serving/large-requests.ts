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
import type { TakenRows } from './profiles/row-profile.ts';
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
      receipt: { id: string; at: number; age: number };
      body: Uint8Array;
    }
  /** When all is answered. */
  | { type: 'end' }
  /** As soon as ONNX Runtime is not at work. */
  | { type: 'abandon' };

/** From the thread. */
export type ThreadReport =
  | { type: 'answer'; id: number; answer: TextAnswer }
  | { type: 'failed'; id: number; error: ThreadError }
  /** The state could not be taken, so that the body goes back unread. */
  | { type: 'declined'; id: number; body: Uint8Array }
  | { type: 'unable'; error: ThreadError }
  | { type: 'records'; model: string; records: string[] }
  | { type: 'profile'; model: string; version: number; rows: TakenRows }
  | { type: 'outcome'; model: string; version: number; outcome: VersionOutcome }
  | { type: 'batch'; rows: number };

/** An error with the stack that it had in the thread. */
export interface ThreadError {
  report: ErrorReport;
  stack: string | undefined;
}

export interface LargeRequestsOptions {
  state(): ThreadState;
  clock: Clock;
  /** Is told what the thread did: its records are to be logged, its rows and figures counted. */
  reported(report: Extract<ThreadReport, { type: 'records' | 'profile' | 'outcome' | 'batch' }>): void;
  /** Is told why the thread cannot answer with what is live now; large requests are answered beside the small ones then. */
  unable(error: Error): void;
}

interface Waiting {
  worker: Worker;
  /** Answers without a thread. */
  answerHere(body: Uint8Array): Promise<HttpAnswer>;
  resolve(answer: HttpAnswer | Promise<HttpAnswer>): void;
  reject(error: Error): void;
}

/** Has large requests answered by the same protocols in a thread of its own, so that small ones stay quick. */
export class LargeRequests {
  readonly #options: LargeRequestsOptions;
  readonly #waiting = new Map<number, Waiting>();
  /** Also those that are to end. */
  readonly #workers = new Set<Worker>();
  /** The one that takes requests. */
  #worker: Worker | null = null;
  #idle: NodeJS.Timeout | null = null;
  #numbers = 0;
  #stopped = false;

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
    if (this.#worker) this.#order(this.#worker, { type: 'state', state: this.#options.state() });
  }

  /**
   * Gives up what is not answered yet. Resolves when all threads have ended: at once, or when the call of ONNX Runtime
   * returns that they are in.
   */
  async stop(): Promise<void> {
    this.#stopped = true;
    const ended = [...this.#workers].map((worker) => new Promise((resolve) => worker.once('exit', resolve)));
    for (const worker of this.#workers) this.#order(worker, { type: 'abandon' });
    this.#worker = null;
    for (const { reject } of this.#waiting.values()) reject(stopping());
    this.#waiting.clear();
    await Promise.all(ended);
  }

  #answer(route: HttpRoute, call: HttpCall): HttpAnswer | Promise<HttpAnswer> {
    const length = Number(call.request.headers['content-length']);
    const isKnown = length <= largeBytes || length > this.#options.state().settings.limits.bodyBytes;
    return isKnown ? route.answer(call) : this.#answerBody(route, call);
  }

  async #answerBody(route: HttpRoute, call: HttpCall): Promise<HttpAnswer> {
    const { request, receipt } = call;
    const { settings } = this.#options.state();
    const answerHere = async (bytes: Uint8Array) =>
      route.answer({ ...call, request: bodyAsRequest(bytes, request.headers) });
    const body = await readBytes(request, settings.limits.bodyBytes);
    if (body.length <= largeBytes) return answerHere(body);
    if (this.#stopped) throw stopping();
    if (this.#waiting.size >= mostWaiting) {
      throw new GalleyError('serving.overloaded', `${this.#waiting.size} large requests wait already.`);
    }
    const { id: requestId, at, monotonic } = receipt;
    const age = this.#options.clock.monotonic() - monotonic;
    const id = ++this.#numbers;
    const worker = this.#started();
    return new Promise<HttpAnswer>((resolve, reject) => {
      this.#waiting.set(id, { worker, answerHere, resolve, reject });
      const { headers, url = pathOf(request) } = request;
      this.#order(worker, { type: 'call', id, url, headers, receipt: { id: requestId, at, age }, body });
    });
  }

  #started(): Worker {
    this.#stayAwake();
    if (this.#worker) return this.#worker;
    const worker = new Worker(processEntry('serving'), { env: processEnvironment() });
    this.#workers.add(worker);
    this.#worker = worker;
    worker.on('message', (report: ThreadReport) => this.#receive(worker, report));
    worker.on('error', (error) => this.#lost(worker, error));
    worker.on('exit', () => {
      this.#workers.delete(worker);
      this.#lost(worker, new Error('The thread for large requests has ended.'));
    });
    this.changed();
    return worker;
  }

  #receive(worker: Worker, report: ThreadReport): void {
    switch (report.type) {
      case 'answer':
        this.#taken(report.id)?.resolve(report.answer);
        break;
      case 'failed':
        this.#taken(report.id)?.reject(errorOf(report.error));
        break;
      case 'declined': {
        const waiting = this.#taken(report.id);
        waiting?.resolve(waiting.answerHere(report.body));
        break;
      }
      case 'unable':
        this.#options.unable(errorOf(report.error));
        // The next one may be able to, and with this one the versions go that it still has.
        this.#end(worker);
        break;
      default:
        this.#options.reported(report);
    }
  }

  #taken(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    const worker = this.#worker;
    this.#stayAwake();
    if (this.#waiting.size === 0 && worker) {
      this.#idle = setTimeout(() => this.#end(worker), idleMilliseconds).unref();
    }
    return waiting;
  }

  #stayAwake(): void {
    if (this.#idle) clearTimeout(this.#idle);
  }

  /** A thread is never terminated: within a call of ONNX Runtime that would end the whole process. */
  #end(worker: Worker): void {
    this.#order(worker, { type: 'end' });
    if (this.#worker !== worker) return;
    this.#stayAwake();
    // What comes now is for another thread.
    this.#worker = null;
  }

  #lost(worker: Worker, error: Error): void {
    if (this.#worker === worker) this.#worker = null;
    for (const [id, waiting] of this.#waiting) {
      if (waiting.worker !== worker) continue;
      this.#waiting.delete(id);
      waiting.reject(error);
    }
  }

  #order(worker: Worker, order: ThreadOrder): void {
    worker.postMessage(order, order.type === 'call' ? wholeBuffer(order.body) : []);
  }
}

/** The buffer of bytes, to be handed over, where nothing else lies in it. */
export function wholeBuffer({ buffer, byteLength }: Uint8Array): ArrayBuffer[] {
  return byteLength === buffer.byteLength ? [buffer as ArrayBuffer] : [];
}

function errorOf({ report, stack }: ThreadError): Error {
  return Object.assign(errorFromReport(report), { stack });
}

function stopping(): GalleyError {
  return new GalleyError('serving.stopping', 'The server is ending.');
}

/** A body that was read already, in the form in which the protocols read it. */
export function bodyAsRequest(body: Uint8Array, headers: IncomingMessage['headers']): IncomingMessage {
  return Object.assign(Readable.from([Buffer.from(body.buffer, body.byteOffset, body.byteLength)]), {
    headers,
  }) as unknown as IncomingMessage;
}
