import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Clock } from '../base/clock.ts';
import { GalleyError, reportError } from '../base/errors.ts';
import type { NewId } from '../base/ids.ts';
import type { KeyUse } from './api-keys.ts';
import { BrokenRequests } from './broken-requests.ts';
import type { ServingSettings } from './config.ts';
import { corsHeaders, isPreflight, preflightAnswer } from './cross-origin.ts';
import type { ExchangeListener } from './exchange.ts';
import { HttpAccess } from './http-access.ts';
import { type ExchangeIds, type HttpAnswer, sendAnswer } from './http-answer.ts';
import { listen } from './http-listen.ts';
import { type FoundRoute, type HttpCall, type HttpRoutes, pathOf, requireRoute } from './http-routes.ts';
import { refusalReason } from './row-faults.ts';
import { type TraceContext, traceHeader, traceOf } from './trace-context.ts';

export interface HttpServerOptions {
  settings: ServingSettings;
  routes: HttpRoutes;
  clock: Clock;
  newId: NewId;
  answered: ExchangeListener;
  /** Whether a trace is recorded. */
  isSampled(trace: TraceContext): boolean;
  /** Is told of errors that nobody expected. */
  failed(error: unknown, ids: ExchangeIds): void;
}

/** Longer than a client keeps an idle connection, so that none is closed under a request. */
const keepAliveMilliseconds = 72_000;
/** The head of a request has so long to come in. */
const headMilliseconds = 10_000;
const checkMilliseconds = 500;

/** Where this machine reaches a server that listens at all addresses. */
const ownAddresses: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** The HTTP side of the server: access, routes, answers, an end without a cut request. */
export class HttpServer {
  readonly #options: HttpServerOptions;
  readonly #server: Server;
  readonly #broken: BrokenRequests;
  readonly #access: HttpAccess;
  #settings: ServingSettings;
  #port = 0;
  #stopping = false;

  constructor(options: HttpServerOptions) {
    this.#options = options;
    this.#settings = options.settings;
    this.#server = createServer(
      { keepAliveTimeout: keepAliveMilliseconds, connectionsCheckingInterval: checkMilliseconds },
      (request, response) => void this.#handle(request, response),
    );
    this.#broken = new BrokenRequests(this.#server, (status) => this.#neverWhole(status));
    this.#access = new HttpAccess(options.settings, options.clock);
    this.configure(options.settings);
  }

  get port(): number {
    return this.#port;
  }

  /** As this machine reaches it. */
  get url(): string {
    const host = ownAddresses[this.#settings.host] ?? this.#settings.host;
    return `http://${host.includes(':') ? `[${host}]` : host}:${this.#port}`;
  }

  /** By the names of keys. */
  get keyUses(): ReadonlyMap<string, KeyUse> {
    return this.#access.keyUses;
  }

  /** Host and port stay as they were at the start. */
  configure(settings: ServingSettings): void {
    const { requestMilliseconds, connections } = settings.limits;
    this.#settings = settings;
    this.#access.configure(settings);
    this.#server.requestTimeout = requestMilliseconds;
    this.#server.headersTimeout = Math.min(headMilliseconds, requestMilliseconds);
    this.#server.maxConnections = connections;
  }

  /** @throws GalleyError `serving.no_free_port` */
  async open(): Promise<void> {
    this.#port = await listen(this.#server, this.#settings);
    this.#access.opened(this.#port);
  }

  /** Takes no more connections, answers what was asked, and resolves when the last one is closed. */
  close(): Promise<void> {
    this.#stopping = true;
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  /** Cuts what is still open. */
  cut(): void {
    this.#server.closeAllConnections();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { clock, routes, answered, newId } = this.#options;
    const receipt = { id: newId('req'), at: clock.now(), monotonic: clock.monotonic() };
    const trace = traceOf(request.headers);
    trace.sampled = this.#options.isSampled(trace);
    const path = pathOf(request);
    const found = routes.find(path);
    this.#broken.began(response);
    let answer: HttpAnswer;
    let origin: string | undefined;
    let key: string | null = null;
    let failure: string | null = null;
    let reason: string | null = null;
    try {
      origin = this.#access.checkOrigin(request);
      if (origin !== undefined && isPreflight(request)) answer = preflightAnswer(request);
      else {
        const caller = this.#access.checkCaller(request, path, receipt.monotonic);
        key = caller;
        const takeMore = () => this.#access.takeMore(request, caller, clock.monotonic());
        answer = await this.#answer({ request, receipt, parameters: found.parameters, takeMore }, found, path);
      }
    } catch (error) {
      const ids = { request_id: receipt.id, trace_id: trace.traceId };
      failure = reportError(error).code;
      reason = refusalReason(error);
      answer = found.protocol.refusal(this.#shown(error, ids), ids);
    }
    if (this.#broken.wasCut(request.socket)) return;
    answered({
      requestId: receipt.id,
      trace,
      method: request.method,
      route: found.route,
      status: answer.status,
      receivedAt: receipt.at,
      milliseconds: clock.monotonic() - receipt.monotonic,
      rows: answer.rows ?? 0,
      key,
      error: failure,
      reason,
    });
    const headers = { 'x-request-id': receipt.id, traceparent: traceHeader(trace) };
    const more = origin === undefined ? headers : { ...headers, ...corsHeaders(origin) };
    sendAnswer(request, response, answer, more, this.#stopping);
  }

  #neverWhole(status: number): void {
    const { clock, newId, answered } = this.#options;
    answered({
      requestId: newId('req'),
      trace: traceOf({}),
      method: undefined,
      route: null,
      status,
      receivedAt: clock.now(),
      milliseconds: 0,
      rows: 0,
      key: null,
      error: status === 408 ? 'serving.request_timeout' : 'serving.invalid_http',
      reason: null,
    });
  }

  #answer(call: HttpCall, found: FoundRoute, path: string): HttpAnswer | Promise<HttpAnswer> {
    const route = requireRoute(found, path, call.request.method);
    if (route.endless) this.#broken.allowAnyTime(call.request.socket);
    return route.answer(call);
  }

  /** What callers may see of an error: nothing of the insides of one that nobody expected. */
  #shown(thrown: unknown, ids: ExchangeIds): unknown {
    if (reportError(thrown).code !== 'internal.bug') return thrown;
    this.#options.failed(thrown, ids);
    return new GalleyError('internal.bug', 'The server met an error that it did not expect; its log says more.');
  }
}
