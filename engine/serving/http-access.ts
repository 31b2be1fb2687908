import type { IncomingMessage } from 'node:http';
import type { Clock } from '../base/clock.ts';
import { GalleyError } from '../base/errors.ts';
import { isLoopback, loopbackUrlHosts } from '../contract/network-access.ts';
import { ApiKeys, type KeyUse } from './api-keys.ts';
import { needsKey, type ServingSettings } from './config.ts';
import { listedOrigin } from './cross-origin.ts';
import { MachineNames } from './machine-names.ts';
import { RateLimit } from './rate-limit.ts';

/** The probes, and the page that asks for the key. */
const openPaths = new Set(['/livez', '/readyz', '/docs', '/docs/page.js', '/docs/page.css']);

/** Decides who may call, and how often. */
export class HttpAccess {
  readonly #loopback: boolean;
  /** On loopback: every Host header that names this server. */
  #authorities: ReadonlySet<string> = new Set();
  readonly #keys: ApiKeys;
  readonly #machine = new MachineNames();
  readonly #limit = new RateLimit();
  #settings: ServingSettings;

  constructor(settings: ServingSettings, clock: Clock) {
    this.#loopback = isLoopback(settings.host);
    this.#keys = new ApiKeys(clock);
    this.#settings = settings;
    this.configure(settings);
  }

  /** By the names of keys. */
  get keyUses(): ReadonlyMap<string, KeyUse> {
    return this.#keys.uses;
  }

  /** Nobody may call before the port is known. */
  opened(port: number): void {
    this.#authorities = loopbackAuthorities(port);
  }

  configure(settings: ServingSettings): void {
    this.#settings = settings;
    this.#keys.replace(settings.keys, settings.token);
  }

  /**
   * The Host header must name this server: on loopback exactly (a page whose DNS name was pointed at 127.0.0.1 has its
   * own name there), on the network by one of the names in the config, where there are any. An Origin header, which
   * browsers send, must be this server's or a listed one.
   * @returns the listed origin, where the request has one
   * @throws GalleyError `serving.origin_refused`
   */
  checkOrigin(request: IncomingMessage): string | undefined {
    const { host, origin } = request.headers;
    if (host === undefined || !this.#isNamed(host.toLowerCase())) {
      throw new GalleyError('serving.origin_refused', `The Host header ${shown(host)} is not this server.`);
    }
    if (origin === undefined || origin === `http://${host}`) return undefined;
    // Before a server on the network there may be a proxy that speaks TLS.
    if (!this.#loopback && origin === `https://${host}`) return undefined;
    const listed = listedOrigin(request, this.#settings.cors.origins);
    if (listed !== undefined) return listed;
    throw new GalleyError('serving.origin_refused', `The Origin header ${shown(origin)} is not this server.`);
  }

  /**
   * The caller must have a key where one is needed, and not ask too often; probes are open to all.
   * @param now monotonic milliseconds
   * @returns the name of the key, null where the caller is known by its address only
   * @throws GalleyError `serving.token_missing`, `serving.too_many_requests`
   */
  checkCaller(request: IncomingMessage, path: string, now: number): string | null {
    if (openPaths.has(path)) return null;
    const name = this.#keys.use(request.headers.authorization);
    if (name === null && needsKey(this.#settings))
      throw new GalleyError('serving.token_missing', 'The request carries no valid key.');
    const wait = this.#take(request, name, now);
    if (wait > 0) throw tooManyRequests(this.#settings.limits.requestsPerMinute, wait);
    return name;
  }

  /**
   * Counts a part of a request that counts as much as one, of a caller who was let in.
   * @param key its name, null where the caller is known by its address only
   * @param now monotonic milliseconds
   * @returns milliseconds until the caller may have one; 0 where it was counted
   * @throws GalleyError `serving.token_missing` where the key was revoked meanwhile, or one is needed by now
   */
  takeMore(request: IncomingMessage, key: string | null, now: number): number {
    const isLetIn = key === null ? !needsKey(this.#settings) : this.#keys.nameOf(request.headers.authorization) === key;
    if (!isLetIn) throw new GalleyError('serving.token_missing', 'The key of this request is not valid any more.');
    return this.#take(request, key, now);
  }

  #take({ socket }: IncomingMessage, key: string | null, now: number): number {
    const caller = key === null ? `from ${socket.remoteAddress}` : `key ${key}`;
    return this.#limit.take(caller, this.#settings.limits.requestsPerMinute, now);
  }

  #isNamed(host: string): boolean {
    if (this.#loopback) return this.#authorities.has(host);
    const { names } = this.#settings;
    if (names.length === 0) return true;
    const name = host.replace(/:\d+$/, '');
    return names.includes(name) || loopbackUrlHosts.includes(name) || this.#machine.has(name);
  }
}

function tooManyRequests(perMinute: number, wait: number): GalleyError {
  const retryAfterSeconds = Math.ceil(wait / 1000);
  return new GalleyError('serving.too_many_requests', `The caller sent more than ${perMinute} requests a minute.`, {
    details: { requestsPerMinute: perMinute, retryAfterSeconds },
  });
}

function loopbackAuthorities(port: number): Set<string> {
  return new Set(loopbackUrlHosts.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`])));
}

function shown(header: string | undefined): string {
  return header === undefined ? '(none)' : JSON.stringify(header.slice(0, 80));
}
