import { isoTime } from '../../base/clock.ts';
import { GalleyError } from '../../base/errors.ts';
import type { Connection, ConnectionSettings } from '../../contract/data-connections.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { SecretStore } from '../../store/secrets.ts';
import { checkSettings, parseAddress, secretAccount } from './settings.ts';
import type { ConnectionStore, StoredConnection } from './store.ts';

export interface SaveOrder {
  name: string;
  settings?: ConnectionSettings;
  address?: string;
  secret?: string;
  rename?: string;
}

/** Named ways to reach data: what is stored of them, and where their secrets are. */
export class Connections {
  readonly #context: EngineContext;
  readonly #store: ConnectionStore;
  readonly #secrets: SecretStore;

  constructor(context: EngineContext, store: ConnectionStore, secrets: SecretStore) {
    this.#context = context;
    this.#store = store;
    this.#secrets = secrets;
  }

  async list(): Promise<Connection[]> {
    return Promise.all(this.#store.list().map((connection) => this.#view(connection)));
  }

  /** @throws GalleyError `data.unknown_connection` */
  require(name: string): StoredConnection {
    const found = this.#store.byName(name);
    if (found) return found;
    const names = this.#store.list().map((connection) => connection.name);
    const known = names.length === 0 ? 'There is none yet.' : `There are: ${names.join(', ')}.`;
    throw new GalleyError('data.unknown_connection', `There is no connection "${name}". ${known}`, {
      details: { name, names },
    });
  }

  /** Makes or changes a connection. @throws GalleyError `data.connection_incomplete`, `data.address_refused` */
  async save(order: SaveOrder): Promise<Connection> {
    const before = order.rename === undefined ? this.#store.byName(order.name) : this.require(order.rename);
    const parsed = order.address === undefined ? undefined : parseAddress(order.address);
    const given = { ...parsed?.settings, ...order.settings } as Partial<ConnectionSettings>;
    const wanted = given.kind === undefined ? before?.settings : (given as ConnectionSettings);
    if (!wanted) throw new GalleyError('data.connection_incomplete', 'A new connection needs settings or an address.');
    const { settings, secret } = withoutPassword(wanted);
    checkSettings(settings);
    const { clock, newId } = this.#context;
    const stored = {
      id: before?.id ?? newId('con'),
      name: order.name,
      settings,
      createdAt: before?.createdAt ?? clock.now(),
    };
    if (this.#store.byName(order.name) && this.#store.byName(order.name)?.id !== stored.id) {
      throw new GalleyError('data.connection_incomplete', `There already is a connection "${order.name}".`, {
        details: { field: 'name' },
        hint: 'Choose another name.',
      });
    }
    this.#store.save(stored);
    const account = secretAccount(settings);
    const password = order.secret ?? parsed?.secret ?? secret;
    if (account !== undefined && password !== undefined) await this.#secrets.save(account, password);
    this.#context.events.publish({ type: 'phase.changed', phase: 'data' });
    return this.#view(stored);
  }

  /** @throws GalleyError `data.unknown_connection`, `data.connection_in_use` */
  async remove(name: string): Promise<void> {
    const connection = this.require(name);
    const datasets = this.#store.datasetsOf(connection.id);
    if (datasets.length > 0) {
      throw new GalleyError('data.connection_in_use', `${datasets.join(', ')} come from the connection "${name}".`, {
        details: { name, datasets },
      });
    }
    this.#store.remove(connection.id);
    const account = secretAccount(connection.settings);
    const shared = this.#store.list().some(({ settings }) => secretAccount(settings) === account);
    if (account !== undefined && !shared) await this.#secrets.remove(account);
    this.#context.events.publish({ type: 'phase.changed', phase: 'data' });
  }

  /**
   * The secret that settings need, undefined where they need none.
   * @param given entered just now
   * @throws GalleyError `data.secret_needed`
   */
  async secret(settings: ConnectionSettings, given?: string): Promise<string | undefined> {
    if (given !== undefined && given !== '') return given;
    const { secretVariable } = settings;
    const found = await this.#secrets.find({ account: secretAccount(settings), variable: secretVariable });
    if (found.place !== 'missing') return found.secret;
    const isServer = settings.kind === 'postgres' || settings.kind === 'mysql';
    // A server may let its user in without a password; it says so if not.
    if (isServer && secretVariable === undefined) return undefined;
    const where =
      secretVariable === undefined ? '' : ` The environment variable ${secretVariable} is not set in the engine.`;
    throw new GalleyError('data.secret_needed', `The password or key of this connection is not known here.${where}`, {
      details: { variable: secretVariable ?? null },
    });
  }

  async #view({ id, name, settings, createdAt }: StoredConnection): Promise<Connection> {
    const request = { account: secretAccount(settings), variable: settings.secretVariable };
    const { place } = await this.#secrets.find(request);
    return { id, name, settings, secret: place, datasets: this.#store.datasetsOf(id), createdAt: isoTime(createdAt) };
  }
}

/** A password in the address of an http connection or endpoint is taken out of it. */
function withoutPassword(settings: ConnectionSettings): { settings: ConnectionSettings; secret?: string } {
  if (settings.kind !== 'http' || settings.url === undefined || !URL.canParse(settings.url)) {
    if (settings.endpoint === undefined || !URL.canParse(settings.endpoint)) return { settings };
    const endpoint = new URL(settings.endpoint);
    if (endpoint.username === '' && endpoint.password === '') return { settings };
    throw new GalleyError('data.address_refused', 'The endpoint carries a user or password; give the keys beside it.');
  }
  const { settings: parsed, secret } = parseAddress(settings.url);
  return { settings: { ...settings, ...parsed }, ...(secret === undefined ? {} : { secret }) };
}
