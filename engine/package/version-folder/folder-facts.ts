import { GalleyError } from '../../base/errors.ts';
import { readHashed } from '../../base/hash-file.ts';
import { type ReadModel, readModel } from '../../base/onnx/read-model.ts';
import { sampleLicense } from '../../data/index.ts';
import type { StoredRun } from '../../train/index.ts';
import type { Sources } from '../views.ts';

/** What the papers of a version say beyond its row and its run. */
export interface FolderFacts extends Pick<ReadModel, 'opsets' | 'operators'> {
  /** The Galley that built the version. */
  galleyVersion: string;
  /** The ONNX Runtime that answered its golden set then; undefined where nobody wrote it down. */
  runtimeVersion: string | undefined;
  /** The terms of the data, undefined where Galley does not know them. */
  dataLicense: string | undefined;
}

/**
 * @param onnx the blob of its model.
 * @param built by which Galley and with which runtime.
 * @throws GalleyError `store.damaged_blob`
 */
export async function folderFacts(
  { data }: Pick<Sources, 'data'>,
  run: StoredRun,
  onnx: { path: string; hash: string },
  built: Pick<FolderFacts, 'galleyVersion' | 'runtimeVersion'>,
): Promise<FolderFacts> {
  const { opsets, operators } = readModel(await wholeBlob(onnx));
  const byName = (one: { domain: string; name?: string }, other: { domain: string; name?: string }) =>
    `${one.domain} ${one.name}` < `${other.domain} ${other.name}` ? -1 : 1;
  return {
    opsets: opsets.toSorted(byName),
    operators: operators.toSorted(byName),
    dataLicense: await dataLicense(data, run),
    ...built,
  };
}

/** Papers are made of what was stored alone. */
async function wholeBlob({ path, hash }: { path: string; hash: string }): Promise<Buffer> {
  const { bytes, sha256 } = await readHashed(path);
  if (`sha256:${sha256}` === hash) return bytes;
  throw new GalleyError('store.damaged_blob', `The stored file ${hash} (${path}) has changed.`, {
    details: { hash, path },
  });
}

/** Of a dataset version that came with Galley and is still there. */
async function dataLicense(data: Sources['data'], run: StoredRun): Promise<string | undefined> {
  try {
    const shown = await data.handlers.show({ reference: `${run.datasetName}@${run.datasetVersion}` });
    if (shown.version.identity !== run.recipe.dataset) return undefined;
    return sampleLicense(shown.lineage.sources.map(({ md5 }) => md5));
  } catch (error) {
    if (error instanceof GalleyError && error.kind === 'not_found') return undefined;
    throw error;
  }
}
