import { GalleyError } from '../../base/errors.ts';
import type { SourceChoice } from '../../contract/data-connections.ts';
import { webAddress } from './settings.ts';

/** Where rows are read, as it is stored: without any secret. */
export type StoredChoice =
  | { kind: 'files'; paths: string[]; glob?: string }
  | { kind: 'table'; schema?: string; table: string }
  | { kind: 'query'; sql: string }
  | { kind: 'objects'; pattern: string }
  | { kind: 'address'; url: string; user?: string; hidden: string[] };

/** Parameters of an address that give access by themselves. */
const secretParameter = /^(.*[-_])?(token|signature|sig|password|passwd|pwd|secret|key|apikey|credential|code)$/i;

/** An address without what must not be stored, and that. */
export interface SplitAddress {
  choice: StoredChoice & { kind: 'address' };
  password: string | undefined;
  /** Values of the parameters that `hidden` names. */
  parameters: Record<string, string>;
}

/** Takes password and secret parameters out of an address. @throws GalleyError `data.address_refused` */
export function splitAddress(address: string): SplitAddress {
  const url = webAddress(address);
  const password = url.password === '' ? undefined : decodeURIComponent(url.password);
  const user = url.username === '' ? {} : { user: decodeURIComponent(url.username) };
  url.username = '';
  url.password = '';
  url.hash = '';
  const parameters: Record<string, string> = {};
  for (const [name, value] of [...url.searchParams]) {
    if (!secretParameter.test(name)) continue;
    parameters[name] = value;
    url.searchParams.delete(name);
  }
  return {
    choice: { kind: 'address', url: url.toString(), ...user, hidden: Object.keys(parameters) },
    password,
    parameters,
  };
}

/** The account of an address's password and secret parameters: bound to where they go. */
export function addressAccount({ url, user, hidden }: StoredChoice & { kind: 'address' }): string | undefined {
  if (user === undefined && hidden.length === 0) return undefined;
  const { origin, pathname } = new URL(url);
  return `${origin}${hidden.length > 0 ? pathname : ''} ${[user ?? '', ...hidden].join(' ')}`.trim();
}

/** What is asked for, as one of the forms that there are. @throws GalleyError `data.connection_incomplete` */
export function checkChoice(choice: SourceChoice, kind: string | undefined): StoredChoice | undefined {
  const { schema, table, query, object, url } = choice;
  const given = [table, query, object, url].filter((part) => part !== undefined);
  if (given.length !== 1 || (schema !== undefined && table === undefined)) {
    throw new GalleyError(
      'data.connection_incomplete',
      'A source is one of: a table, a query, an object (or a pattern of objects), or an address.',
      { details: { field: 'source' } },
    );
  }
  if (url !== undefined) return undefined;
  const wanted = object !== undefined ? ['s3'] : ['sqlite', 'postgres', 'mysql'];
  if (kind === undefined || !wanted.includes(kind)) {
    const what = object !== undefined ? 'Objects' : 'Tables and queries';
    throw new GalleyError('data.connection_incomplete', `${what} need a connection that holds them.`, {
      details: { field: 'connection' },
    });
  }
  if (table !== undefined) return { kind: 'table', table, ...(schema === undefined ? {} : { schema }) };
  if (query !== undefined) return { kind: 'query', sql: query };
  return { kind: 'objects', pattern: object as string };
}

const shownQuery = 60;

/** A source in one line. */
export function choiceTitle(choice: StoredChoice, connection: string | undefined): string {
  const from = connection === undefined ? '' : `${connection}: `;
  switch (choice.kind) {
    case 'files':
      return choice.paths.join(', ');
    case 'table':
      return `${from}${choice.schema === undefined ? '' : `${choice.schema}.`}${choice.table}`;
    case 'query': {
      const sql = choice.sql.replace(/\s+/g, ' ').trim();
      return `${from}${sql.length > shownQuery ? `${sql.slice(0, shownQuery)}…` : sql}`;
    }
    case 'objects':
      return `${from}${choice.pattern}`;
    case 'address':
      return choice.hidden.length === 0 ? choice.url : `${choice.url} (with ${choice.hidden.join(', ')})`;
  }
}

/** A name for the file that is made of a source. */
export function choiceFileName(choice: StoredChoice): string {
  switch (choice.kind) {
    case 'table':
      return choice.table;
    case 'query':
      return 'query';
    case 'objects':
      return choice.pattern.split('/').at(-1) ?? choice.pattern;
    case 'address': {
      const { pathname, hostname } = new URL(choice.url);
      const last = pathname.split('/').filter(Boolean).at(-1) ?? hostname;
      try {
        return decodeURIComponent(last);
      } catch {
        return last;
      }
    }
    case 'files':
      return choice.paths[0] ?? '';
  }
}
