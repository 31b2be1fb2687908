import { createHash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { GalleyError } from '../../../base/errors.ts';
import { globTest } from '../../../data/index.ts';

/** More would be looked at for too long, every few seconds. */
const mostEntries = 20_000;
const magic = /[*?[\]{}]/;
/** What Galley and others write all the time. */
const own = /^(galley\.db.*|blobs|cache|logs|run|node_modules)$/;

/**
 * What the files of a place are now, without reading them: a text that changes with their names, sizes and times. Hidden
 * files, and those that begin with `~` as temporary files of many programs do, are none; nor is what the project keeps for
 * itself. Links to folders are not followed.
 * @param path within the root: a file, a folder with all below it, or a pattern
 * @throws GalleyError `retrain.unreadable_files` where the file or folder is not there or holds too much
 */
export async function filesState(root: string, path: string): Promise<string> {
  const wanted = path.replace(/^\.\/?(?=$|[^.])/, '').replace(/\/+$/, '');
  const isPattern = magic.test(wanted);
  const start = isPattern ? fixedPart(wanted) : wanted;
  const isWanted = isPattern ? globTest(wanted) : () => true;
  const lines: string[] = [];
  let entries = 0;
  const visit = async (place: string, entry: Pick<Dirent, 'isDirectory'>): Promise<void> => {
    if (++entries > mostEntries) throw tooMany(path);
    if (entry.isDirectory()) {
      for (const inner of await namesIn(join(root, place)))
        if (isShown(place, inner.name)) await visit(place === '' ? inner.name : `${place}/${inner.name}`, inner);
      return;
    }
    if (!isWanted(place)) return;
    const found = await stat(join(root, place)).catch(() => undefined);
    if (found?.isFile()) lines.push(`${place} ${found.size} ${found.mtimeMs}`);
  };
  const found = await stat(join(root, start)).catch(() => undefined);
  if (found) await visit(start, found);
  else if (!isPattern) throw unreadable(path, 'is not there');
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex');
}

/** The folders of a pattern before the first one that is none by name. */
function fixedPart(pattern: string): string {
  const parts = pattern.split('/');
  const place = parts.findIndex((part) => magic.test(part));
  return parts.slice(0, place).join('/');
}

function isShown(folder: string, name: string): boolean {
  return !/^[.~]/.test(name) && !(folder === '' && own.test(name));
}

/** What cannot be read, or is gone meanwhile, holds nothing. */
async function namesIn(folder: string): Promise<Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch(() => []);
}

function tooMany(path: string): GalleyError {
  return unreadable(path, `holds more than ${mostEntries} files and folders; name a smaller part`);
}

function unreadable(path: string, what: string): GalleyError {
  return new GalleyError('retrain.unreadable_files', `${path} ${what}.`, { details: { path } });
}
