import { constants, mkdirSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import type { FilesArtifact } from '../../contract/retrain-artifacts.ts';
import type { EngineContext } from '../../jobs/context.ts';
import { inPassingFolder } from '../passing-folder.ts';
import { type Command, incomplete } from './command.ts';
import { type FoundFile, filesAt, type LinkRule, Unusable } from './found-files.ts';

/** Where a command runs: an empty folder, and one for what it needs while it runs. */
export interface CommandFolder {
  work: string;
  temporary: string;
}

/** Works in a new folder; it is gone afterwards. */
export function inCommandFolder<Result>(
  context: Pick<EngineContext, 'project'>,
  work: (folder: CommandFolder) => Promise<Result>,
): Promise<Result> {
  return inPassingFolder(context, (base) => {
    const folder = { work: join(base, 'work'), temporary: join(base, 'temporary') };
    for (const path of [folder.work, folder.temporary]) mkdirSync(path);
    return work(folder);
  });
}

/** What a command reads of the project, its lock file among it. @throws GalleyError `retrain.command_incomplete` */
export async function filesRead(projectPath: string, command: Command): Promise<FoundFile[]> {
  const { reads, lock } = command;
  const paths = lock === undefined ? reads : [...reads, lock];
  return declared(command, { folder: projectPath, paths, links: 'inside', does: 'reads' });
}

/** What a command wrote of what it says. @throws GalleyError `retrain.command_incomplete` */
export async function filesWritten({ work }: CommandFolder, command: Command): Promise<FoundFile[]> {
  return declared(command, { folder: work, paths: command.writes, links: 'none', does: 'was to write' });
}

interface Declared {
  folder: string;
  paths: readonly string[];
  links: LinkRule;
  does: string;
}

/** Each file once. */
async function declared(command: Command, { folder, paths, links, does }: Declared): Promise<FoundFile[]> {
  const found = new Map<string, FoundFile>();
  for (const path of paths)
    try {
      for (const file of await filesAt(folder, path, links)) found.set(file.path, file);
    } catch (error) {
      if (!(error instanceof Unusable)) throw error;
      const what = error.path === path ? `${path}, which` : `${path}, where ${error.path}`;
      throw incomplete(command, `${does} ${what} ${error.message}`);
    }
  return [...found.values()];
}

/** Brings files into the folder at their paths. */
export async function copyInto(
  command: Command,
  folder: string,
  files: readonly Pick<FoundFile, 'path' | 'place'>[],
): Promise<void> {
  for (const { path, place } of files) {
    const to = inside(command, folder, path);
    await mkdir(dirname(to), { recursive: true });
    await copyFile(place, to, constants.COPYFILE_FICLONE);
  }
}

/** Files that an earlier step gave, as they stand in the store. @throws GalleyError `store.missing_blob` */
export function storedFiles(
  { blobs }: Pick<EngineContext, 'blobs'>,
  { files }: FilesArtifact,
): Pick<FoundFile, 'path' | 'place'>[] {
  return files.map(({ path, hash }) => ({ path, place: blobs.path(hash) }));
}

/** A project may hold artifacts that somebody else wrote. @throws GalleyError `retrain.command_incomplete` */
function inside(command: Command, folder: string, path: string): string {
  const place = resolve(folder, path);
  if (place.startsWith(`${resolve(folder)}${sep}`)) return place;
  throw incomplete(command, `is given ${path}, which leads out of its folder`);
}
