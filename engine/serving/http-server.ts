import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Clock } from '../base/clock.ts';
import { GalleyError, reportError } from '../base/errors.ts';
import type { KeyUse } from './api-keys.ts';
import { BrokenRequests } from './broken-requests.ts';
import type { ServingSettings } from './config.ts';
import { corsHeaders, isPreflight, preflightAnswer } from './cross-origin.ts';
import { HttpAccess } from './http-access.ts';
import { type HttpAnswer, sendAnswer } from './http-answer.ts';
import { listen } from './http-listen.ts';
import {
  type FoundRoute,
  type HttpCall,
  type HttpRoute,
  type HttpRoutes,
  pathOf,
  requireRoute,
} from './http-routes.ts';

export interface HttpServerOptions {
  settings: ServingSettings;
  routes: HttpRoutes;
  clock: Clock;
  /** Is told of each answer; the route is null where there is none of the path. */
  answered(route: HttpRoute | null, status: number, milliseconds: number, rows: number): void;
  /** Is told of errors that nobody expected. */
  failed(error: unknown): void;
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
    this.#broken = new BrokenRequests(this.#server, (status) => options.answered(null, status, 0, 0));
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
    const { host, port } = this.#settings;
    this.#port = await listen(this.#server, host, port);
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
    const { clock, routes, answered } = this.#options;
    const receipt = { at: clock.now(), monotonic: clock.monotonic() };
    const path = pathOf(request);
    const found = routes.find(path);
    this.#broken.began(response);
    let answer: HttpAnswer;
    let origin: string | undefined;
    try {
      origin = this.#access.checkOrigin(request);
      answer =
        origin !== undefined && isPreflight(request)
          ? preflightAnswer(request)
          : await this.#answer({ request, receipt, parameters: found.parameters }, found, path);
    } catch (error) {
      answer = found.protocol.refusal(this.#shown(error));
    }
    if (this.#broken.wasCut(request.socket)) return;
    if (origin !== undefined) answer = { ...answer, headers: { ...answer.headers, ...corsHeaders(origin) } };
    answered(found.route, answer.status, clock.monotonic() - receipt.monotonic, answer.rows ?? 0);
    sendAnswer(request, response, answer, this.#stopping);
  }

  #answer(call: HttpCall, found: FoundRoute, path: string): HttpAnswer | Promise<HttpAnswer> {
    this.#access.checkCaller(call.request, path, call.receipt.monotonic);
    const route = requireRoute(found, path, call.request.method);
    if (route.endless) this.#broken.allowAnyTime(call.request.socket);
    return route.answer(call);
  }

  /** What callers may see of an error: nothing of the insides of one that nobody expected. */
  #shown(thrown: unknown): unknown {
    if (reportError(thrown).code !== 'internal.bug') return thrown;
    this.#options.failed(thrown);
    return new GalleyError('internal.bug', 'The server met an error that it did not expect; its log says more.');
  }
}
