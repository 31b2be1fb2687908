import { canonicalJson, type Json } from '../../base/canonical-json.ts';
import { isoTime } from '../../base/clock.ts';
import { type GalleyError, reportError } from '../../base/errors.ts';
import type { DatasetSource, WatchState } from '../../contract/data-connections.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { DataStore } from '../store.ts';
import { choiceTitle, type StoredChoice } from './choices.ts';
import type { FetchState } from './fetch.ts';
import type { ConnectionStore, StoredSource } from './store.ts';

export interface Place {
  choice: StoredChoice;
  connectionId: string | null;
}

/** What an order to add tells when it has ended. */
export interface Remembering {
  recorded(version: { identity: string }, fetched: FetchState | null): void;
  failed(error: GalleyError): void;
}

/** Keeps where each dataset is read again, and how that went. */
export class SourceBook {
  readonly #context: EngineContext;
  readonly #data: DataStore;
  readonly #connections: ConnectionStore;

  constructor(context: EngineContext, data: DataStore, connections: ConnectionStore) {
    this.#context = context;
    this.#data = data;
    this.#connections = connections;
  }

  /** For an order that reads a dataset from a place, for the first time or again. `seen`: of the files, before they are read. */
  remember(name: string, place: Place, seen: string | null = null): Remembering {
    return {
      recorded: ({ identity }, state) => {
        const before = this.of(name);
        const same = before && canonicalJson(before.choice as Json) === canonicalJson(place.choice as unknown as Json);
        this.#connections.saveSource({
          datasetId: this.#data.dataset(name)?.id as string,
          ...place,
          state,
          identity,
          refreshedAt: this.#context.clock.now(),
          error: null,
          watched: same ? before.watched : false,
          seen,
        });
      },
      failed: (error) => {
        const before = this.of(name);
        if (!before || error.kind === 'canceled') return;
        this.#connections.saveSource({ ...before, error: reportError(error), ...(seen === null ? {} : { seen }) });
      },
    };
  }

  /** For an order whose rows cannot be read again, as those of a pasted text. */
  forget(name: string): Pick<Remembering, 'recorded'> {
    return {
      recorded: () => {
        const dataset = this.#data.dataset(name);
        if (dataset) this.#connections.removeSource(dataset.id);
      },
    };
  }

  of(name: string): StoredSource | undefined {
    const dataset = this.#data.dataset(name);
    return dataset && this.#connections.source(dataset.id);
  }

  /** As the contract shows it. @param watch what the watcher is at */
  view(source: StoredSource, watch: WatchState): DatasetSource {
    const { choice, connectionId, refreshedAt, error } = source;
    const connection = connectionId === null ? null : (this.#connections.byId(connectionId)?.name ?? null);
    return {
      kind: choice.kind,
      connection,
      title: choiceTitle(choice, connection ?? undefined),
      sql: choice.kind === 'query' ? choice.sql : null,
      refreshedAt: refreshedAt === null ? null : isoTime(refreshedAt),
      error,
      watchable: choice.kind === 'files',
      watch,
    };
  }
}
