import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where Galley keeps what belongs to its user rather than to a project. */
export function userFolder(environment = process.env): string {
  if (environment.GALLEY_HOME) return environment.GALLEY_HOME;
  if (process.platform === 'win32') return join(environment.APPDATA ?? homedir(), 'Galley');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Galley');
  return join(environment.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'galley');
}
