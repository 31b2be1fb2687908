import { existsSync, lstatSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolderDurably, syncFolder, writeFileDurably } from '../../base/durable-files.ts';
import { GalleyError } from '../../base/errors.ts';
import { trackedPath } from './tracked-paths.ts';

/**
 * Writes a file of Galley's into the project's folder, or removes it. Its folders must be folders: a link in their place
 * would lead out of the project.
 * @param text undefined removes it
 * @throws GalleyError `project.git_refused`
 */
export function writeTracked(project: string, path: string, text: string | undefined): void {
  if (!trackedPath(path)) throw new Error(`${path} is no file of Galley's`);
  const place = join(project, path);
  for (let folder = dirname(place); folder.length > project.length; folder = dirname(folder)) requireFolder(folder);
  const found = lstatSync(place, { throwIfNoEntry: false });
  if (found && !found.isFile())
    throw new GalleyError('project.git_refused', `${place} is no plain file; Galley does not replace it.`);
  if (text === undefined) {
    remove(project, place);
  } else if (!found || readFileSync(place, 'utf8') !== text) {
    makeFolderDurably(dirname(place));
    writeFileDurably(place, text);
  }
}

function requireFolder(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found && !found.isDirectory())
    throw new GalleyError('project.git_refused', `${path} is no folder; Galley writes nothing through it.`);
}

function remove(project: string, place: string): void {
  if (!existsSync(place)) return;
  rmSync(place);
  syncFolder(dirname(place));
  for (let folder = dirname(place); folder.length > project.length; folder = dirname(folder)) {
    try {
      rmdirSync(folder);
    } catch {
      return; // something else is in it
    }
  }
}
