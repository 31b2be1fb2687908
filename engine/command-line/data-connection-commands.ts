import { resolve } from 'node:path';
import type { OutputOf } from '../contract/call.ts';
import type { AddResult } from '../contract/data.ts';
import { type Connection, connectionKinds, type dataConnectionCalls } from '../contract/data-connections.ts';
import { type Command, type Flags, given, numberFlag, usageError } from './command.ts';
import { table } from './table.ts';

const text = { type: 'string' } as const;
const yes = { type: 'boolean' } as const;

const settingFlags = {
  path: text,
  host: text,
  port: text,
  database: text,
  user: text,
  tls: text,
  certificate: text,
  url: text,
  endpoint: text,
  region: text,
  bucket: text,
  prefix: text,
  'path-style': yes,
  'access-key': text,
  timeout: text,
  'password-env': text,
} as const;

/** What of a connection is said on the command line; a password is not among it, since others may see the line. */
function settingsOf(kind: string, flags: Flags): Record<string, unknown> {
  if (!(connectionKinds as readonly string[]).includes(kind))
    throw usageError(`--kind is one of ${connectionKinds.join(', ')}, not "${kind}".`);
  const file = (name: string) => (typeof flags[name] === 'string' ? resolve(flags[name]) : undefined);
  return given({
    kind,
    path: file('path'),
    host: flags.host,
    port: numberFlag(flags, 'port'),
    database: flags.database,
    user: flags.user,
    tls: flags.tls,
    certificate: file('certificate'),
    url: flags.url,
    endpoint: flags.endpoint,
    region: flags.region,
    bucket: flags.bucket,
    prefix: flags.prefix,
    pathStyle: flags['path-style'],
    accessKey: flags['access-key'],
    secretVariable: flags['password-env'],
    timeoutSeconds: numberFlag(flags, 'timeout'),
  });
}

const places: Readonly<Record<Connection['secret'], string>> = {
  keychain: 'in the keychain',
  session: 'until the engine ends',
  environment: 'in the environment',
  missing: 'not known',
  none: 'none needed',
};

function whereTo({ settings }: Connection): string {
  const { kind, host, port, database, path, url, endpoint, bucket, prefix = '' } = settings;
  if (kind === 'sqlite') return path ?? '';
  if (kind === 'http') return url ?? '';
  if (kind === 's3') return `${endpoint}/${bucket}/${prefix}`;
  return `${host}${port === undefined ? '' : `:${port}`}/${database}`;
}

const lines = (connections: Connection[]) =>
  table(
    ['connection', 'kind', 'where', 'password or key', 'datasets'],
    connections.map((connection) => [
      connection.name,
      connection.settings.kind,
      whereTo(connection),
      places[connection.secret],
      connection.datasets.join(', '),
    ]),
  );

export const addLines = (answer: AddResult): string[] => [
  answer.unchanged
    ? `${answer.dataset} is unchanged: version ${answer.version}, ${answer.rows.toLocaleString('en-US')} rows.`
    : `${answer.dataset}, version ${answer.version}: ${answer.rows.toLocaleString('en-US')} rows, ${answer.columns.length} columns.`,
  ...answer.warnings.map((warning) => `Warning: ${warning.message}`),
];

