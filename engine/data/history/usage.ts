import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DataUsage } from '../../contract/data-history.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { Database } from '../../store/database.ts';
import type { DataStore } from '../store.ts';

interface BlobUse {
  version_id: string;
  hash: string;
  bytes: number;
}

/** Bytes that a set of versions needs, all and those that no version outside it needs. */
export interface VersionBytes {
  bytes: number;
  ownBytes: number;
}

/** Which versions, also deleted ones, need which blobs. */
export class BlobUses {
  readonly #blobsOf = new Map<string, Map<string, number>>();
  readonly #users = new Map<string, Set<string>>();

  constructor(database: Database) {
    const rows = database.all<BlobUse>(
      `SELECT u.user_id AS version_id, b.hash, b.bytes FROM uses u JOIN blobs b ON b.hash = u.used_id
       WHERE u.user_kind = 'dataset_version' AND u.used_kind = 'blob'`,
    );
    for (const { version_id, hash, bytes } of rows) {
      const blobs = this.#blobsOf.get(version_id) ?? new Map<string, number>();
      this.#blobsOf.set(version_id, blobs.set(hash, bytes));
      const users = this.#users.get(hash) ?? new Set<string>();
      this.#users.set(hash, users.add(version_id));
    }
  }

  of(...versionIds: string[]): VersionBytes {
    const blobs = new Map(versionIds.flatMap((id) => [...(this.#blobsOf.get(id) ?? [])]));
    const among = new Set(versionIds);
    let bytes = 0;
    let ownBytes = 0;
    for (const [hash, size] of blobs) {
      bytes += size;
      if ([...(this.#users.get(hash) ?? [])].every((user) => among.has(user))) ownBytes += size;
    }
    return { bytes, ownBytes };
  }

  blobsOf(versionId: string): string[] {
    return [...(this.#blobsOf.get(versionId)?.keys() ?? [])];
  }

  /** Blobs that these versions need and no other version does. */
  ownBlobs(versionIds: readonly string[]): string[] {
    const among = new Set(versionIds);
    const blobs = new Set(versionIds.flatMap((id) => [...(this.#blobsOf.get(id)?.keys() ?? [])]));
    return [...blobs].filter((hash) => [...(this.#users.get(hash) ?? [])].every((user) => among.has(user)));
  }
}

/** Bytes of the files in a folder and below it; what goes meanwhile does not count. */
export function folderBytes(folder: string): number {
  let bytes = 0;
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
      if (entry.isFile()) bytes += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return bytes;
}

function sumOf(database: Database, sql: string): number {
  return database.get<{ bytes: number | null }>(sql)?.bytes ?? 0;
}

/** What takes how much room in the project. */
export function diskUsage(context: EngineContext, store: DataStore, deletedVersionIds: readonly string[]): DataUsage {
  const { database, project } = context;
  const uses = new BlobUses(database);
  const datasets = store.datasets().map((dataset) => {
    const versions = store.versions(dataset);
    return {
      name: dataset.name,
      ...uses.of(...versions.map(({ id }) => id)),
      versions: versions.map(({ id, number }) => ({ version: number, ...uses.of(id) })),
    };
  });
  const bin = uses.of(...deletedVersionIds).ownBytes;
  const allBlobs = sumOf(database, 'SELECT sum(bytes) AS bytes FROM blobs WHERE in_use = 1');
  const dataBlobs = sumOf(
    database,
    `SELECT sum(bytes) AS bytes FROM blobs WHERE hash IN
       (SELECT used_id FROM uses WHERE user_kind = 'dataset_version' AND used_kind = 'blob')`,
  );
  const comparisons = sumOf(
    database,
    'SELECT sum(bytes) AS bytes FROM blobs WHERE hash IN (SELECT rows_blob FROM kept_diffs)',
  );
  const caches = comparisons + folderBytes(join(project.path, 'cache'));
  const logs = folderBytes(join(project.path, 'logs'));
  const databaseBytes = ['', '-wal', '-shm'].reduce(
    (sum, end) => sum + (statSync(join(project.path, `galley.db${end}`), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
  const otherFiles = allBlobs - dataBlobs - comparisons;
  const total = dataBlobs + caches + otherFiles + logs + databaseBytes;
  return { datasets, bin, caches, otherFiles, logs, database: databaseBytes, total };
}
