import { existsSync, readFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import ssh2, { type AnyAuthMethod, type Client, type ConnectConfig, type SFTPWrapper } from 'ssh2';
import { GalleyError } from '../../base/errors.ts';
import { fingerprint, type KnownKey, knownKeys } from './known-hosts.ts';
import type { SshPlace } from './remote-address.ts';
import { unreachable } from './remote-errors.ts';

export interface SshSettings {
  /** Path of a private key file. */
  keyFile: string | null;
  /** `SHA256:…` that the host must show; `known_hosts` decides without one. */
  hostKey: string | null;
  /** The key's phrase, or the account's password. */
  secret?: string;
}

export interface SshConnection {
  client: Client;
  sftp: SFTPWrapper;
}

const readyTimeout = 20_000;
const usualKeys = ['id_ed25519', 'id_ecdsa', 'id_rsa'];
const hostKeyAlgorithms: Record<string, string[]> = { 'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'] };
const windowsAgent = '\\\\.\\pipe\\openssh-ssh-agent';

function keyFiles({ keyFile }: SshSettings): string[] {
  if (keyFile !== null) return [keyFile];
  return usualKeys.map((name) => join(homedir(), '.ssh', name)).filter((path) => existsSync(path));
}

/** The key in a file; undefined where it is locked and no phrase opens it. */
function readKey(path: string, settings: SshSettings): string | undefined {
  if (!existsSync(path)) {
    throw new GalleyError('data.invalid_remote', `There is no key file ${path}.`, { details: { path } });
  }
  const text = readFileSync(path, 'utf8');
  const parsed = ssh2.utils.parseKey(text, settings.secret);
  if (!(parsed instanceof Error)) return text;
  if (settings.keyFile === null) return undefined;
  throw new GalleyError('data.remote_refused', `The key file ${path} cannot be opened: ${parsed.message}.`, {
    details: { path },
  });
}

/** Ways to prove who one is, in the order in which they are tried. */
function methodsOf(username: string, settings: SshSettings): AnyAuthMethod[] {
  const agent = process.env.SSH_AUTH_SOCK ?? (process.platform === 'win32' ? windowsAgent : undefined);
  const keys = keyFiles(settings).flatMap((path) => readKey(path, settings) ?? []);
  return [
    ...keys.map((key): AnyAuthMethod => ({ type: 'publickey', username, key, passphrase: settings.secret })),
    ...(agent === undefined ? [] : [{ type: 'agent', username, agent } satisfies AnyAuthMethod]),
    ...(settings.secret === undefined
      ? []
      : [{ type: 'password', username, password: settings.secret } satisfies AnyAuthMethod]),
  ];
}

function isTrusted(key: Buffer, settings: SshSettings, known: readonly KnownKey[]): boolean {
  if (settings.hostKey !== null) return fingerprint(key) === settings.hostKey;
  return known.some((one) => one.key === key.toString('base64'));
}

function untrusted(place: SshPlace, shown: string, settings: SshSettings, known: readonly KnownKey[]): GalleyError {
  const expected = settings.hostKey ?? (known.length > 0 ? 'another key, in known_hosts' : undefined);
  const message = expected
    ? `${place.host} shows the key ${shown} where ${expected} was expected: it is another host, or someone is in between.`
    : `${place.host} shows the key ${shown}, which is not known yet.`;
  return new GalleyError('data.remote_unknown_host', message, { details: { host: place.host, fingerprint: shown } });
}

function refused(place: SshPlace, username: string, tried: readonly string[]): GalleyError {
  const list = tried.length === 0 ? 'there was no key, agent or password to try' : `tried: ${tried.join(', ')}`;
  return new GalleyError('data.remote_refused', `${place.host} does not let ${username} in (${list}).`, {
    details: { host: place.host, user: username },
  });
}

/**
 * Opens an SFTP channel to a host whose key is known.
 * @throws GalleyError `data.remote_unknown_host`, `data.remote_refused`, `data.remote_unreachable`
 */
export function connectSsh(place: SshPlace, settings: SshSettings): Promise<SshConnection> {
  const username = place.user ?? userInfo().username;
  const known = settings.hostKey === null ? knownKeys(place.host, place.port) : [];
  const methods = methodsOf(username, settings);
  const client = new ssh2.Client();
  let stranger: string | undefined;
  const config = {
    host: place.host,
    port: place.port,
    username,
    readyTimeout,
    keepaliveInterval: 10_000,
    authHandler: methods,
    hostVerifier: (key: Buffer) => {
      if (isTrusted(key, settings, known)) return true;
      stranger = fingerprint(key);
      return false;
    },
    ...(known.length > 0 && {
      algorithms: { serverHostKey: known.flatMap(({ type }) => hostKeyAlgorithms[type] ?? [type]) },
    }),
  } as ConnectConfig;
  return new Promise((resolve, reject) => {
    client.once('ready', () => {
      client.setNoDelay(true);
      client.sftp((error, sftp) =>
        error ? reject(unreachable(place.host, error.message, error)) : resolve({ client, sftp }),
      );
    });
    client.on('error', (error: Error & { level?: string }) => {
      if (stranger !== undefined) reject(untrusted(place, stranger, settings, known));
      else if (error.level === 'client-authentication')
        reject(
          refused(
            place,
            username,
            methods.map(({ type }) => type),
          ),
        );
      else reject(unreachable(`${place.host}:${place.port}`, error.message, error));
    });
    client.connect(config);
  });
}
