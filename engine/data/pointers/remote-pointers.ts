import Type, { type Static } from 'typebox';
import { Name, Nullable } from '../../contract/values.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { SecretStore } from '../../store/secrets.ts';
import { parseRemoteAddress, writeAddress } from '../remotes/remote-address.ts';
import { accountOf } from '../remotes/secrets.ts';
import { RemotesStore } from '../remotes/store.ts';

/**
 * Where a remote is. What belongs to a person or a machine is no part of it: keys, files of keys, and the variable that
 * holds a secret, by which a project from elsewhere could ask for any.
 */
export const RemotePointer = Type.Object({
  format: Type.Literal(1),
  name: Name,
  address: Type.String({ minLength: 1, maxLength: 2000 }),
  /** Of an S3-compatible store that is not Amazon's. */
  endpoint: Nullable(Type.String({ maxLength: 2000 })),
  region: Nullable(Type.String({ maxLength: 200 })),
  /** Fingerprint that an SSH host must show. */
  host_key: Nullable(Type.String({ maxLength: 200 })),
});
export type RemotePointer = Static<typeof RemotePointer>;

/** Why a pointer names no place; undefined where it does. */
export function remoteFault({ address }: RemotePointer): string | undefined {
  try {
    parseRemoteAddress(address);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Remotes as pointers. */
export class RemotePointers {
  readonly #context: Pick<EngineContext, 'database' | 'clock' | 'project'>;
  readonly #remotes: RemotesStore;
  readonly #secrets: Pick<SecretStore, 'remove'>;

  constructor(context: Pick<EngineContext, 'database' | 'clock' | 'project'>, secrets: Pick<SecretStore, 'remove'>) {
    this.#context = context;
    this.#remotes = new RemotesStore(context.database);
    this.#secrets = secrets;
  }

  /** By name. */
  all(): RemotePointer[] {
    return this.#remotes.all().map(({ name, address, endpoint, region, hostKey }) => ({
      format: 1,
      name,
      address,
      endpoint,
      region,
      host_key: hostKey,
    }));
  }

  /**
   * Makes the remote, or leads it elsewhere: then the keys that it had here are forgotten, which were not meant for the
   * other place. Call it in a transaction.
   * @throws GalleyError `data.invalid_remote`
   */
  put({ name, address, endpoint, region, host_key: hostKey }: RemotePointer): void {
    const place = writeAddress(parseRemoteAddress(address));
    const before = this.#remotes.all().find((remote) => remote.name === name);
    if (before && before.address === place && before.endpoint === endpoint && before.hostKey === hostKey) {
      this.#remotes.setRegion(name, region);
      return;
    }
    if (before) this.remove(name);
    this.#remotes.insert({
      name,
      address: place,
      endpoint,
      region,
      accessKey: null,
      role: null,
      keyFile: null,
      hostKey,
      secretVariable: null,
      createdAt: this.#context.clock.now(),
      lastPush: null,
      lastPull: null,
    });
  }

  /** Forgets a remote and its secret; call it in a transaction. */
  remove(name: string): void {
    this.#remotes.remove(name);
    void this.#secrets.remove(accountOf(this.#context, { name }));
  }
}
