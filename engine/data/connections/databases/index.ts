import { GalleyError } from '../../../base/errors.ts';
import type { ConnectionSettings } from '../../../contract/data-connections.ts';
import type { OpenDatabase } from './database.ts';

/** Opens the database of a connection with the client of its kind. @throws GalleyError `data.*` */
export async function openDatabase(settings: ConnectionSettings, secret: string | undefined): Promise<OpenDatabase> {
  switch (settings.kind) {
    case 'sqlite':
      return (await import('./sqlite.ts')).openSqlite(settings, secret);
    case 'postgres':
      return (await import('./postgres.ts')).openPostgres(settings, secret);
    case 'mysql':
      return (await import('./mysql.ts')).openMysql(settings, secret);
    default:
      throw new GalleyError('data.connection_incomplete', `A ${settings.kind} connection holds no tables.`);
  }
}
