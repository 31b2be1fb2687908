import { GalleyError } from '../../base/errors.ts';
import type { BrowseEntry, ConnectionSettings, dataConnectionCalls } from '../../contract/data-connections.ts';
import type { EngineContext, Handlers } from '../../jobs/context.ts';
import type { SecretStore } from '../../store/secrets.ts';
import type { SourceWatcher } from '../watch/source-watcher.ts';
import type { Connections } from './connections.ts';
import { openDatabase } from './databases/index.ts';
import { requestAddress } from './fetch-address.ts';
import { openObjects, wholeKey } from './objects.ts';
import { checkSettings } from './settings.ts';
import type { SourceReader } from './source-reader.ts';

const mostEntries = 5000;
const testMilliseconds = 30_000;

export interface ConnectionParts {
  context: EngineContext;
  connections: Connections;
  secrets: SecretStore;
  reader: SourceReader;
  watcher: SourceWatcher;
}

/** Says what answers, or throws what is wrong. */
async function tryOut(
  settings: ConnectionSettings,
  secret: string | undefined,
): Promise<{ server: string; encrypted: boolean }> {
  if (settings.kind === 's3') {
    await openObjects(settings, secret).page(settings.prefix ?? '', {
      size: 1,
      signal: AbortSignal.timeout(testMilliseconds),
    });
    return { server: 'S3-compatible store', encrypted: settings.endpoint?.startsWith('https:') ?? false };
  }
  if (settings.kind === 'http') {
    const url = settings.url ?? '';
    const signal = AbortSignal.timeout(testMilliseconds);
    const response = await requestAddress({ url, user: settings.user, password: secret, parameters: {}, signal }, {});
    response.destroy();
    return { server: String(response.headers.server ?? 'Web server'), encrypted: url.startsWith('https:') };
  }
  const database = await openDatabase(settings, secret);
  await database.close();
  return { server: database.server, encrypted: database.encrypted };
}

async function browse(
  settings: ConnectionSettings,
  secret: string | undefined,
  path: string[],
): Promise<BrowseEntry[]> {
  if (settings.kind === 'http') return [];
  if (settings.kind === 's3') {
    const folder = wholeKey(settings, path[0] ?? '');
    const page = await openObjects(settings, secret).page(folder, { delimiter: '/' });
    const name = (key: string) => key.slice((settings.prefix ?? '').length);
    return [
      ...page.folders.map((key) => ({ kind: 'folder' as const, name: name(key) })),
      ...page.objects
        .filter(({ key }) => !key.endsWith('/'))
        .map(({ key, bytes }) => ({ kind: 'object' as const, name: name(key), bytes })),
    ];
  }
  const database = await openDatabase(settings, secret);
  try {
    return await database.browse(path);
  } finally {
    await database.close();
  }
}

export function connectionHandlers(parts: ConnectionParts): Handlers<typeof dataConnectionCalls> {
  const { context, connections, secrets, reader, watcher } = parts;
  return {
    connections: async () => ({ connections: await connections.list(), keychain: await secrets.hasKeychain() }),

    saveConnection: async (order) => ({ connection: await connections.save(order) }),

    removeConnection: async ({ name }) => {
      await connections.remove(name);
      return { name };
    },

    testConnection: async ({ name, settings, secret }) => {
      const wanted = settings ?? (name === undefined ? undefined : connections.require(name).settings);
      if (!wanted) throw new GalleyError('call.invalid_input', 'data.testConnection needs a name or settings.');
      if (settings) checkSettings(settings);
      else reader.requireTrust();
      const password = await connections.secret(wanted, secret);
      const begin = context.clock.monotonic();
      return { ...(await tryOut(wanted, password)), milliseconds: context.clock.monotonic() - begin };
    },

    browseConnection: async ({ name, path = [] }) => {
      const { settings } = connections.require(name);
      reader.requireTrust();
      const entries = await browse(settings, await connections.secret(settings), path);
      return { entries: entries.slice(0, mostEntries), more: entries.length > mostEntries };
    },

    previewSource: async (order, signal) => reader.preview(order, signal),

    addFromSource: async (order) => reader.add(order),

    refresh: async (order) => reader.refresh(order),

    watch: async ({ name, on }) => ({ source: await watcher.switch(name, on) }),
  };
}
