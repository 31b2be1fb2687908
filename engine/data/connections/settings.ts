import { GalleyError } from '../../base/errors.ts';
import type { ConnectionKind, ConnectionSettings, TlsMode } from '../../contract/data-connections.ts';

type Field = Exclude<keyof ConnectionSettings, 'kind'>;

const common = ['secretVariable', 'timeoutSeconds'] as const;
const server = ['host', 'port', 'database', 'user', 'tls', 'certificate', ...common] as const;

/** What each kind takes; the first list is needed. */
const fields: Readonly<Record<ConnectionKind, { needed: readonly Field[]; possible: readonly Field[] }>> = {
  sqlite: { needed: ['path'], possible: ['timeoutSeconds'] },
  postgres: { needed: ['host', 'database', 'user'], possible: server },
  mysql: { needed: ['host', 'database', 'user'], possible: server },
  http: { needed: ['url'], possible: ['user', ...common] },
  s3: {
    needed: ['endpoint', 'bucket'],
    possible: ['region', 'prefix', 'pathStyle', 'accessKey', ...common],
  },
};

const defaultTimeoutSeconds = 600;

function incomplete(message: string, field: string): GalleyError {
  return new GalleyError('data.connection_incomplete', message, { details: { field } });
}

/**
 * Settings as they are stored: complete, and without what belongs to other kinds.
 * @throws GalleyError `data.connection_incomplete`, `data.address_refused`
 */
export function checkSettings(settings: ConnectionSettings): ConnectionSettings {
  const { needed, possible } = fields[settings.kind];
  for (const field of needed) {
    if (settings[field] === undefined) throw incomplete(`A ${settings.kind} connection needs ${field}.`, field);
  }
  for (const field of Object.keys(settings) as (keyof ConnectionSettings)[]) {
    if (field === 'kind' || settings[field] === undefined) continue;
    if (!needed.includes(field) && !possible.includes(field))
      throw incomplete(`A ${settings.kind} connection takes no ${field}.`, field);
  }
  for (const address of [settings.url, settings.endpoint]) if (address !== undefined) webAddress(address);
  return settings;
}

/** An address of the web without a user in it. @throws GalleyError `data.address_refused` */
export function webAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    const shown = url ? `${url.protocol}//…` : 'What was given';
    throw new GalleyError('data.address_refused', `${shown} is no address that begins with http:// or https://.`, {
      details: { scheme: url?.protocol ?? null },
    });
  }
  return url;
}

/** The settings with everything said that may be left out. */
export function timeoutOf(settings: ConnectionSettings): number {
  return (settings.timeoutSeconds ?? defaultTimeoutSeconds) * 1000;
}

/** True for this machine itself: nobody listens on the way. */
export function isLoopback(host: string): boolean {
  return host.startsWith('/') || host === 'localhost' || host === '::1' || host === '[::1]' || /^127\./.test(host);
}

/** `verify` unless said otherwise, `off` on this machine itself. */
export function tlsOf(settings: ConnectionSettings): TlsMode {
  return settings.tls ?? (isLoopback(settings.host ?? '') ? 'off' : 'verify');
}

/**
 * The name under which the keychain has a connection's secret. It says where the secret goes, so that a connection whose
 * host was changed, by whomever, does not find it. Undefined where no secret is needed.
 */
export function secretAccount(settings: ConnectionSettings): string | undefined {
  switch (settings.kind) {
    case 'sqlite':
      return undefined;
    case 'postgres':
    case 'mysql':
      return `${settings.kind}://${settings.user}@${settings.host}:${settings.port ?? defaultPorts[settings.kind]}`;
    case 'http':
      return settings.user === undefined ? undefined : `${new URL(settings.url ?? '').origin} ${settings.user}`;
    case 's3':
      return settings.accessKey === undefined
        ? undefined
        : `s3 ${new URL(settings.endpoint ?? '').origin} ${settings.accessKey}`;
  }
}

export const defaultPorts = { postgres: 5432, mysql: 3306 } as const;

const schemes: Readonly<Record<string, ConnectionKind>> = {
  'postgres:': 'postgres',
  'postgresql:': 'postgres',
  'mysql:': 'mysql',
  'mariadb:': 'mysql',
  'http:': 'http',
  'https:': 'http',
};

/**
 * Settings and secret of an address such as `postgres://ada:secret@host:5432/shop`; the secret no longer stands in the
 * settings. @throws GalleyError `data.address_refused`, which does not repeat the address
 */
export function parseAddress(address: string): { settings: ConnectionSettings; secret: string | undefined } {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const kind = url && schemes[url.protocol];
  if (!url || !kind) {
    throw new GalleyError(
      'data.address_refused',
      'The address is none that Galley knows; it begins with postgres://, mysql://, http:// or https://.',
    );
  }
  const secret = url.password === '' ? undefined : decodeURIComponent(url.password);
  const user = url.username === '' ? {} : { user: decodeURIComponent(url.username) };
  url.username = '';
  url.password = '';
  if (kind === 'http') return { settings: { kind, url: url.toString(), ...user }, secret };
  const database = decodeURIComponent(url.pathname.slice(1));
  const host = decodeURIComponent(url.hostname).replace(/^\[|\]$/g, '');
  return {
    settings: {
      kind,
      ...(host === '' ? {} : { host }),
      ...(url.port === '' ? {} : { port: Number(url.port) }),
      ...(database === '' ? {} : { database }),
      ...user,
      ...(url.searchParams.get('sslmode') === 'disable' ? { tls: 'off' as const } : {}),
    },
    secret,
  };
}
