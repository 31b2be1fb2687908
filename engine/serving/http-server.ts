import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '../base/clock.ts';
import { GalleyError } from '../base/errors.ts';
import { isLoopback } from './config.ts';
import { HttpAccess } from './http-access.ts';
import { errorAnswer, type HttpAnswer, sendAnswer } from './http-answer.ts';
import { listen } from './http-listen.ts';
import { type HttpRoute, type HttpRoutes, pathOf, requireRoute } from './http-routes.ts';

export interface HttpServerOptions {
  host: string;
  port: number;
  token: string | null;
  routes: HttpRoutes;
  clock: Clock;
  /** Is told of each answer; the route is null where there is none of the path. */
  answered(route: HttpRoute | null, status: number, milliseconds: number, rows: number): void;
}

/** Longer than a client keeps an idle connection, so that none is closed under a request. */
const keepAliveMilliseconds = 72_000;
const requestMilliseconds = 60_000;

/** The HTTP side of the server: access, routes, answers, an end without a cut request. */
export class HttpServer {
  readonly #options: HttpServerOptions;
  readonly #server: Server;
  #access: HttpAccess | null = null;
  #port = 0;
  #stopping = false;
  readonly #endless = new WeakSet<Duplex>();

  constructor(options: HttpServerOptions) {
    this.#options = options;
    this.#server = createServer(
      { keepAliveTimeout: keepAliveMilliseconds, requestTimeout: requestMilliseconds },
      (request, response) => void this.#handle(request, response),
    );
    this.#server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      const mayGoOn = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && this.#endless.has(socket);
      if (!mayGoOn) refuseBytes(error, socket);
    });
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    const { host } = this.#options;
    return `http://${host.includes(':') ? `[${host}]` : host}:${this.#port}`;
  }

  /** @throws GalleyError `serving.no_free_port` */
  async open(): Promise<void> {
    const { host, port, token } = this.#options;
    this.#port = await listen(this.#server, host, port);
    this.#access = new HttpAccess(this.#port, isLoopback(host), token);
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
    const { protocol, route, parameters } = found;
    let answer: HttpAnswer;
    try {
      this.#access?.check(request, path);
      const asked = requireRoute(found, path, request.method);
      if (asked.endless) this.#endless.add(request.socket);
      answer = await asked.answer({ request, receipt, parameters });
    } catch (error) {
      answer = protocol.refusal(error);
    }
    answered(route, answer.status, clock.monotonic() - receipt.monotonic, answer.rows ?? 0);
    sendAnswer(request, response, answer, this.#stopping);
  }
}

/** Answers bytes that are not HTTP, in the form of all errors. */
function refuseBytes(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { body } = errorAnswer(new GalleyError('serving.invalid_http', `The request cannot be read: ${error.message}`));
  const head = `HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}`;
  socket.end(`${head}\r\nConnection: close\r\n\r\n${body}`);
}
