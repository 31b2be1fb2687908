import { GalleyError } from '../../../base/errors.ts';
import { suggestName } from '../../../base/nearest-name.ts';
import type { Channel } from '../../../contract/monitor-alerts.ts';
import type { Database } from '../../../store/database.ts';

/** A channel without its secret. */
export type ChannelSpec = Omit<Channel, 'hasSecret' | 'lastError'>;

export interface StoredChannel {
  spec: ChannelSpec;
  lastError: string | null;
}

/** The rows of `alert_channels`. */
export class ChannelStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  list(): StoredChannel[] {
    return this.#database
      .all<{ spec: string; last_error: string | null }>('SELECT spec, last_error FROM alert_channels ORDER BY name')
      .map(({ spec, last_error }) => ({ spec: JSON.parse(spec), lastError: last_error }));
  }

  find(name: string): StoredChannel | undefined {
    return this.list().find(({ spec }) => spec.name === name);
  }

  /** @throws GalleyError `monitor.channel_not_found` */
  require(name: string): StoredChannel {
    const channel = this.find(name);
    if (channel) return channel;
    const known = this.list().map(({ spec }) => spec.name);
    throw new GalleyError('monitor.channel_not_found', `There is no channel "${name}". ${suggestName(name, known)}`, {
      details: { name, known },
    });
  }

  /** Adds a channel or replaces it; what went wrong before is forgotten. */
  set(spec: ChannelSpec): void {
    this.#database.run(
      'INSERT OR REPLACE INTO alert_channels (name, spec, last_error) VALUES (?, ?, NULL)',
      spec.name,
      JSON.stringify(spec),
    );
  }

  remove(name: string): void {
    this.#database.run('DELETE FROM alert_channels WHERE name = ?', name);
  }

  setError(name: string, error: string | null): void {
    this.#database.run('UPDATE alert_channels SET last_error = ? WHERE name = ?', error, name);
  }
}
