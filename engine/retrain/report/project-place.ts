import { existsSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { GalleyError } from '../../base/errors.ts';

/** What stands in the folder of a project by Galley itself, and by git. */
const own = /^(galley\.db.*|project\.json|blobs|cache|expectations|logs|pipelines|recipes|run|tests|\.git)$/i;

/**
 * Where a file of the project is to be written; its folder is made.
 * @param path inside the project's folder
 * @throws GalleyError `retrain.refused_place` for a file of Galley itself or of git, for a folder, and for one that a link leads out of the project
 */
export function placeInProject(projectPath: string, path: string): string {
  const [first = ''] = path.split('/').filter((part) => part !== '' && part !== '.');
  if (own.test(first)) throw refused(path, `${first} is kept by Galley or git`);
  const place = join(projectPath, path);
  if (statSync(place, { throwIfNoEntry: false })?.isDirectory()) throw refused(path, 'it is a folder');
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
