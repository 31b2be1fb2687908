import type { Connection, ConnectionKind, ConnectionSettings } from '../../../engine/contract/data-connections.ts';
import type { CallInput } from '../../client/client.ts';

type TextSetting = Exclude<keyof ConnectionSettings, 'kind' | 'pathStyle'>;

export interface FieldForm {
  key: TextSetting;
  label: string;
  placeholder?: string;
  hint?: string;
  /** Stands beside the field before it. */
  short?: boolean;
}

export const kinds: { value: ConnectionKind; label: string }[] = [
  { value: 'postgres', label: 'PostgreSQL' },
  { value: 'mysql', label: 'MySQL' },
  { value: 'sqlite', label: 'SQLite' },
  { value: 's3', label: 'S3 store' },
  { value: 'http', label: 'Web' },
];

const server: FieldForm[] = [
  { key: 'host', label: 'Host', placeholder: 'db.example.org' },
  { key: 'port', label: 'Port', short: true },
  { key: 'database', label: 'Database' },
  { key: 'user', label: 'User' },
];

/** The fields of each kind, in order. */
export const fieldsOf: Readonly<Record<ConnectionKind, FieldForm[]>> = {
  postgres: server,
  mysql: server,
  sqlite: [{ key: 'path', label: 'File', placeholder: '/home/ada/shop.db' }],
  s3: [
    { key: 'endpoint', label: 'Address of the store', placeholder: 'https://s3.eu-central-1.amazonaws.com' },
    { key: 'bucket', label: 'Bucket' },
    { key: 'region', label: 'Region', placeholder: 'us-east-1', short: true },
    {
      key: 'prefix',
      label: 'Prefix',
      placeholder: 'sales/',
      hint: 'what every key begins with, if you want only these',
    },
    { key: 'accessKey', label: 'Access key', hint: 'left empty for a bucket that is open to everybody' },
  ],
  http: [
    { key: 'url', label: 'Addresses begin with', placeholder: 'https://data.example.org/' },
    { key: 'user', label: 'User', hint: 'left empty where nobody is asked' },
  ],
};

export interface ConnectionForm {
  /** Its name until now, where it is changed. */
  before: string | undefined;
  name: string;
  kind: ConnectionKind;
  texts: Record<string, string>;
  tls: '' | 'verify' | 'unverified' | 'off';
  secret: string;
}

export function emptyForm(): ConnectionForm {
  return { before: undefined, name: '', kind: 'postgres', texts: {}, tls: '', secret: '' };
}

export function formOf({ name, settings }: Connection): ConnectionForm {
  const { kind, tls = '', pathStyle: _, ...rest } = settings;
  const texts = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, String(value)]));
  return { before: name, name, kind, texts, tls, secret: '' };
}

export function takesSecret({ kind, texts }: ConnectionForm): boolean {
  if (kind === 'sqlite') return false;
  if (kind === 's3') return (texts.accessKey ?? '').trim() !== '';
  return kind !== 'http' || (texts.user ?? '').trim() !== '';
}

const namePattern = /^[a-z][a-z0-9_-]*$/;
const needed: Readonly<Record<ConnectionKind, string[]>> = {
  postgres: ['host', 'database', 'user'],
  mysql: ['host', 'database', 'user'],
  sqlite: ['path'],
  s3: ['endpoint', 'bucket'],
  http: ['url'],
};

/** Why the connection cannot be tried yet. */
export function settingsProblem({ kind, texts }: ConnectionForm): string | undefined {
  const lacks = needed[kind].find((key) => (texts[key] ?? '').trim() === '');
  if (lacks !== undefined) return `${fieldsOf[kind].find(({ key }) => key === lacks)?.label ?? lacks} is missing.`;
  const port = (texts.port ?? '').trim();
  return port === '' || (/^\d+$/.test(port) && Number(port) >= 1 && Number(port) <= 65535)
    ? undefined
    : 'The port is a number up to 65535.';
}

export function nameProblem({ name }: ConnectionForm): string | undefined {
  if (name === '') return 'Give it a name.';
  return namePattern.test(name) ? undefined : 'Small letters, digits, _ and -, beginning with a letter.';
}

export function settingsOf({ kind, texts, tls }: ConnectionForm): ConnectionSettings {
  const own = [...fieldsOf[kind].map(({ key }) => key), 'secretVariable', 'certificate', 'timeoutSeconds'];
  const given = own.flatMap((key) => {
    const text = (texts[key] ?? '').trim();
    if (text === '') return [];
    return [[key, key === 'port' || key === 'timeoutSeconds' ? Number(text) : text]];
  });
  const isServer = kind === 'postgres' || kind === 'mysql';
  return { kind, ...Object.fromEntries(given), ...(isServer && tls !== '' ? { tls } : {}) };
}

/** The input of `data.saveConnection`; an empty secret leaves the one that is kept. */
export function saveInput(form: ConnectionForm): CallInput<'data.saveConnection'> {
  return {
    name: form.name,
    settings: settingsOf(form),
    ...(form.secret === '' ? {} : { secret: form.secret }),
    ...(form.before === undefined ? {} : { rename: form.before }),
  };
}

/** Where a connection leads, in one line. */
export function placeOf({
  kind,
  path,
  host,
  port,
  database,
  url,
  endpoint,
  bucket,
  prefix = '',
}: ConnectionSettings): string {
  if (kind === 'sqlite') return path ?? '';
  if (kind === 'http') return url ?? '';
  if (kind === 's3') return `${endpoint?.replace(/^https?:\/\//, '')}/${bucket}/${prefix}`;
  return `${host}${port === undefined ? '' : `:${port}`}/${database}`;
}

export const secretWords: Readonly<Record<Connection['secret'], string>> = {
  keychain: 'password in the keychain',
  session: 'password known until Galley closes',
  environment: 'password from the environment',
  missing: 'password not known here',
  none: '',
};
