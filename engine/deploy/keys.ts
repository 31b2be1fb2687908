import { hash, randomBytes } from 'node:crypto';
import { isoTime } from '../base/clock.ts';
import { GalleyError } from '../base/errors.ts';
import { nearestName } from '../base/nearest-name.ts';
import type { ApiKey } from '../contract/deploy-keys.ts';
import type { ServedKey, ServingStatus } from '../contract/serving.ts';
import type { EngineContext } from '../jobs/context.ts';
import { type KeyRow, KeyStore } from './key-store.ts';
import type { DeploymentSpec } from './store.ts';

const keyBegin = 'galley_';
const keyBytes = 32;
const shownCharacters = keyBegin.length + 6;
/** The name of the engine's own key; others have no colon. */
const ownName = 'galley:engine';

/** The API keys of deployments: what is kept of them is their sha256. */
export class DeploymentKeys {
  readonly #context: EngineContext;
  readonly #store: KeyStore;
  /** With it the engine itself asks servers, as long as it lives. */
  readonly own = newSecret();

  constructor(context: EngineContext) {
    this.#context = context;
    this.#store = new KeyStore(context.database);
  }

  list(deploymentId: string): ApiKey[] {
    return this.#store.list(deploymentId).map(toKey);
  }

  hasAny(deploymentId: string): boolean {
    return this.#store.served(deploymentId).length > 0;
  }

  /** @throws GalleyError `deploy.key_name_taken` */
  create(deployment: DeploymentSpec, name: string): { key: ApiKey; secret: string } {
    if (this.#store.find(deployment.id, name)) {
      const message = `${deployment.name} has a key "${name}" already.`;
      throw new GalleyError('deploy.key_name_taken', message, { details: { deployment: deployment.name, key: name } });
    }
    const secret = newSecret();
    const row: KeyRow = {
      id: this.#context.newId('key'),
      name,
      prefix: secret.slice(0, shownCharacters),
      created_at: this.#context.clock.now(),
      last_used_at: null,
      revoked_at: null,
    };
    this.#store.add(deployment.id, row, hash('sha256', secret));
    return { key: toKey(row), secret };
  }

  /** @throws GalleyError `deploy.key_not_found` */
  revoke(deployment: DeploymentSpec, nameOrId: string): ApiKey {
    const { id } = this.#get(deployment, nameOrId);
    this.#store.revoke(id, this.#context.clock.now());
    return toKey(this.#get(deployment, id));
  }

  /** Takes a key away without a trace: it was never known to a server. */
  remove(id: string): void {
    this.#store.remove(id);
  }

  /** Takes over when a server's keys were used. */
  keepUse(deploymentId: string, { keys }: ServingStatus): void {
    for (const { name, lastUsedAt } of keys) this.#store.used(deploymentId, name, Date.parse(lastUsedAt));
  }

  /** What a server of the deployment is told: the keys in use, and the engine's own. */
  served(deploymentId: string): ServedKey[] {
    return [...this.#store.served(deploymentId), { name: ownName, sha256: hash('sha256', this.own) }];
  }

  #get({ id, name }: DeploymentSpec, nameOrId: string): KeyRow {
    const row = this.#store.find(id, nameOrId);
    if (row) return row;
    const known = this.#store.served(id).map((key) => key.name);
    const nearest = nearestName(nameOrId, known);
    const message = `${name} has no key "${nameOrId}"${nearest ? `; did you mean "${nearest}"?` : '.'}`;
    throw new GalleyError('deploy.key_not_found', message, { details: { deployment: name, key: nameOrId, known } });
  }
}

function newSecret(): string {
  return keyBegin + randomBytes(keyBytes).toString('base64url');
}

function toKey({ id, name, prefix, created_at, last_used_at, revoked_at }: KeyRow): ApiKey {
  const time = (at: number | null) => (at === null ? null : isoTime(at));
  return {
    id,
    name,
    prefix,
    createdAt: isoTime(created_at),
    lastUsedAt: time(last_used_at),
    revokedAt: time(revoked_at),
  };
}
