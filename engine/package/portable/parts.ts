import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { GalleyError } from '../../base/errors.ts';
import type { EngineContext } from '../../jobs/context.ts';
import { filesOfRun, type PortableRun, type TrainPhase } from '../../train/index.ts';
import type { ResolvedModel } from '../references.ts';
import type { ModelStore } from '../store.ts';
import { partsFault } from './parts-fault.ts';
import { filesOfVersion, type PortableVersion, portableVersion, takeInVersion } from './portable-version.ts';

/** Versions and runs as they go from project to project. Rows of datasets go by a remote. */
export interface PortableParts {
  /** Names of datasets whose versions are referred to. */
  datasets: string[];
  runs: PortableRun[];
  versions: PortableVersion[];
  /** Hashes of the files of all of them. */
  files: string[];
}

/** The numbers that runs and versions of another project have here, by their ids. */
export type LocalNumbers = ReadonlyMap<string, number>;

/** Puts the file of a hash at a path. */
export type FetchFile = (hash: string, path: string) => Promise<void> | void;

/** A version with its run. @throws GalleyError of train where the run is gone */
export function versionParts(
  { context, train }: { context: EngineContext; train: TrainPhase },
  resolved: ResolvedModel,
): PortableParts {
  const version = portableVersion(context, resolved);
  const ofRun = runParts(train, version.version.runId);
  return joined([ofRun, { datasets: [], runs: [], versions: [version], files: filesOfVersion(version) }]);
}

/** A run. @throws GalleyError `train.run_not_found` */
export function runParts(train: TrainPhase, reference: string): PortableParts {
  const run = train.portable(reference);
  return { datasets: train.datasetsOf(run), runs: [run], versions: [], files: filesOfRun(run) };
}

/** All of several, each once. */
export function joined(parts: readonly PortableParts[]): PortableParts {
  const once = <Item>(items: readonly Item[], key: (item: Item) => string) => [
    ...new Map(items.map((item) => [key(item), item])).values(),
  ];
  return {
    datasets: [...new Set(parts.flatMap(({ datasets }) => datasets))],
    runs: once(
      parts.flatMap(({ runs }) => runs),
      ({ run }) => run.id,
    ),
    versions: once(
      parts.flatMap(({ versions }) => versions),
      ({ version }) => version.id,
    ),
    files: [...new Set(parts.flatMap(({ files }) => files))],
  };
}

/**
 * Takes parts of another project in, which may be anybody's.
 * @throws GalleyError `package.damaged_part` where they contradict themselves or what is here, or a file is not what its hash
 * says; `package.in_bin`, `package.target_differs`
 */
export async function takeInParts(
  { context, store, train }: { context: EngineContext; store: ModelStore; train: TrainPhase },
  parts: PortableParts,
  fetchFile: FetchFile,
): Promise<LocalNumbers> {
  const fault = partsFault(parts) ?? borrowedRun(train, parts);
  if (fault !== undefined)
    throw new GalleyError('package.damaged_part', `What comes from another project cannot be taken in: ${fault}.`);
  requireNoneInBin(store, parts);
  const files = await adoptFiles(context, parts.files, fetchFile);
  return context.database.transaction(() => {
    context.blobs.record(...files.values());
    const runs = parts.runs.map((run) => train.takeIn(run, files));
    const versions = parts.versions.map((version) => takeInVersion(context, store, version, files));
    return new Map([
      ...runs.map(({ id, number }) => [id, number] as const),
      ...versions.map(({ id, version }) => [id, version] as const),
    ]);
  });
}

/** A run that tells of another one than the run of its id that is here would lend its figures to it. */
function borrowedRun(train: TrainPhase, { runs }: PortableParts): string | undefined {
  const borrowed = runs.find(({ run }) => {
    const here = train.find(run.id) ?? run;
    return (['recipeHash', 'modelHash', 'holdoutHash'] as const).some((hash) => here[hash] !== run[hash]);
  });
  return borrowed && `run ${borrowed.run.number} is another one than that of its id here`;
}

/** @throws GalleyError `package.in_bin` */
function requireNoneInBin({ bin }: ModelStore, { versions }: PortableParts): void {
  const binned = new Set([...bin.models(), ...bin.versions()].map(({ id }) => id));
  const there = versions.find(({ model, version }) => binned.has(model.id) || binned.has(version.id));
  if (there === undefined) return;
  const name = `${there.model.name}@${there.version.version}`;
  throw new GalleyError('package.in_bin', `What comes from another project has ${name}, which is in the bin here.`, {
    details: { reference: name },
  });
}

async function adoptFiles(
  context: EngineContext,
  hashes: readonly string[],
  fetchFile: FetchFile,
): Promise<Map<string, { hash: string; bytes: number }>> {
  const folder = join(context.project.path, 'run', 'jobs', context.newId('job'));
  mkdirSync(folder, { recursive: true });
  const files = new Map<string, { hash: string; bytes: number }>();
  try {
    for (const [index, hash] of hashes.entries()) {
      const path = join(folder, String(index));
      await fetchFile(hash, path);
      const adopted = await context.blobs.adopt(path);
      if (adopted.hash !== hash) throw damaged(hash);
      files.set(hash, adopted);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return files;
}

/** Copies the files of parts out of the store of blobs. */
export function copyFiles({ blobs }: Pick<EngineContext, 'blobs'>, parts: PortableParts, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const hash of parts.files) copyFileSync(blobs.path(hash), join(folder, fileName(hash)));
}

/** @param hash `sha256:<hex>`; nothing else is a name. @throws GalleyError `package.damaged_part` */
export function fileName(hash: string): string {
  const [, hex] = /^sha256:([0-9a-f]{64})$/.exec(hash) ?? [];
  if (hex === undefined) throw damaged(hash);
  return hex;
}

function damaged(hash: string): GalleyError {
  return new GalleyError('package.damaged_part', `A file of a model or run is not what its hash ${hash} says.`, {
    details: { hash },
  });
}
