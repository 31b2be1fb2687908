import Type, { type Static } from 'typebox';
import { GalleyError } from '../../base/errors.ts';
import { compileCheck } from '../../base/validation.ts';
import { ColumnType, Name, Nullable } from '../../contract/values.ts';
import { originKinds } from '../history/origin.ts';
import type { Manifest } from '../versions/manifest.ts';
import { damaged } from './remote-errors.ts';
import type { RemoteStore } from './remote-store.ts';

/**
 * What lies on a remote (docs/formats.md, "Remote"): blobs by their content, and a small record for every dataset and every
 * version, the version's written last. Nothing is ever written twice.
 */
export const remoteFormat = 1;

const Hash = Type.String({ pattern: '^sha256:[0-9a-f]{64}$' });
const Count = Type.Integer({ minimum: 0 });
const Stored = { blob: Hash, bytes: Count };

const RecordedManifest = Type.Object({
  format: Type.Literal(2),
  identity: Hash,
  schema: Type.Array(
    Type.Object({
      name: Type.String({ minLength: 1 }),
      type: ColumnType,
      scale: Type.Optional(Type.Integer({ minimum: 0, maximum: 38 })),
    }),
    { minItems: 1 },
  ),
  rows: Count,
  leaves: Type.Array(Type.String({ pattern: '^[0-9a-f]{64}$' })),
  base: Type.Object({ ...Stored, rows: Count }),
  parts: Type.Array(Type.Object({ ...Stored, rows: Count })),
  delta: Type.Optional(Type.Object({ ...Stored, parts: Count, removed: Count, inserted: Count })),
  sources: Type.Array(
    Type.Object({
      name: Type.String(),
      md5: Type.String(),
      bytes: Count,
      rows: Count,
      change: Type.Optional(Type.Enum(['upsert', 'edit'])),
    }),
  ),
});

const DatasetId = Type.String({ pattern: '^ds_[0-9a-zA-Z-]{1,64}$' });
const VersionId = Type.String({ pattern: '^dsv_[0-9a-zA-Z-]{1,64}$' });

export const DatasetRecord = Type.Object({
  format: Type.Literal(remoteFormat),
  id: DatasetId,
  name: Name,
  keyColumns: Type.Array(Type.String()),
  timeColumn: Nullable(Type.String()),
  note: Type.String(),
  createdAt: Type.Integer(),
});
export type DatasetRecord = Static<typeof DatasetRecord>;

export const VersionRecord = Type.Object({
  format: Type.Literal(remoteFormat),
  id: VersionId,
  dataset: DatasetId,
  /** As the project that pushed it numbers it. */
  number: Type.Integer({ minimum: 1 }),
  rowsAdded: Type.Integer(),
  manifest: RecordedManifest,
  origin: Type.Object({ kind: Type.Enum([...originKinds]), parents: Type.Array(VersionId) }),
  tags: Type.Array(Name),
  note: Type.String(),
  createdAt: Type.Integer(),
});
export interface VersionRecord extends Omit<Static<typeof VersionRecord>, 'manifest'> {
  manifest: Manifest;
}

const checks = { dataset: compileCheck(DatasetRecord), version: compileCheck(VersionRecord) };
const markerKey = 'galley-remote.json';

export const remoteKeys = {
  datasets: 'datasets/',
  dataset: (dataset: string) => `datasets/${dataset}/dataset.json`,
  version: (dataset: string, version: string) => `datasets/${dataset}/versions/${version}.json`,
  /** @param hash `sha256:<hex>` */
  blob: (hash: string) => {
    const hex = hash.replace(/^sha256:/, '');
    return `blobs/${hex.slice(0, 2)}/${hex.slice(2)}`;
  },
};

/** The dataset and version that a key names, if it is the record of a version. */
export function versionOfKey(key: string): { dataset: string; version: string } | undefined {
  const [, dataset, version] = /^datasets\/(ds_[0-9a-zA-Z-]+)\/versions\/(dsv_[0-9a-zA-Z-]+)\.json$/.exec(key) ?? [];
  return dataset !== undefined && version !== undefined ? { dataset, version } : undefined;
}

function parsed(key: string, text: string): { format?: unknown } {
  try {
    return JSON.parse(text) as { format?: unknown };
  } catch {
    throw damaged(key, 'is no JSON');
  }
}

async function readRecord(remote: RemoteStore, key: string, kind: keyof typeof checks): Promise<unknown> {
  const text = await remote.readText(key);
  if (text === undefined) throw damaged(key, 'is gone');
  const record = parsed(key, text);
  if (typeof record.format === 'number' && record.format > remoteFormat) throw newer(record.format);
  const [fault] = checks[kind](record);
  if (fault) throw damaged(key, `is no record that Galley wrote (${fault.path} ${fault.message})`);
  return record;
}

/** @throws GalleyError `data.remote_damaged`, `data.newer_remote` */
export async function readDataset(remote: RemoteStore, dataset: string): Promise<DatasetRecord> {
  const key = remoteKeys.dataset(dataset);
  const record = (await readRecord(remote, key, 'dataset')) as DatasetRecord;
  if (record.id !== dataset) throw damaged(key, 'is the record of another dataset');
  return record;
}

/** @throws GalleyError `data.remote_damaged`, `data.newer_remote` */
export async function readVersion(remote: RemoteStore, dataset: string, version: string): Promise<VersionRecord> {
  const key = remoteKeys.version(dataset, version);
  const record = (await readRecord(remote, key, 'version')) as VersionRecord;
  if (record.id !== version || record.dataset !== dataset) throw damaged(key, 'is the record of another version');
  return record;
}

function newer(format: number): GalleyError {
  return new GalleyError('data.newer_remote', `The remote has format ${format}; this Galley knows ${remoteFormat}.`, {
    details: { format },
  });
}

/**
 * Makes sure that the place is a remote; a place without anything becomes one where `create` is set.
 * @returns false where there is nothing yet
 * @throws GalleyError `data.not_a_remote`, `data.newer_remote`
 */
export async function requireRemote(remote: RemoteStore, create: boolean): Promise<boolean> {
  const text = await remote.readText(markerKey);
  if (text === undefined) {
    // A first push that was killed may have left its unfinished marker.
    if ((await remote.list('')).some((key) => !key.startsWith(`${markerKey}.`))) {
      throw new GalleyError('data.not_a_remote', 'The place is not empty, and nothing of Galley is there.');
    }
    if (create) await remote.writeText(markerKey, JSON.stringify({ format: remoteFormat }));
    return create;
  }
  const { format } = parsed(markerKey, text);
  if (format === remoteFormat) return true;
  if (typeof format === 'number' && format > remoteFormat) throw newer(format);
  throw damaged(markerKey, 'does not say its format');
}

/** Versions that the remote has, by dataset. */
export async function listVersions(remote: RemoteStore): Promise<Map<string, Set<string>>> {
  const versions = new Map<string, Set<string>>();
  for (const key of await remote.list(remoteKeys.datasets)) {
    const found = versionOfKey(key);
    if (!found) continue;
    const known = versions.get(found.dataset) ?? new Set();
    versions.set(found.dataset, known.add(found.version));
  }
  return versions;
}
