import type { Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { GalleyError } from '../base/errors.ts';
import { errorAnswer } from './http-answer.ts';

/** Node's codes of what a request can be broken by, and how each is told. Everything else is not HTTP. */
const faults: Readonly<Record<string, { statusLine: string; error(): GalleyError }>> = {
  ERR_HTTP_REQUEST_TIMEOUT: {
    statusLine: '408 Request Timeout',
    error: () => new GalleyError('serving.request_timeout', 'The request did not come in whole in time.'),
  },
  HPE_HEADER_OVERFLOW: {
    statusLine: '431 Request Header Fields Too Large',
    error: () => new GalleyError('serving.invalid_http', 'The head of the request is larger than 16 KiB.'),
  },
};

/** Requests that never become whole: bytes that are not HTTP, and those that come too slowly (a slow loris). */
export class BrokenRequests {
  readonly #answered: (status: number) => void;
  readonly #responses = new WeakMap<Duplex, ServerResponse>();
  readonly #endless = new WeakSet<Duplex>();
  readonly #cut = new WeakSet<Duplex>();

  /** @param answered is told the status of each that gets an answer */
  constructor(server: Server, answered: (status: number) => void) {
    this.#answered = answered;
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => this.#refuse(error, socket));
  }

  /** Notes a request whose head is there, and what will answer it. */
  began(response: ServerResponse): void {
    this.#responses.set(response.req.socket, response);
    this.#endless.delete(response.req.socket);
  }

  /** The request of this connection may take any time. */
  allowAnyTime(socket: Duplex): void {
    this.#endless.add(socket);
  }

  /** Whether the request of this connection was refused here, so that nothing else answers it. */
  wasCut(socket: Duplex): boolean {
    return this.#cut.has(socket);
  }

  /** Whether the request that comes in on this connection is being answered, or was. */
  #hasAnswer(socket: Duplex): boolean {
    const response = this.#responses.get(socket);
    return response?.headersSent === true && !(response.writableFinished && response.req.complete);
  }

  /** Answers in the form of all errors, unless an answer has begun already, and closes the connection. */
  #refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
    const isTooSlow = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
    if (isTooSlow && this.#endless.has(socket)) return;
    if (error.code === 'ECONNRESET' || !socket.writable || this.#hasAnswer(socket)) {
      socket.destroy();
      return;
    }
    this.#cut.add(socket);
    const { statusLine, error: fault } = faults[error.code ?? ''] ?? notHttp(error);
    const { body } = errorAnswer(fault());
    this.#answered(Number.parseInt(statusLine, 10));
    const head = `HTTP/1.1 ${statusLine}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}`;
    socket.end(`${head}\r\nConnection: close\r\n\r\n${body}`, () => socket.destroy());
  }
}

function notHttp({ message }: Error) {
  return {
    statusLine: '400 Bad Request',
    error: () => new GalleyError('serving.invalid_http', `The request cannot be read: ${message}`),
  };
}
