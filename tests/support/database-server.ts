import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import pg from 'pg';
import type { ConnectionSettings } from '../../engine/contract/data-connections.ts';
import { isOnPath } from './needs.ts';
import { freePort, startProgram } from './program-server.ts';

/** Why a test with a server is skipped. */
export const noPostgres = 'PostgreSQL is not installed';
export const noMariadb = 'MariaDB is not installed';

export interface DatabaseServer {
  settings: ConnectionSettings;
  secret: string;
  /** Runs statements as the administrator, in the database of the settings. */
  run(...statements: string[]): Promise<void>;
  /** One value, as the administrator. */
  value(query: string): Promise<unknown>;
  stop(): Promise<void>;
}

const secret = "geheim'\\ wort";
const user = 'reader';
const database = 'shop';

/** Folder of PostgreSQL's programs, undefined where it is not installed. */
export function postgresFolder(): string | undefined {
  const versions = existsSync('/usr/lib/postgresql')
    ? readdirSync('/usr/lib/postgresql').sort((a, b) => Number(b) - Number(a))
    : [];
  const folders = versions.map((version) => join('/usr/lib/postgresql', version, 'bin'));
  return folders.find((folder) => existsSync(join(folder, 'initdb')));
}

/** The program of MariaDB's server, undefined where it is not installed. */
export function mariadbProgram(): string | undefined {
  return (
    ['/usr/sbin/mariadbd', '/usr/local/sbin/mariadbd'].find((path) => existsSync(path)) ??
    (isOnPath('mariadbd') ? 'mariadbd' : undefined)
  );
}

/** Servers refuse to run as the administrator: then as another user, who owns their folder. */
function otherUser(name: string): { user?: number; group?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) =>
    Number(execFileSync('id', [flag, existsUser(name) ? name : 'nobody'], { encoding: 'utf8' }));
  return { user: id('-u'), group: id('-g') };
}

function existsUser(name: string): boolean {
  try {
    execFileSync('id', ['-u', name], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function ownFolder(name: string, { user: uid, group }: { user?: number; group?: number }): string {
  const folder = mkdtempSync(join(tmpdir(), name));
  if (uid !== undefined && group !== undefined) chownSync(folder, uid, group);
  return folder;
}

/** A PostgreSQL of its own on a free port, with a database `shop` and a user who may only read. */
export async function startPostgres(): Promise<DatabaseServer> {
  const programs = postgresFolder() as string;
  const owner = otherUser('postgres');
  const folder = ownFolder('galley-postgres-', owner);
  const data = join(folder, 'data');
  const ids = { uid: owner.user, gid: owner.group };
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, 'admin', { mode: 0o644 });
  execFileSync(
    join(programs, 'initdb'),
    ['-D', data, '-U', 'admin', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8', '--locale=C', '-N'],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      ...ids,
    },
  );
  const port = await freePort();
  const admin = async (to: string) => {
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'admin', password: 'admin', database: to });
    client.on('error', () => {});
    await client.connect();
    return client;
  };
  const words = [
    '-D',
    data,
    '-p',
    String(port),
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    `unix_socket_directories=${folder}`,
    '-c',
    'fsync=off',
  ];
  const program = await startProgram(join(programs, 'postgres'), words, { ...owner, stopSignal: 'SIGINT' }, async () =>
    (await admin('postgres')).end(),
  );
  const first = await admin('postgres');
  await first.query(`CREATE ROLE ${user} LOGIN PASSWORD '${secret.replaceAll("'", "''")}'`);
  await first.query(`CREATE DATABASE ${database}`);
  await first.end();
  const client = await admin(database);
  await client.query(`ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO ${user}`);
  return {
    settings: { kind: 'postgres', host: '127.0.0.1', port, database, user },
    secret,
    run: async (...statements) => {
      for (const statement of statements) await client.query(statement);
    },
    value: async (query) => Object.values((await client.query(query)).rows[0] ?? {})[0],
    stop: async () => {
      await client.end();
      await program.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A MariaDB of its own on a free port, with a database `shop` and a user who may only read. */
export async function startMariadb(): Promise<DatabaseServer> {
  const owner = otherUser('mysql');
  const folder = ownFolder('galley-mariadb-', owner);
  const data = join(folder, 'data');
  mkdirSync(data);
  if (owner.user !== undefined && owner.group !== undefined) chownSync(data, owner.user, owner.group);
  const port = await freePort();
  const socket = join(folder, 'socket');
  const start = join(folder, 'start.sql');
  writeFileSync(
    start,
    `CREATE DATABASE ${database} CHARACTER SET utf8mb4;
CREATE USER 'admin'@'%' IDENTIFIED BY 'admin';
GRANT ALL ON *.* TO 'admin'@'%' WITH GRANT OPTION;
CREATE USER '${user}'@'%' IDENTIFIED BY '${secret.replaceAll('\\', '\\\\').replaceAll("'", "''")}';
GRANT SELECT ON ${database}.* TO '${user}'@'%';
FLUSH PRIVILEGES;
`,
    { mode: 0o644 },
  );
  const common = ['--no-defaults', `--datadir=${data}`];
  execFileSync('mariadb-install-db', [...common, '--auth-root-authentication-method=normal', '--skip-test-db'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    uid: owner.user,
    gid: owner.group,
  });
  const words = [
    ...common,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    `--socket=${socket}`,
    `--init-file=${start}`,
    '--innodb-flush-log-at-trx-commit=0',
  ];
  const options = { host: '127.0.0.1', port, user: 'admin', password: 'admin', database, charset: 'utf8mb4' };
  const program = await startProgram(mariadbProgram() as string, words, owner, async () =>
    (await mysql.createConnection(options)).end(),
  );
  const client = await mysql.createConnection(options);
  return {
    settings: { kind: 'mysql', host: '127.0.0.1', port, database, user },
    secret,
    run: async (...statements) => {
      for (const statement of statements) await client.query(statement);
    },
    value: async (query) => {
      const [rows] = await client.query({ sql: query, rowsAsArray: true });
      return (rows as unknown[][])[0]?.[0];
    },
    stop: async () => {
      await client.end();
      await program.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
