import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** A file of a folder. */
export interface FoundFile {
  /** From the folder, with `/` between its parts. */
  path: string;
  /** Where it stands on the disk. */
  place: string;
  bytes: number;
}

/** What is done about links to other files: they stand for what they lead to inside the folder, or are refused. */
export type LinkRule = 'inside' | 'none';

/** Why a path cannot be taken, in words that follow the path. */
export class Unusable extends Error {
  readonly path: string;

  constructor(path: string, reason: string) {
    super(reason);
    this.path = path;
  }
}

const mostFiles = 1000;

/**
 * The file at a path, or all files of the folder there, in the order of their paths. Folders that are links are refused.
 * @throws Unusable where nothing is there, a link may not be followed, or there is what is neither file nor folder
 */
export async function filesAt(folder: string, path: string, links: LinkRule): Promise<FoundFile[]> {
  const found = await walk(folder, path.replace(/\/+$/, ''), links);
  if (found.length > mostFiles) throw new Unusable(path, `holds more than ${mostFiles} files`);
  return found.sort((one, other) => (one.path < other.path ? -1 : 1));
}

async function walk(folder: string, path: string, links: LinkRule): Promise<FoundFile[]> {
  const place = join(folder, path);
  const state = await lstat(place).catch(() => undefined);
  if (state === undefined) throw new Unusable(path, 'is not there');
  if (state.isSymbolicLink()) return [await linkedFile(folder, path, links)];
  if (state.isFile()) return [{ path, place, bytes: state.size }];
  if (!state.isDirectory()) throw new Unusable(path, 'is neither a file nor a folder');
  const names = await readdir(place);
  if (names.length > mostFiles) throw new Unusable(path, `holds more than ${mostFiles} files`);
  const found: FoundFile[] = [];
  for (const name of names) found.push(...(await walk(folder, `${path}/${name}`, links)));
  return found;
}

async function linkedFile(folder: string, path: string, links: LinkRule): Promise<FoundFile> {
  if (links === 'none') throw new Unusable(path, 'is a link');
  const place = await realpath(join(folder, path)).catch(() => undefined);
  if (place === undefined) throw new Unusable(path, 'is a link that leads nowhere');
  if (!place.startsWith(`${await realpath(folder)}${sep}`))
    throw new Unusable(path, 'is a link that leads out of the project');
  const state = await stat(place);
  if (!state.isFile()) throw new Unusable(path, 'is a link to something else than a file');
  return { path, place, bytes: state.size };
}
