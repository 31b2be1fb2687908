import { statSync } from 'node:fs';
import { canonicalJson, type Json } from '../../base/canonical-json.ts';
import { signatureName } from '../../base/model-signature.ts';
import type { VersionManifest } from '../../contract/version-manifest.ts';
import { referenceProfileName } from '../../contract/version-manifest.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { ReferenceColumn } from '../../statistics/profile/reference-profile.ts';
import type { StoredRun } from '../../train/index.ts';
import type { ResolvedModel } from '../references.ts';
import type { Sources } from '../views.ts';
import { billOfMaterials } from './bill-of-materials.ts';
import { type StoredFile, VersionFileStore } from './file-store.ts';
import { type FolderFacts, folderFacts } from './folder-facts.ts';
import { licensesText } from './licenses.ts';
import { metricsOf } from './metrics.ts';
import { provenanceOf } from './provenance.ts';
import { SignatureStore } from './signature-store.ts';

/** A file in the folder of a version. */
export interface FolderFile {
  name: string;
  /** Of its blob. */
  path: string;
  /** In hexadecimal. */
  sha256: string;
  bytes: number;
}

/** What folders are made from. */
export type FolderSources = Pick<Sources, 'context' | 'train' | 'data'>;

/**
 * The folder of a version: `manifest.json` and the files that it names, none of which ever changes, and last `model.sig`
 * where it is signed. That of a version that has none yet, as those of before have not, is made.
 * @throws GalleyError `store.missing_blob`, `store.damaged_blob`
 */
export async function versionFolder(sources: FolderSources, resolved: ResolvedModel): Promise<FolderFile[]> {
  const { context, train } = sources;
  const store = new VersionFileStore(context.database);
  const { id, runId, onnxHash } = resolved.version;
  if (store.files(id).length === 0) {
    const run = train.stored(runId);
    const built = { galleyVersion: run.recipe.engine, runtimeVersion: undefined };
    const facts = await folderFacts(sources, run, { path: context.blobs.path(onnxHash), hash: onnxHash }, built);
    context.database.transaction(() => {
      if (store.files(id).length === 0) makeVersionFolder(context, run, resolved, facts);
    });
  }
  const signature = new SignatureStore(context.database).signature(id);
  const files = [...store.files(id), ...(signature ? [{ ...signature, name: signatureName }] : [])];
  return files.map(({ name, hash, bytes }) => ({ name, path: context.blobs.path(hash), sha256: hexOf(hash), bytes }));
}

/**
 * Makes the folder of a version; call it in a transaction. The same version gives the same bytes.
 * @param columns what its rows are counted against; none of a version of before, nor where that cannot be had
 */
export function makeVersionFolder(
  { blobs, database }: Pick<EngineContext, 'blobs' | 'database'>,
  run: StoredRun,
  resolved: ResolvedModel,
  facts: FolderFacts,
  columns?: readonly ReferenceColumn[],
): void {
  const { model, version } = resolved;
  const written = (name: string, content: Json): StoredFile => ({ name, ...blobs.put(`${canonicalJson(content)}\n`) });
  const files: StoredFile[] = [
    { name: 'model.onnx', hash: version.onnxHash, bytes: version.onnxBytes },
    { name: 'golden.json', hash: version.goldenHash, bytes: statSync(blobs.path(version.goldenHash)).size },
    written('signature.json', version.signature as unknown as Json),
    written('metrics.json', metricsOf(run)),
    written('sbom.cdx.json', billOfMaterials(resolved, run, facts)),
    written('provenance.json', provenanceOf(run, version, facts)),
    { name: 'LICENSES.md', ...blobs.put(licensesText(resolved, run, facts)) },
    ...(columns ? [written(referenceProfileName, referenceProfileOf(resolved, columns))] : []),
  ];
  const manifest = manifestOf(model.name, version.version, files);
  new VersionFileStore(database).insert(version.id, [...files, written('manifest.json', manifest)]);
}

function referenceProfileOf({ model, version }: ResolvedModel, columns: readonly ReferenceColumn[]): Json {
  return { format: 1, model: model.name, version: version.version, columns } as unknown as Json;
}

function manifestOf(model: string, version: number, files: readonly StoredFile[]): VersionManifest {
  const listed = files.map(({ name, hash, bytes }) => ({ name, sha256: hexOf(hash), bytes }));
  return { format: 1, model, version, files: listed.toSorted((one, other) => (one.name < other.name ? -1 : 1)) };
}

function hexOf(hash: string): string {
  return hash.replace(/^sha256:/, '');
}
