import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import SqliteDatabase from 'better-sqlite3';
import { extract } from 'tar-stream';
import { syncFile, syncFolder } from '../../base/durable-files.ts';
import { GalleyError } from '../../base/errors.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { readProject } from '../../store/project.ts';
import { NewFolder } from '../new-folder.ts';
import {
  type BackupFile,
  type BackupManifest,
  databaseName,
  invalidBackup,
  manifestName,
  readManifest,
} from './contents.ts';

export interface RestoreInput {
  file: string;
  /** A folder that is not there yet, or is empty. */
  to: string;
}

export interface RestoreOutput {
  project: { id: string; name: string; path: string };
  files: number;
  bytes: number;
}

const largestManifest = 256 * 2 ** 20;

/**
 * Makes a project of a backup. Every file is compared with the manifest as it is written into a folder beside the wanted
 * one, which gets its name once all of it is there, whole and on the disk.
 * @throws GalleyError `project.backup_not_found`, `project.folder_not_empty`, `project.invalid_backup`, `store.newer_format`
 */
export async function runRestoreJob(
  input: RestoreInput,
  job: Pick<JobContext, 'progress' | 'throwIfCanceled'>,
): Promise<RestoreOutput> {
  const to = resolve(input.to);
  requireFile(input.file);
  const folder = new NewFolder(to, 'restoring');
  try {
    const manifest = await unpack(input.file, folder.path, job);
    checkDatabase(join(folder.path, databaseName), manifest);
    const project = readProject(folder.path);
    job.throwIfCanceled();
    folder.finish();
    const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
    return { project: { ...project, path: to }, files: manifest.files.length, bytes };
  } catch (error) {
    throw folder.failed(error);
  }
}

function requireFile(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile()) return;
  const message = found ? `${path} is a folder; a backup is one file.` : `There is no file ${path}.`;
  throw new GalleyError('project.backup_not_found', message, { details: { path } });
}

async function unpack(
  file: string,
  folder: string,
  job: Pick<JobContext, 'progress' | 'throwIfCanceled'>,
): Promise<BackupManifest> {
  const archive = extract();
  const reading = pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), archive);
  reading.catch(() => {});
  const folders = new Set<string>([folder]);
  let manifest: BackupManifest | undefined;
  let missing = new Map<string, BackupFile>();
  let done = 0;
  const total = statSync(file).size;
  try {
    for await (const entry of archive) {
      job.throwIfCanceled();
      const { name, type, size } = entry.header;
      if (type !== 'file')
        throw invalidBackup(`it holds ${JSON.stringify(name.slice(0, 100))}, which is no plain file`);
      if (!manifest) {
        if (name !== manifestName) throw invalidBackup('it does not begin with a manifest');
        manifest = readManifest(await textOf(entry, size ?? 0));
        missing = new Map(manifest.files.map((one) => [one.path, one]));
        continue;
      }
      const expected = missing.get(name);
      if (!expected)
        throw invalidBackup(`it holds ${JSON.stringify(name.slice(0, 100))}, which its manifest does not name`);
      if (size !== expected.bytes) throw invalidBackup(`${name} has another size than its manifest says`);
      missing.delete(name);
      await writeFile(entry, folder, expected, folders);
      done += expected.bytes;
      job.progress({ phase: 'restoring', done, total });
    }
    await reading;
  } catch (error) {
    archive.destroy();
    if (error instanceof GalleyError) throw error;
    if (['ENOSPC', 'EDQUOT', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    throw invalidBackup((error as Error).message, error);
  }
  if (!manifest) throw invalidBackup('it is empty');
  const [first] = missing.keys();
  if (first !== undefined) throw invalidBackup(`${first} is missing`);
  for (const path of folders) syncFolder(path);
  return manifest;
}

async function textOf(entry: AsyncIterable<unknown>, size: number): Promise<string> {
  if (size > largestManifest) throw invalidBackup('its manifest is too large');
  const chunks: Uint8Array[] = [];
  for await (const chunk of entry) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks).toString('utf8');
}

async function writeFile(
  entry: AsyncIterable<unknown>,
  folder: string,
  { path, sha256 }: BackupFile,
  folders: Set<string>,
): Promise<void> {
  const target = join(folder, path);
  mkdirSync(dirname(target), { recursive: true });
  for (let parent = dirname(target); parent.length > folder.length; parent = dirname(parent)) folders.add(parent);
  const hash = createHash('sha256');
  const hashed = async function* (source: AsyncIterable<unknown>) {
    for await (const chunk of source) {
      hash.update(chunk as Uint8Array);
      yield chunk;
    }
  };
  await pipeline(entry, hashed, createWriteStream(target, { flags: 'wx', mode: 0o600 }));
  if (hash.digest('hex') !== sha256) throw invalidBackup(`${path} is not what was backed up`);
  syncFile(target);
}

/** The database is whole, and every file that it needs came with it. */
function checkDatabase(path: string, manifest: BackupManifest): void {
  const there = new Set(manifest.files.map((file) => file.path));
  let blobs: { hash: string }[];
  try {
    const database = new SqliteDatabase(path, { readonly: true });
    try {
      const faults = database.pragma('integrity_check') as { integrity_check: string }[];
      if (faults[0]?.integrity_check !== 'ok') throw invalidBackup(`its database: ${faults[0]?.integrity_check}`);
      blobs = database.prepare('SELECT hash FROM blobs WHERE in_use = 1').all() as { hash: string }[];
    } finally {
      database.close();
    }
  } catch (error) {
    if (error instanceof GalleyError) throw error;
    throw invalidBackup(`its database: ${(error as Error).message}`, error);
  }
  const lost = blobs.find(({ hash }) => !there.has(`blobs/${hash.slice(7, 9)}/${hash.slice(9)}`));
  if (lost) throw invalidBackup(`the stored file ${lost.hash} is missing`);
}
