import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { copyFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { GalleyError } from './errors.ts';

/** Forces what was written to a file to the disk. */
export function syncFile(path: string): void {
  const descriptor = openSync(path, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Forces the names in a folder to the disk; Windows has no such call and needs none. */
export function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Makes a folder and those above it whose own names are on the disk, too, when it returns. */
export function makeFolderDurably(path: string): void {
  const first = mkdirSync(path, { recursive: true });
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) syncFolder(dirname(made));
}

/** Makes a folder that someone named, where it is not there. @throws GalleyError `store.not_writable` */
export function makeNamedFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (cause) {
    const message = `The folder ${path} cannot be made: ${(cause as Error).message}`;
    throw new GalleyError('store.not_writable', message, { details: { path }, cause });
  }
}

/** The file has its old content or its new one, never a part: temporary name, fsync, rename, fsync of the folder. */
export function writeFileDurably(path: string, content: string | Uint8Array, mode = 0o644): void {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, content, { mode });
  syncFile(temporary);
  renameSync(temporary, path);
  syncFolder(dirname(path));
}

/** Moves a file to where its user wants it, also to another disk; what stands there is replaced as a whole or not at all. */
export async function moveIntoPlace(file: string, path: string): Promise<void> {
  const temporary = `${path}.${process.pid}.part`;
  try {
    await copyFile(file, temporary);
    syncFile(temporary);
    await rename(temporary, path);
    syncFolder(dirname(path));
    await rm(file);
  } finally {
    await rm(temporary, { force: true });
  }
}
