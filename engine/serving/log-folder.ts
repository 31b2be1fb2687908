import { open, readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';

const openSuffix = '.open';
const closedSuffix = '.segment';
const namePattern = /^\d{13}-(\d+)-\d{6}\.(open|segment)$/;

/** Where a server that logs to a folder keeps the labels that it is sent, in segments of the same form. */
export function labelFolder(logFolder: string): string {
  return join(logFolder, 'labels');
}

/** `<created at>-<pid>-<number>.open`: names sort by time, and say whose they are until they are closed. */
export function openName(createdAt: number, number: number): string {
  return `${String(createdAt).padStart(13, '0')}-${process.pid}-${String(number).padStart(6, '0')}${openSuffix}`;
}

/** Whether a path is one of a segment that is being written. */
export function isOpenSegment(path: string): boolean {
  return path.endsWith(openSuffix);
}

/** The path that an open segment gets when it is closed. */
export function closedPath(path: string): string {
  return path.slice(0, -openSuffix.length) + closedSuffix;
}

/** Gives a segment its name as a closed one. @returns its new path */
export async function closeName(folder: string, path: string): Promise<string> {
  const closed = closedPath(path);
  await rename(path, closed);
  await syncFolder(folder);
  return closed;
}

/** Paths of all closed segments, oldest first. */
export async function closedSegments(folder: string): Promise<string[]> {
  return (await allSegments(folder)).filter((path) => path.endsWith(closedSuffix));
}

/** Paths of all segments, also of those that are being written, oldest first. */
export async function allSegments(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => namePattern.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/** Bytes of all closed segments; one that is taken away meanwhile counts as nothing. */
export async function closedBytes(folder: string): Promise<number> {
  const sizes = (await closedSegments(folder)).map((path) =>
    stat(path).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/**
 * Closes segments whose server ended without doing so. One with this process's own id is from a predecessor that had
 * the same, as the first process of a container always has. Their bytes stay as they are: the reader finds a torn tail.
 */
export async function closeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const match = namePattern.exec(name);
    if (match?.[2] !== 'open') continue;
    const pid = Number(match[1]);
    if (pid === process.pid || !isAlive(pid)) await closeName(folder, join(folder, name));
  }
}

/** Makes the names in a folder durable. Windows has no such call, and keeps them without it. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
