import { GalleyError } from '../../base/errors.ts';
import type { CompactResult } from '../../contract/data-edits.ts';
import type { Job } from '../../contract/jobs.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { DataStore, StoredVersion } from '../store.ts';
import type { PartFile } from './leaf-reader.ts';
import { blobsOf, type Manifest } from './manifest.ts';
import { formAtHand } from './reading-form.ts';
import { useBlobs } from './record.ts';
import { resolveVersion } from './resolve.ts';

/** Lets go of blobs that a version no longer consists of; what nobody else uses is removed by the next sweep. */
function dropBlobs(context: EngineContext, version: StoredVersion, kept: Manifest): void {
  const still = new Set(blobsOf(kept).map(({ blob }) => blob));
  const dropped = blobsOf(version.manifest).filter(({ blob }) => !still.has(blob));
  const user = { kind: 'dataset_version', id: version.id };
  for (const { blob } of dropped) context.uses.remove(user, { kind: 'blob', id: blob });
  context.blobs.release(...dropped.map(({ blob }) => blob));
}

/** Makes a file that holds all rows the base of a version. @throws GalleyError `data.changed_meanwhile` */
async function commitCompact(
  context: EngineContext,
  store: DataStore,
  version: StoredVersion,
  part: PartFile,
): Promise<CompactResult> {
  const { hash, bytes } = await context.blobs.adopt(part.path);
  const { delta: _, ...rest } = version.manifest;
  const manifest: Manifest = { ...rest, base: { blob: hash, bytes, rows: part.rows }, parts: [] };
  store.transaction(() => {
    const now = store.versionByNumber(version.dataset, version.number);
    if (now?.id !== version.id || now.manifest.base.blob !== version.manifest.base.blob) {
      const name = `${version.dataset.name}@${version.number}`;
      throw new GalleyError('data.changed_meanwhile', `${name} was stored otherwise meanwhile.`, { details: { name } });
    }
    store.updateManifest(version.id, manifest);
    useBlobs(context, { ...version, manifest });
    dropBlobs(context, version, manifest);
  });
  return { ...resultOf(version), compacted: true, bytes };
}

function resultOf(version: StoredVersion): Pick<CompactResult, 'dataset' | 'version' | 'files'> {
  return { dataset: version.dataset.name, version: version.number, files: blobsOf(version.manifest).length };
}

/** Starts the job that stores a version as one file. @throws GalleyError what `resolveVersion` throws */
export function submitCompact(context: EngineContext, store: DataStore, reference: string): Job {
  const version = resolveVersion(store, reference);
  const title = `Compact ${version.dataset.name}@${version.number}`;
  const [only, ...more] = blobsOf(version.manifest);
  if (only && more.length === 0) {
    const answer: CompactResult = { ...resultOf(version), compacted: false, bytes: only.bytes };
    return context.jobs.direct({ kind: 'data.compact', title, input: { reference }, run: async () => answer });
  }
  return context.jobs.submit<PartFile, CompactResult>({
    kind: 'data.compact',
    title,
    input: { form: formAtHand(context, version) },
    commit: async (part) => {
      const result = await commitCompact(context, store, version, part);
      context.events.publish({ type: 'phase.changed', phase: 'data', subject: version.dataset.name });
      return result;
    },
  });
}