export const dataConnectionCommands: Command[] = [
  {
    words: 'data connect',
    usage:
      'NAME --kind sqlite|postgres|mysql|http|s3 [--path FILE | --host H --database D --user U | --url U | --endpoint E --bucket B] [--password-env VAR]',
    summary: 'Makes or changes a connection; a password is asked for, or read from an environment variable.',
    example:
      'galley data connect shop --kind postgres --host db.local --database shop --user reader --password-env SHOP_PASSWORD',
    flags: { kind: text, ...settingFlags },
    positionals: { minimum: 1, maximum: 1 },
    call: 'data.saveConnection',
    secret: {
      prompt: 'Password or secret key (empty for none): ',
      wanted: (flags) =>
        flags['password-env'] === undefined && (flags.user !== undefined || flags['access-key'] !== undefined),
    },
    input: ([name], flags) => {
      if (typeof flags.kind === 'string') return { name, settings: settingsOf(flags.kind, flags) };
      if (typeof flags.url === 'string') return { name, address: flags.url };
      throw usageError('data connect needs --kind, or --url with an address such as postgres://user@host/database.');
    },
    print: ({ connection }: OutputOf<typeof dataConnectionCalls.saveConnection>) => [
      `${connection.name} leads to ${whereTo(connection)}. Password or key: ${places[connection.secret]}.`,
      ...(connection.secret === 'session'
        ? [
            'This machine has no keychain: the password is forgotten when the engine ends. --password-env names a variable instead.',
          ]
        : []),
    ],
  },
  {
    words: 'data connections',
    usage: '',
    summary: 'All connections.',
    example: 'galley data connections',
    flags: {},
    positionals: { minimum: 0, maximum: 0 },
    call: 'data.connections',
    input: () => ({}),
    print: ({ connections }: OutputOf<typeof dataConnectionCalls.connections>) =>
      connections.length === 0
        ? ['No connection yet. Make one with: galley data connect NAME --kind …']
        : lines(connections),
  },
  {
    words: 'data disconnect',
    usage: 'NAME',
    summary: 'Forgets a connection that no dataset comes from, and its password.',
    example: 'galley data disconnect shop',
    flags: {},
    positionals: { minimum: 1, maximum: 1 },
    call: 'data.removeConnection',
    input: ([name]) => ({ name }),
    print: ({ name }: OutputOf<typeof dataConnectionCalls.removeConnection>) => [`${name} is forgotten.`],
  },
  {
    words: 'data test',
    usage: 'NAME',
    summary: 'Tries a connection.',
    example: 'galley data test shop',
    flags: {},
    positionals: { minimum: 1, maximum: 1 },
    call: 'data.testConnection',
    input: ([name]) => ({ name }),
    print: ({ server, encrypted, milliseconds }: OutputOf<typeof dataConnectionCalls.testConnection>) => [
      `${server} answered in ${Math.round(milliseconds)} ms${encrypted ? '' : ', without encryption'}.`,
    ],
  },
  {
    words: 'data browse',
    usage: 'CONNECTION [SCHEMA|FOLDER [TABLE]]',
    summary: 'What a connection holds.',
    example: 'galley data browse shop public',
    flags: {},
    positionals: { minimum: 1, maximum: 3 },
    call: 'data.browseConnection',
    input: ([name, ...path]) => ({ name, path }),
    print: ({ entries }: OutputOf<typeof dataConnectionCalls.browseConnection>) =>
      table(
        ['kind', 'name', 'type', 'rows', 'bytes'],
        entries.map(({ kind, name, type = '', rows = null, bytes = null }) => [kind, name, type, rows, bytes]),
      ),
  },
  {
    words: 'data refresh',
    usage: 'NAME [--accept-failures]',
    summary: 'Reads the source of a dataset again: a new version, or unchanged.',
    example: 'galley data refresh orders',
    flags: { 'accept-failures': yes },
    positionals: { minimum: 1, maximum: 1 },
    call: 'data.refresh',
    input: ([name], flags) => given({ name, acceptFailures: flags['accept-failures'] }),
    print: addLines,
  },
  {
    words: 'data watch',
    usage: 'NAME [--off]',
    summary: 'Makes a new version whenever the source files change, while an engine runs.',
    example: 'galley data watch sales',
    flags: { off: yes },
    positionals: { minimum: 1, maximum: 1 },
    call: 'data.watch',
    input: ([name], flags) => ({ name, on: flags.off !== true }),
    print: ({ source }: OutputOf<typeof dataConnectionCalls.watch>) => [
      source.watch === 'off'
        ? `${source.title} is no longer watched.`
        : `${source.title} is watched while Galley runs (galley start); what changed before is found then.`,
    ],
  },
];

/** Flags of `data add` that name another source than files. */
export const addSourceFlags = { from: text, table: text, schema: text, query: text, object: text, url: text } as const;

export const sourceUsage = '--from CONNECTION --table T|--query SQL|--object KEY | --url URL';

/** The source that the flags of `data add` name, undefined where it is files. */
export function sourceOf(flags: Flags): Record<string, unknown> | undefined {
  const { from, table: tableName, schema, query, object, url } = flags;
  const source = given({ connection: from, table: tableName, schema, query, object, url });
  return Object.keys(source).length === 0 ? undefined : source;
}
