import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { GalleyError } from '../../base/errors.ts';

/** What stands in the folder of a project by Galley itself. */
const own = /^(galley\.db.*|project\.json|blobs|logs|run)$/i;

/**
 * Where a file of the project is to be written; its folder is made.
 * @param path inside the project's folder
 * @throws GalleyError `retrain.refused_place` for a file of Galley itself, and for one that a link leads out of the project
 */
export function placeInProject(projectPath: string, path: string): string {
  const [first = ''] = path.split('/').filter((part) => part !== '' && part !== '.');
  if (own.test(first)) throw refused(path, `${first} is Galley's own`);
  const place = join(projectPath, path);
  const folder = existingFolder(dirname(place));
  const root = realpathSync(projectPath);
  if (`${realpathSync(folder)}${sep}`.startsWith(`${root}${sep}`)) {
    mkdirSync(dirname(place), { recursive: true });
    return place;
  }
  throw refused(path, 'a link leads out of the project');
}

function existingFolder(folder: string): string {
  return existsSync(folder) ? folder : existingFolder(dirname(folder));
}

function refused(path: string, reason: string): GalleyError {
  const message = `Nothing can be written to ${path} of the project: ${reason}.`;
  return new GalleyError('retrain.refused_place', message, { details: { path } });
}
