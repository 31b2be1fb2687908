import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { GalleyError } from '../base/errors.ts';

/** The probes, and the page that asks for the token. */
const openPaths = new Set(['/livez', '/readyz', '/docs', '/docs/page.js', '/docs/page.css']);

/** Decides who may call. It is made once the port is known. */
export class HttpAccess {
  /** Null where the server is open to the network: then the token decides. */
  readonly #hosts: ReadonlySet<string> | null;
  readonly #tokenHash: Buffer | null;

  constructor(port: number, loopback: boolean, token: string | null) {
    this.#hosts = loopback ? loopbackAuthorities(port) : null;
    this.#tokenHash = token === null ? null : sha256(`Bearer ${token}`);
  }

  /**
   * On loopback the Host header must name this server (a page whose DNS name was pointed at 127.0.0.1 has its own name
   * there), and an Origin header, which browsers send, must be this server's.
   * @throws GalleyError `serving.origin_refused`, `serving.token_missing`
   */
  check(request: IncomingMessage, path: string): void {
    const { host, origin, authorization } = request.headers;
    if (this.#hosts && !(host !== undefined && this.#hosts.has(host.toLowerCase()))) {
      throw new GalleyError('serving.origin_refused', `The Host header ${shown(host)} is not this server.`);
    }
    if (origin !== undefined && origin !== `http://${host}`) {
      throw new GalleyError('serving.origin_refused', `The Origin header ${shown(origin)} is not this server.`);
    }
    if (!this.#tokenHash || openPaths.has(path)) return;
    if (authorization === undefined || !timingSafeEqual(sha256(authorization), this.#tokenHash)) {
      throw new GalleyError('serving.token_missing', 'The request carries no valid token.');
    }
  }
}

function loopbackAuthorities(port: number): Set<string> {
  const names = ['127.0.0.1', 'localhost', '[::1]'];
  return new Set(names.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`])));
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function shown(header: string | undefined): string {
  return header === undefined ? '(none)' : JSON.stringify(header.slice(0, 80));
}
