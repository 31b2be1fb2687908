import Type, { type Static } from 'typebox';
import { command, jobCommand, query } from './call.ts';
import { AddResult, FilePreview } from './data-results.ts';
import { ImportOptions } from './import-options.ts';
import { ErrorReportSchema } from './jobs.ts';
import { Name, Nullable, Time } from './values.ts';

export const connectionKinds = ['sqlite', 'postgres', 'mysql', 'http', 's3'] as const;
export type ConnectionKind = (typeof connectionKinds)[number];

/** How a connection is encrypted: `verify` checks the server's certificate, `unverified` does not, `off` sends in the clear. */
export const tlsModes = ['verify', 'unverified', 'off'] as const;
export type TlsMode = (typeof tlsModes)[number];

const Text = Type.Optional(Type.String({ minLength: 1, maxLength: 2000 }));

/** What a connection needs, by kind; passwords and keys are never among it. */
export const ConnectionSettings = Type.Object({
  kind: Type.Enum([...connectionKinds]),
  /** sqlite: the file. */
  path: Text,
  /** postgres, mysql: name or address, or the folder of a socket. */
  host: Text,
  port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65535 })),
  database: Text,
  /** postgres, mysql, http (Basic). */
  user: Text,
  /** Left out: `verify`, but `off` for this machine itself. */
  tls: Type.Optional(Type.Enum([...tlsModes])),
  /** File with the certificate of the authority that signed the server's. */
  certificate: Text,
  /** http: what addresses must begin with. */
  url: Text,
  /** s3. */
  endpoint: Text,
  region: Text,
  bucket: Text,
  prefix: Text,
  /** s3: the bucket stands in the path; left out: it does, but not at amazonaws.com. */
  pathStyle: Type.Optional(Type.Boolean()),
  /** s3: the public half of the keys; left out for a bucket that is open to everybody. */
  accessKey: Text,
  /** Environment variable of the engine that holds the password or secret key. */
  secretVariable: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z_][A-Za-z0-9_]*$',
      maxLength: 200,
      description: 'the name of an environment variable',
    }),
  ),
  /** How long the server may take for one step. */
  timeoutSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 86400 })),
});
export type ConnectionSettings = Static<typeof ConnectionSettings>;

/** Where the secret is: `session` is forgotten when the engine ends; `missing` must be entered; `none` is needed. */
export const secretPlaces = ['keychain', 'session', 'environment', 'missing', 'none'] as const;
export type SecretPlace = (typeof secretPlaces)[number];

export const Connection = Type.Object({
  id: Type.String(),
  name: Type.String(),
  settings: ConnectionSettings,
  secret: Type.Enum([...secretPlaces]),
  /** Names of the datasets that come from it. */
  datasets: Type.Array(Type.String()),
  createdAt: Time,
});
export type Connection = Static<typeof Connection>;

/** What to read: a table or a query of a database, objects of a store (`2024/*.csv`), or an address. */
export const SourceChoice = Type.Object({
  connection: Type.Optional(Name),
  schema: Text,
  table: Text,
  query: Type.Optional(Type.String({ minLength: 1, maxLength: 100_000 })),
  object: Text,
  url: Type.Optional(Type.String({ minLength: 1, maxLength: 8000 })),
});
export type SourceChoice = Static<typeof SourceChoice>;

export const watchStates = ['off', 'watching', 'settling', 'importing', 'missing', 'failed'] as const;
export type WatchState = (typeof watchStates)[number];

/** Where the rows of a dataset come from, as far as it can be read again. */
export const DatasetSource = Type.Object({
  kind: Type.Enum(['files', 'table', 'query', 'objects', 'address']),
  connection: Nullable(Type.String()),
  /** In one line: `shop: public.orders`, `https://…`, the paths of files. */
  title: Type.String(),
  /** The SQL of a query. */
  sql: Nullable(Type.String()),
  /** When it was last read with success. */
  refreshedAt: Nullable(Time),
  /** Why the last try failed. */
  error: Nullable(ErrorReportSchema),
  /** Only files of this machine can be watched. */
  watchable: Type.Boolean(),
  watch: Type.Enum([...watchStates]),
});
export type DatasetSource = Static<typeof DatasetSource>;

