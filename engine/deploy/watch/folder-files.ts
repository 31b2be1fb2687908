import { readdir, stat } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { GalleyError } from '../../base/errors.ts';

/** A file of a watched folder as it is now. */
export interface FolderFile {
  file: string;
  /** Size and times: another text means that it was changed. */
  seen: string;
  bytes: number;
}

/**
 * The tables in a folder, not in those below it, by name. What is hidden or begins with `~`, as the temporary files of
 * many programs do, and predictions are none.
 * @throws GalleyError `deploy.unreadable_folder`
 */
export async function folderFiles(folder: string): Promise<FolderFile[]> {
  const names = await namesIn(folder);
  const files = await Promise.all(names.filter(isTable).map((file) => folderFile(folder, file)));
  return files.filter((file) => file !== undefined);
}

/** Undefined where there is no such file. */
export async function folderFile(folder: string, file: string): Promise<FolderFile | undefined> {
  const found = await stat(join(folder, file)).catch(() => undefined);
  return found?.isFile()
    ? { file, seen: `${found.size} ${found.mtimeMs} ${found.ctimeMs}`, bytes: found.size }
    : undefined;
}

/** Where the predictions of a file go, beside it. */
export function predictionsPath(folder: string, file: string): string {
  const { name, ext } = parse(file);
  return join(folder, `${name}.predictions${ext}`);
}

/** Where it says why files of that name, of either format, could not be scored. */
export function errorPath(folder: string, file: string): string {
  return join(folder, `${parse(file).name}.predictions.error.txt`);
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const what = code === 'ENOENT' ? 'is not there' : `cannot be read: ${message}`;
    throw new GalleyError('deploy.unreadable_folder', `The folder ${folder} ${what}.`, { details: { folder }, cause });
  }
}

function isTable(name: string): boolean {
  return /^[^.~].*\.(csv|parquet)$/i.test(name) && !/\.predictions\.[a-z]+$/i.test(name);
}
