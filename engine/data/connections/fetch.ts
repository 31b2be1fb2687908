import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { GalleyError } from '../../base/errors.ts';
import type { ConnectionSettings } from '../../contract/data-connections.ts';
import type { Problem } from '../../contract/values.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { cancelSignal } from './cancel-signal.ts';
import { choiceFileName, type StoredChoice } from './choices.ts';
import { openDatabase } from './databases/index.ts';
import { fetchAddress } from './fetch-address.ts';
import { matchingObjects, openObjects, wholeKey } from './objects.ts';
import { stageRows } from './staged-rows.ts';

/** What a source was when it was last read, so that nothing is fetched where it still is the same. */
export type FetchState =
  | { kind: 'address'; etag: string | null; lastModified: string | null }
  | { kind: 'objects'; objects: { key: string; bytes: number; etag: string }[] };

export interface FetchInput {
  choice: StoredChoice;
  settings: ConnectionSettings | null;
  /** Only where the latest version is what was read then. */
  state: FetchState | null;
}

export interface Fetched {
  /** `isHead`: only the beginning of it was fetched, for a preview. */
  files: { path: string; name: string; isHead?: boolean }[];
  state: FetchState | null;
  warnings: Problem[];
}

/** Names under which a job's secrets are handed over. */
export const secretNames = { password: 'password', parameters: 'parameters' } as const;

/** What one fetch may bring at most. */
export const maximumBytes = 100e9;

type FetchJob = Pick<JobContext, 'stagingFolder' | 'secrets' | 'progress' | 'throwIfCanceled'>;

/**
 * Brings a source into the staging folder as files; undefined where it has not changed.
 * @param limit of rows, of a database
 * @throws GalleyError `data.*`
 */
export async function fetchSource(input: FetchInput, job: FetchJob, limit?: number): Promise<Fetched | undefined> {
  const folder = join(job.stagingFolder, 'source');
  mkdirSync(folder, { recursive: true });
  const cancel = cancelSignal(job);
  try {
    switch (input.choice.kind) {
      case 'table':
      case 'query':
        return await fetchRows(input, folder, job, cancel.signal, limit);
      case 'objects':
        return await fetchObjects(input, folder, job, cancel.signal);
      case 'address':
        return await fetchFile(input, folder, job, cancel.signal);
      case 'files':
        throw new GalleyError('data.no_source', 'Files of this machine are not fetched.');
    }
  } finally {
    cancel.end();
  }
}

async function fetchRows(
  { choice, settings }: FetchInput,
  folder: string,
  job: FetchJob,
  signal: AbortSignal,
  limit: number | undefined,
): Promise<Fetched> {
  job.progress({ phase: 'connecting', done: 0, total: 0 });
  const database = await openDatabase(settings as ConnectionSettings, job.secrets[secretNames.password]);
  const stop = () => void database.cancel().catch(() => {});
  signal.addEventListener('abort', stop);
  const work = join(folder, 'rows');
  mkdirSync(work);
  try {
    const selection = choice.kind === 'query' ? { sql: choice.sql } : (choice as StoredChoice & { kind: 'table' });
    const reader = await database.read(selection, limit);
    const expected = reader.expected;
    const staged = await stageRows(reader, {
      folder: work,
      file: 'rows.parquet',
      throwIfCanceled: job.throwIfCanceled,
      onRows: (done) => job.progress({ phase: 'fetching rows', done, total: Math.max(expected, 0) }),
    });
    return { files: [{ path: staged.path, name: choiceFileName(choice) }], state: null, warnings: staged.warnings };
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener('abort', stop);
    await database.close();
  }
}

async function fetchObjects(
  { choice, settings, state }: FetchInput,
  folder: string,
  job: FetchJob,
  signal: AbortSignal,
): Promise<Fetched | undefined> {
  const { pattern } = choice as StoredChoice & { kind: 'objects' };
  const connection = settings as ConnectionSettings;
  const store = openObjects(connection, job.secrets[secretNames.password]);
  job.progress({ phase: 'looking for objects', done: 0, total: 0 });
  const objects = await matchingObjects(store, wholeKey(connection, pattern), signal);
  if (state?.kind === 'objects' && JSON.stringify(state.objects) === JSON.stringify(objects)) return undefined;
  const total = objects.reduce((sum, { bytes }) => sum + bytes, 0);
  const files: Fetched['files'] = [];
  let before = 0;
  for (const [index, { key, bytes }] of objects.entries()) {
    const path = join(folder, String(index));
    await store.download(key, {
      name: key,
      target: path,
      maximumBytes: maximumBytes - before,
      signal,
      onBytes: (done) => job.progress({ phase: 'downloading', done: before + done, total }),
    });
    before += bytes;
    files.push({ path, name: key.split('/').at(-1) as string });
  }
  return { files, state: { kind: 'objects', objects }, warnings: [] };
}

async function fetchFile(
  { choice, settings, state }: FetchInput,
  folder: string,
  job: FetchJob,
  signal: AbortSignal,
): Promise<Fetched | undefined> {
  const { url, user } = choice as StoredChoice & { kind: 'address' };
  const path = join(folder, 'file');
  const parameters = job.secrets[secretNames.parameters];
  job.progress({ phase: 'connecting', done: 0, total: 0 });
  const downloaded = await fetchAddress(
    {
      url,
      user: user ?? settings?.user,
      password: job.secrets[secretNames.password],
      parameters: parameters === undefined ? {} : (JSON.parse(parameters) as Record<string, string>),
      known: state?.kind === 'address' ? state : undefined,
      signal,
    },
    {
      target: path,
      maximumBytes,
      onBytes: (done, total) => job.progress({ phase: 'downloading', done, total }),
    },
  );
  if (!downloaded) return undefined;
  const { etag, lastModified } = downloaded;
  const kept: FetchState | null =
    etag === null && lastModified === null ? null : { kind: 'address', etag, lastModified };
  return { files: [{ path, name: choiceFileName(choice) }], state: kept, warnings: [] };
}
