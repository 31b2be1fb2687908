import type { DatasetSource } from '../../contract/data-connections.ts';
import type { EngineContext } from '../../jobs/context.ts';
import { SecretStore } from '../../store/secrets.ts';
import { Trust } from '../../store/trust.ts';
import type { DataStore } from '../store.ts';
import { SourceWatcher } from '../watch/source-watcher.ts';
import { Connections } from './connections.ts';
import { SourceBook } from './source-book.ts';
import { SourceReader } from './source-reader.ts';
import { ConnectionStore } from './store.ts';

/** Where data comes from: connections, the sources of datasets, and the watch on them. */
export interface Sources {
  context: EngineContext;
  connections: Connections;
  secrets: SecretStore;
  book: SourceBook;
  reader: SourceReader;
  watcher: SourceWatcher;
  /** The source of a dataset as the contract shows it. */
  view(dataset: string): DatasetSource | null;
}

export function createSources(context: EngineContext, data: DataStore): Sources {
  const store = new ConnectionStore(context.database);
  const secrets = new SecretStore();
  const trust = new Trust();
  const connections = new Connections(context, store, secrets);
  const book = new SourceBook(context, data, store);
  const reader = new SourceReader({ context, data, store, connections, secrets, book, trust });
  context.actions.add(() =>
    store.list().map(({ name, settings: { path, endpoint, url, host } }) => ({
      place: `connection ${name}`,
      does: `reads from ${path ?? endpoint ?? url ?? host ?? 'nowhere yet'}`,
      needs: null,
    })),
  );
  const watcher = new SourceWatcher({
    context,
    data,
    connections: store,
    book,
    read: (order) => reader.files(order),
    trusted: () => trust.has(context.project),
  });
  const view = (dataset: string) => {
    const source = book.of(dataset);
    return source ? book.view(source, watcher.stateOf(source)) : null;
  };
  return { context, connections, secrets, book, reader, watcher, view };
}
