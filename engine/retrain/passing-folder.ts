import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineContext } from '../jobs/context.ts';

type Place = Pick<EngineContext, 'project'>;

const folderOf = ({ project }: Place) => join(project.path, 'run', 'pipelines');

/** Works in a new folder on the disk of the project; it is gone afterwards, at the latest when the next engine begins. */
export async function inPassingFolder<Result>(
  place: Place,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  mkdirSync(folderOf(place), { recursive: true });
  const folder = mkdtempSync(join(folderOf(place), 'work-'));
  try {
    return await work(folder);
  } finally {
    remove(folder);
  }
}

/** Removes the folders that an engine left when it ended. */
export function removePassingFolders(place: Place): void {
  remove(folderOf(place));
}

/** What cannot be removed, such as a folder that a command took the rights of, stops nothing. */
function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch (error) {
    console.error(error);
  }
}
