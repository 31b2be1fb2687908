import { createHash } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  createReadStream,
  createWriteStream,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import SqliteDatabase from 'better-sqlite3';
import { type Pack, pack } from 'tar-stream';
import { syncFile, syncFolder } from '../../base/durable-files.ts';
import { GalleyError } from '../../base/errors.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { type BackupFile, type BackupManifest, backupExists, databaseName, isKept, manifestName } from './contents.ts';

export interface BackupInput extends Pick<BackupManifest, 'version' | 'project' | 'createdAt'> {
  folder: string;
  /** The file that is written; there must be none yet. */
  to: string;
}

export interface BackupOutput {
  files: number;
  bytes: number;
}

interface Source extends BackupFile {
  /** Where it is read. */
  from: string;
}

/**
 * Writes a whole project into one tar file while its engine goes on. First the logs are linked into the staging folder,
 * then the database is copied as it is at one moment: what was compacted in between is in both, and is taken once, by name.
 * Blobs never change. The file has its name only once it is whole and on the disk.
 */
export async function runBackupJob(input: BackupInput, job: JobContext): Promise<BackupOutput> {
  const unfinished = `${input.to}.part`;
  const removeUnfinished = () => rmSync(unfinished, { force: true });
  process.once('exit', removeUnfinished);
  try {
    job.progress({ phase: 'reading the project', done: 0, total: 0 });
    const linked = linkFiles(input.folder, join(job.stagingFolder, 'files'));
    const snapshot = join(job.stagingFolder, databaseName);
    const blobs = copyDatabase(join(input.folder, databaseName), snapshot);
    job.throwIfCanceled();
    const files = [
      await sourceOf(snapshot, databaseName),
      ...(await Promise.all(linked.map(({ from, path }) => sourceOf(from, path)))),
      ...blobs.map((blob) => blobSource(input.folder, blob)),
    ];
    const bytes = await writeArchive(unfinished, files, input, job);
    syncFile(unfinished);
    if (existsSync(input.to)) throw backupExists(input.to);
    renameSync(unfinished, input.to);
    syncFolder(dirname(input.to));
    return { files: files.length, bytes };
  } finally {
    removeUnfinished();
    process.off('exit', removeUnfinished);
  }
}

/** Hard links, or copies where the disk has none, of a project's own files; symbolic links are left out. */
function linkFiles(folder: string, staging: string): { from: string; path: string }[] {
  const found: { from: string; path: string }[] = [];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const source = join(entry.parentPath, entry.name);
    const path = relative(folder, source).split(sep).join('/');
    if (!entry.isFile() || !isKept(path)) continue;
    const from = join(staging, path);
    mkdirSync(dirname(from), { recursive: true });
    try {
      linkOrCopy(source, from);
    } catch (error) {
      // A log that was compacted a moment ago: the database that is copied next knows its rows.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
      throw error;
    }
    found.push({ from, path: closedName(path) });
  }
  return found;
}

/** A log that a server still writes ends, for the backup, where it ends now (docs/formats.md, "Prediction log"). */
function closedName(path: string): string {
  return path.replace(/^(logs\/.*\d{13}-\d+-\d{6})\.open$/, '$1.segment');
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw error;
    copyFileSync(from, to);
  }
}

/** A consistent copy of the database; answers the blobs that are in use in it. */
function copyDatabase(from: string, to: string): { hash: string; bytes: number }[] {
  const source = new SqliteDatabase(from, { readonly: true, timeout: 30_000 });
  try {
    source.prepare('VACUUM INTO ?').run(to);
  } finally {
    source.close();
  }
  const copy = new SqliteDatabase(to, { readonly: true });
  try {
    return copy.prepare('SELECT hash, bytes FROM blobs WHERE in_use = 1 ORDER BY hash').all() as {
      hash: string;
      bytes: number;
    }[];
  } finally {
    copy.close();
  }
}

/** A file with as many bytes as it has now; a log may grow meanwhile. */
async function sourceOf(from: string, path: string): Promise<Source> {
  const { size } = statSync(from);
  const hash = createHash('sha256');
  if (size > 0) await pipeline(createReadStream(from, { end: size - 1 }), hash);
  return { from, path, bytes: size, sha256: hash.digest('hex') };
}

function blobSource(folder: string, { hash, bytes }: { hash: string; bytes: number }): Source {
  const sha256 = hash.slice('sha256:'.length);
  const path = `blobs/${sha256.slice(0, 2)}/${sha256.slice(2)}`;
  const from = join(folder, path);
  if (lstatSync(from, { throwIfNoEntry: false })?.size !== bytes) throw damaged(hash);
  return { from, path, bytes, sha256 };
}

function damaged(hash: string): GalleyError {
  return new GalleyError('store.damaged_blob', `The stored file ${hash} is gone or has changed; nothing was written.`, {
    details: { hash },
  });
}

async function writeArchive(
  to: string,
  files: readonly Source[],
  { version, project, createdAt }: BackupInput,
  job: JobContext,
): Promise<number> {
  closeSync(openSync(to, 'w', 0o600));
  const archive = pack();
  const written = pipeline(archive, createWriteStream(to));
  // Its failure ends the writing of entries too, and is thrown below.
  written.catch(() => {});
  const manifest: BackupManifest = {
    format: 1,
    version,
    project,
    createdAt,
    files: files.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 })),
  };
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const mtime = new Date(createdAt);
  try {
    archive.entry({ name: manifestName, mtime }, JSON.stringify(manifest));
    let done = 0;
    for (const file of files) {
      job.throwIfCanceled();
      await writeEntry(archive, file, mtime);
      done += file.bytes;
      job.progress({ phase: 'writing', done, total });
    }
    archive.finalize();
  } catch (error) {
    archive.destroy();
    await written.catch(() => {});
    throw error;
  }
  await written;
  return statSync(to).size;
}

/** @throws GalleyError `store.damaged_blob` where a file is not what it was said to be */
async function writeEntry(archive: Pack, { from, path, bytes, sha256 }: Source, mtime: Date): Promise<void> {
  const header = { name: path, size: bytes, mtime, mode: 0o600, type: 'file' as const };
  if (bytes === 0) {
    archive.entry(header, '');
    return;
  }
  const entry = archive.entry(header);
  const hash = createHash('sha256');
  const hashed = async function* (source: AsyncIterable<Buffer>) {
    for await (const chunk of source) {
      hash.update(chunk);
      yield chunk;
    }
  };
  await pipeline(createReadStream(from, { end: bytes - 1, highWaterMark: 1 << 20 }), hashed, entry);
  if (hash.digest('hex') !== sha256) throw damaged(path);
}