const BrowseEntry = Type.Object({
  kind: Type.Enum(['schema', 'table', 'view', 'column', 'folder', 'object']),
  name: Type.String(),
  /** Of a column, in the words of the database. */
  type: Type.Optional(Type.String()),
  /** Of a table, as the database estimates it. */
  rows: Type.Optional(Type.Integer()),
  bytes: Type.Optional(Type.Integer()),
});
export type BrowseEntry = Static<typeof BrowseEntry>;

/** Also where expectations that block fail; the failures are kept with the version. */
const acceptFailures = Type.Optional(Type.Boolean());
const Secret = Type.Optional(Type.String({ maxLength: 10_000 }));

export const dataConnectionCalls = {
  connections: query(
    'data.connections',
    'All connections.',
    Type.Object({}),
    Type.Object({ connections: Type.Array(Connection), keychain: Type.Boolean() }),
  ),
  saveConnection: command(
    'data.saveConnection',
    'Makes or changes a connection. The secret goes to the keychain of the system; an empty one is forgotten.',
    Type.Object({
      name: Name,
      settings: Type.Optional(ConnectionSettings),
      /** Instead of settings: `postgres://user@host/database`, `mysql://…`, `https://…`; a password in it is taken out. */
      address: Type.Optional(Type.String({ minLength: 1, maxLength: 8000 })),
      secret: Secret,
      /** Its name until now, where that changes. */
      rename: Type.Optional(Name),
    }),
    Type.Object({ connection: Connection }),
  ),
  removeConnection: command(
    'data.removeConnection',
    'Forgets a connection that no dataset comes from, and its secret.',
    Type.Object({ name: Name }),
    Type.Object({ name: Type.String() }),
  ),
  testConnection: query(
    'data.testConnection',
    'Tries a connection, stored or not.',
    Type.Object({ name: Type.Optional(Name), settings: Type.Optional(ConnectionSettings), secret: Secret }),
    Type.Object({ server: Type.String(), encrypted: Type.Boolean(), milliseconds: Type.Number() }),
  ),
  browseConnection: query(
    'data.browseConnection',
    'What a connection holds: schemas, tables of a schema, columns of a table; folders and objects of a store.',
    Type.Object({ name: Name, path: Type.Optional(Type.Array(Type.String(), { maxItems: 2 })) }),
    Type.Object({ entries: Type.Array(BrowseEntry), more: Type.Boolean() }),
  ),
  previewSource: query(
    'data.previewSource',
    'The first rows of a source as an import would read them; of several objects the first one.',
    Type.Object({
      source: SourceChoice,
      options: Type.Optional(ImportOptions),
      /** The dataset whose remembered options hold where none are given. */
      dataset: Type.Optional(Type.String()),
      /** Dots instead of values of the columns that this dataset has marked. */
      masked: Type.Optional(Type.Boolean()),
      /** What an earlier preview fetched: shown again, with other options, without fetching anything if it is still there. */
      fetched: Type.Optional(Type.String()),
    }),
    Type.Object({ ...FilePreview.properties, fetched: Type.String() }),
  ),
  addFromSource: jobCommand(
    'data.addFromSource',
    'Fetches a table, query, objects or an address and adds it as a version; the dataset remembers where it came from.',
    Type.Object({
      name: Name,
      source: SourceChoice,
      options: Type.Optional(ImportOptions),
      key: Type.Optional(Type.Array(Type.String())),
      time: Type.Optional(Type.String()),
      acceptFailures,
    }),
    AddResult,
  ),
  refresh: jobCommand(
    'data.refresh',
    'Reads the source of a dataset again: a new version, or unchanged.',
    Type.Object({ name: Name, acceptFailures }),
    AddResult,
  ),
  watch: command(
    'data.watch',
    'Switches on or off that a change of the source files makes a new version, while an engine runs.',
    Type.Object({ name: Name, on: Type.Boolean() }),
    Type.Object({ source: DatasetSource }),
  ),
};
