import type { SecretPlace } from '../contract/data-connections.ts';

/** The system's keychain: macOS Keychain, Windows Credential Manager, the Secret Service of a Linux desktop. */
export interface Keychain {
  get(account: string): Promise<string | undefined>;
  set(account: string, secret: string): Promise<void>;
  remove(account: string): Promise<void>;
}

const service = 'Galley';

/**
 * The keychain of this system, undefined where there is none (a server without a desktop) or GALLEY_KEYCHAIN is `off`. Of
 * Linux only the Secret Service counts: the kernel's keyring would forget secrets at the next start.
 */
export async function systemKeychain(environment = process.env): Promise<Keychain | undefined> {
  if (environment.GALLEY_KEYCHAIN === 'off') return undefined;
  try {
    const { AsyncEntry } = await import('@napi-rs/keyring');
    const entry = (account: string) => new AsyncEntry(service, account, { linux: { store: 'secret-service' } });
    const keychain: Keychain = {
      get: async (account) => (await entry(account).getPassword()) ?? undefined,
      set: (account, secret) => entry(account).setPassword(secret),
      remove: async (account) => {
        await entry(account).deletePassword();
      },
    };
    await keychain.get('is-there-a-keychain');
    return keychain;
  } catch {
    return undefined;
  }
}

export interface SecretRequest {
  /** Where the secret goes; undefined where none is needed. */
  account: string | undefined;
  /** Environment variable that holds it. */
  variable: string | undefined;
}

/** Passwords and keys: in the system's keychain, else in memory until the engine ends, or in an environment variable. */
export class SecretStore {
  readonly #session = new Map<string, string>();
  readonly #open: () => Promise<Keychain | undefined>;
  readonly #environment: Record<string, string | undefined>;
  #keychain: Promise<Keychain | undefined> | undefined;

  constructor(open: () => Promise<Keychain | undefined> = systemKeychain, environment = process.env) {
    this.#open = open;
    this.#environment = environment;
  }

  async hasKeychain(): Promise<boolean> {
    return (await this.#system()) !== undefined;
  }

  /** Keeps a secret in the keychain, or for this session where there is none or it refuses. An empty one is forgotten. */
  async save(account: string, secret: string): Promise<void> {
    if (secret === '') return this.remove(account);
    const keychain = await this.#system();
    try {
      if (!keychain) throw new Error('no keychain');
      await keychain.set(account, secret);
      this.#session.delete(account);
    } catch {
      this.#session.set(account, secret);
    }
  }

  async remove(account: string): Promise<void> {
    this.#session.delete(account);
    await (await this.#system())?.remove(account).catch(() => {});
  }

  async find(request: SecretRequest): Promise<{ place: SecretPlace; secret?: string }> {
    const { account, variable } = request;
    const given = variable === undefined ? undefined : this.#environment[variable];
    if (given !== undefined && given !== '') return { place: 'environment', secret: given };
    if (account === undefined) return { place: 'none' };
    const session = this.#session.get(account);
    if (session !== undefined) return { place: 'session', secret: session };
    const kept = await (await this.#system())?.get(account).catch(() => undefined);
    return kept === undefined ? { place: 'missing' } : { place: 'keychain', secret: kept };
  }

  #system(): Promise<Keychain | undefined> {
    this.#keychain ??= this.#open();
    return this.#keychain;
  }
}
