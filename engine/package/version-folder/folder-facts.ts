import { readFile } from 'node:fs/promises';
import { GalleyError } from '../../base/errors.ts';
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

/** @param built by which Galley and with which runtime. */
export async function folderFacts(
  { data }: Pick<Sources, 'data'>,
  run: StoredRun,
  onnxPath: string,
  built: Pick<FolderFacts, 'galleyVersion' | 'runtimeVersion'>,
): Promise<FolderFacts> {
  const { opsets, operators } = readModel(await readFile(onnxPath));
  const byName = (one: { domain: string; name?: string }, other: { domain: string; name?: string }) =>
    `${one.domain} ${one.name}` < `${other.domain} ${other.name}` ? -1 : 1;
  return {
    opsets: opsets.toSorted(byName),
    operators: operators.toSorted(byName),
    dataLicense: await dataLicense(data, run),
    ...built,
  };
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
