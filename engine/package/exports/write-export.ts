import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { makeFolderDurably, syncFile, syncFolder } from '../../base/durable-files.ts';
import { GalleyError, reportError } from '../../base/errors.ts';
import { hashFile } from '../../base/hash-file.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import type { ExportFile } from './exporter.ts';

export interface WrittenFile {
  /** Absolute. */
  path: string;
  /** 64 hexadecimal digits. */
  sha256: string;
}

/** @throws GalleyError `package.folder_not_empty` also where a file stands in its place, `package.not_writable` */
export function requireEmptyFolder(folder: string): void {
  const found = entriesOf(folder);
  if (found.length === 0) return;
  const message = `${folder} is not empty: it has ${found[0]}${found.length > 1 ? ` and ${found.length - 1} more` : ''}.`;
  throw new GalleyError('package.folder_not_empty', message, { details: { path: folder } });
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    throw notWritable(folder, cause);
  }
}

/**
 * Writes an export beside the folder and moves it there when every file is on the disk: the folder holds all of it or is
 * as it was.
 * @throws GalleyError `package.not_writable`, `store.disk_full`, `job.canceled`
 */
export async function writeExport(
  folder: string,
  files: readonly ExportFile[],
  { progress, throwIfCanceled }: Pick<JobContext, 'progress' | 'throwIfCanceled'>,
): Promise<WrittenFile[]> {
  const beside = join(dirname(folder), `.${basename(folder)}.${process.pid}.part`);
  try {
    makeFolderDurably(beside);
    const hashes: string[] = [];
    for (const [index, file] of files.entries()) {
      throwIfCanceled();
      progress({ phase: 'writing', done: index, total: files.length });
      hashes.push(await hashFile(writeFile(beside, file)));
    }
    moveFolder(beside, folder);
    return files.map(({ path }, index) => ({ path: join(folder, path), sha256: hashes[index] as string }));
  } catch (cause) {
    rmSync(beside, { recursive: true, force: true });
    if (cause instanceof GalleyError || reportError(cause).code === 'store.disk_full') throw cause;
    throw notWritable(folder, cause);
  }
}

function writeFile(folder: string, { path, content, executable }: ExportFile): string {
  const target = join(folder, path);
  mkdirSync(dirname(target), { recursive: true });
  if (typeof content === 'object' && 'copyOf' in content) copyFileSync(content.copyOf, target);
  else writeFileSync(target, content);
  chmodSync(target, executable ? 0o755 : 0o644);
  syncFile(target);
  return target;
}

/** What came into the folder meanwhile stays, and the export is refused: only an empty one is removed. */
function moveFolder(from: string, to: string): void {
  if (existsSync(to)) rmdirSync(to);
  renameSync(from, to);
  syncFolder(dirname(to));
}

function notWritable(folder: string, cause: unknown): GalleyError {
  const message = `${folder} cannot be written: ${(cause as Error).message}`;
  return new GalleyError('package.not_writable', message, { details: { path: folder }, cause });
}
