import { hash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { ServedKey } from '../contract/serving.ts';

interface KnownKey {
  name: string;
  hash: Buffer;
}

/** When a key was used for the last time, and how often since the server's start. */
export interface KeyUse {
  /** UTC epoch milliseconds. */
  lastUsedAt: number;
  requests: number;
}

const bearer = /^Bearer +(\S+) *$/i;

/** Knows callers by the key that they send, without knowing the keys themselves: only their sha256. */
export class ApiKeys {
  readonly #clock: Clock;
  /** By name. */
  readonly uses = new Map<string, KeyUse>();
  #keys: readonly KnownKey[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * From now on these are the keys, and no others.
   * @param token a key in clear, known as `token`
   */
  replace(keys: readonly ServedKey[], token: string | null): void {
    const known = keys.map(({ name, sha256 }) => ({ name, hash: Buffer.from(sha256, 'hex') }));
    this.#keys = token === null ? known : [{ name: 'token', hash: sha256(token) }, ...known];
  }

  /** As `nameOf`, which counts as a use of the key. */
  use(authorization: string | undefined): string | null {
    const name = this.nameOf(authorization);
    if (name !== null) this.#used(name);
    return name;
  }

  /**
   * Name of the key in `Bearer <key>`, null where it is none of those known. Each is compared in constant time.
   * @param authorization the request's header
   */
  nameOf(authorization: string | undefined): string | null {
    const key = authorization === undefined ? undefined : bearer.exec(authorization)?.[1];
    if (key === undefined) return null;
    const sent = sha256(key);
    let name: string | null = null;
    for (const known of this.#keys) if (timingSafeEqual(sent, known.hash)) name = known.name;
    return name;
  }

  #used(name: string): void {
    const use = this.uses.get(name);
    if (!use) this.uses.set(name, { lastUsedAt: this.#clock.now(), requests: 1 });
    else {
      use.lastUsedAt = this.#clock.now();
      use.requests++;
    }
  }
}

function sha256(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
