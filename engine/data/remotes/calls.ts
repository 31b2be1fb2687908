import { existsSync } from 'node:fs';
import { isoTime } from '../../base/clock.ts';
import { GalleyError } from '../../base/errors.ts';
import type { OutputOf } from '../../contract/call.ts';
import type { Remote, remoteCalls } from '../../contract/data-remotes.ts';
import type { EngineContext, Handlers } from '../../jobs/context.ts';
import type { SecretStore } from '../../store/secrets.ts';
import { isLoopback } from '../connections/settings.ts';
import type { DataStore } from '../store.ts';
import { requireDataset } from '../versions/resolve.ts';
import { openRemote } from './open-remote.ts';
import { submitPull } from './pull.ts';
import { type RemoteTools, recordsOf, submitPush, writeRecords } from './push.ts';
import { parseRemoteAddress, type RemotePlace, writeAddress } from './remote-address.ts';
import type { RemoteStore } from './remote-store.ts';
import { accountOf, secretsOf } from './secrets.ts';
import type { DatasetStatus, StatusInput } from './status-job.ts';
import { RemotesStore, type StoredRemote } from './store.ts';

type Status = OutputOf<typeof remoteCalls.remoteStatus>;

function remoteView({ createdAt: _, lastPush, lastPull, ...settings }: StoredRemote): Remote {
  return {
    ...settings,
    kind: parseRemoteAddress(settings.address).kind,
    lastPush: lastPush === null ? null : isoTime(lastPush),
    lastPull: lastPull === null ? null : isoTime(lastPull),
  };
}

/** The remote of that name, or the only one. @throws GalleyError `data.unknown_remote` */
function requireRemoteNamed(remotes: RemotesStore, name: string | undefined): StoredRemote {
  const all = remotes.all();
  const found = name === undefined && all.length === 1 ? all[0] : all.find((remote) => remote.name === name);
  if (found) return found;
  const names = all.map((remote) => remote.name);
  const known = names.length === 0 ? 'The project has none yet.' : `There are: ${names.join(', ')}.`;
  const what = name === undefined ? 'Say which remote is meant.' : `There is no remote "${name}".`;
  throw new GalleyError('data.unknown_remote', `${what} ${known}`, { details: { name: name ?? null, names } });
}

/**
 * The identity token goes to whoever gives the keys, so that way must be safe.
 * @throws GalleyError `data.invalid_remote`
 */
function requireRole(role: string, { kind }: RemotePlace, endpoint: string | undefined): void {
  const details = { role };
  if (kind !== 's3')
    throw new GalleyError('data.invalid_remote', 'Only an S3-compatible store is opened by a role.', { details });
  if (!/^arn:[^\s]+$/.test(role))
    throw new GalleyError('data.invalid_remote', `"${role}" is no role.`, {
      details,
      hint: 'Give its ARN: arn:aws:iam::123456789012:role/galley.',
    });
  if (endpoint === undefined) return;
  const service = URL.parse(endpoint);
  if (service?.protocol !== 'https:' && !(service && isLoopback(service.hostname)))
    throw new GalleyError('data.invalid_remote', `${endpoint} would get the identity token unencrypted.`, {
      details,
      hint: 'Give an https address as the endpoint, or a key in place of the role.',
    });
}

/**
 * Opens a remote by its name, or the only one; the caller closes it.
 * @throws GalleyError `data.unknown_remote`, `data.secret_needed`, and of `openRemote`
 */
export async function openNamedRemote(
  context: EngineContext,
  secrets: SecretStore,
  name: string | undefined,
): Promise<RemoteStore> {
  const remote = requireRemoteNamed(new RemotesStore(context.database), name);
  const { remote: secret } = await secretsOf(context, secrets, remote);
  return openRemote(remote, secret, context.newId('job'));
}

export function remoteHandlers(
  context: EngineContext,
  store: DataStore,
  secrets: SecretStore,
): Handlers<typeof remoteCalls> {
  const remotes = new RemotesStore(context.database);
  const tools: RemoteTools = { context, store, remotes };
  const chosen = (names: readonly string[] | undefined) =>
    names ? names.map((name) => requireDataset(store, name)) : store.datasets();

  return {
    remotes: async () => ({ remotes: remotes.all().map(remoteView) }),

    addRemote: async ({ name, address, secret, ...settings }) => {
      if (remotes.all().some((remote) => remote.name === name)) {
        throw new GalleyError('data.remote_exists', `There is a remote "${name}" already.`, { details: { name } });
      }
      const place = parseRemoteAddress(address);
      if (place.kind === 'folder' && !existsSync(place.path)) {
        throw new GalleyError('data.invalid_remote', `There is no folder ${place.path}; make it first.`, {
          details: { address: place.path },
        });
      }
      if (settings.role !== undefined) requireRole(settings.role, place, settings.endpoint);
      const remote: StoredRemote = {
        name,
        address: writeAddress(place),
        endpoint: settings.endpoint ?? null,
        region: settings.region ?? null,
        accessKey: settings.accessKey ?? null,
        role: settings.role ?? null,
        keyFile: settings.keyFile ?? null,
        hostKey: settings.hostKey ?? null,
        secretVariable: settings.secretVariable ?? null,
        createdAt: context.clock.now(),
        lastPush: null,
        lastPull: null,
      };
      if (secret !== undefined) await secrets.save(accountOf(context, remote), secret);
      remotes.insert(remote);
      context.events.publish({ type: 'phase.changed', phase: 'data', subject: name });
      return { remote: remoteView(remote) };
    },

    removeRemote: async ({ name }) => {
      const remote = requireRemoteNamed(remotes, name);
      await secrets.remove(accountOf(context, remote));
      remotes.remove(name);
      context.events.publish({ type: 'phase.changed', phase: 'data', subject: name });
      return { removed: name };
    },

    remoteStatus: async ({ remote: name, datasets }) => {
      const remote = requireRemoteNamed(remotes, name);
      const file = writeRecords(context, { ...recordsOf(tools, store.datasets()), blobs: {} });
      const input: StatusInput = {
        remote,
        records: file.path,
        unique: context.newId('job'),
        known: remotes.knownVersions(),
        datasets: datasets ?? [],
      };
      return context.jobs.submit<DatasetStatus[], Status>({
        kind: 'data.remoteStatus',
        title: `Compare with ${remote.name}`,
        input,
        secrets: await secretsOf(context, secrets, remote),
        commit: (found) => {
          file.remove();
          return { remote: remote.name, datasets: found };
        },
        abandon: () => file.remove(),
      });
    },

    push: async ({ remote: name, datasets }) => {
      const remote = requireRemoteNamed(remotes, name);
      return submitPush(tools, remote, await secretsOf(context, secrets, remote), chosen(datasets));
    },

    pull: async ({ remote: name, datasets }) => {
      const remote = requireRemoteNamed(remotes, name);
      return submitPull(tools, remote, await secretsOf(context, secrets, remote), datasets ?? []);
    },
  };
}
