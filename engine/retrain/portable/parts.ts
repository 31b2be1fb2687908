import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { GalleyError } from '../../base/errors.ts';
import type { Artifact } from '../../contract/retrain-artifacts.ts';
import type { EngineContext } from '../../jobs/context.ts';
import { filesOfVersion, type PortableVersion } from '../../package/index.ts';
import { filesOfRun, type PortableRun } from '../../train/index.ts';
import type { StepPhases } from '../step-tools.ts';

/** What an artifact refers to, as it goes from project to project. Rows of datasets go by a remote. */
export interface PortableParts {
  /** Names of datasets whose versions are referred to. */
  datasets: string[];
  runs: PortableRun[];
  versions: PortableVersion[];
  /** Hashes of the files of all of them. */
  files: string[];
}

/** What another project needs to work with an artifact. @throws GalleyError of the phases where it is gone */
export function partsOf({ phases }: StepPhases, artifact: Artifact): PortableParts {
  switch (artifact.type) {
    case 'dataset':
      return joined([{ datasets: [artifact.dataset], runs: [], versions: [], files: [] }]);
    case 'run':
      return runParts(phases, artifact.run);
    case 'evaluation':
      return artifact.run === null ? joined([]) : runParts(phases, artifact.run);
    case 'version':
      return versionParts(phases, `${artifact.model}@${artifact.version}`);
    case 'comparison':
      return joined(
        [artifact.champion, artifact.challenger].map(({ version }) =>
          versionParts(phases, `${artifact.model}@${version}`),
        ),
      );
    case 'decision':
      return partsOf({ phases } as StepPhases, artifact.comparison);
    case 'deployment':
      return versionParts(phases, `${artifact.model}@${artifact.version}`);
    case 'files':
      return { ...joined([]), files: artifact.files.map(({ hash }) => hash) };
    case 'split':
      return joined([]);
  }
}

/** A version with its run. */
export function versionParts({ packages, train }: StepPhases['phases'], reference: string): PortableParts {
  const version = packages.portable(reference);
  const ofRun = runParts({ train } as StepPhases['phases'], version.version.runId);
  return joined([ofRun, { datasets: [], runs: [], versions: [version], files: filesOfVersion(version) }]);
}

function runParts({ train }: Pick<StepPhases['phases'], 'train'>, reference: string): PortableParts {
  const run = train.portable(reference);
  const { split } = run.run.recipe;
  const holdout = split.kind === 'dataset' ? [split.reference.split('@', 1)[0] as string] : [];
  return { datasets: [run.run.datasetName, ...holdout], runs: [run], versions: [], files: filesOfRun(run) };
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

/** The numbers that runs and versions of another project have here, by their ids. */
export type LocalNumbers = ReadonlyMap<string, number>;

/** An artifact of another project as it is called here, once its parts were taken in. */
export function localArtifact(artifact: Artifact, numbers: LocalNumbers): Artifact {
  if (artifact.type === 'run') return { ...artifact, number: numbers.get(artifact.run) ?? artifact.number };
  return artifact.type === 'version'
    ? { ...artifact, version: numbers.get(artifact.id) ?? artifact.version }
    : artifact;
}

/**
 * Takes parts of another project in.
 * @param fetchFile puts the file of a hash at a path
 * @throws GalleyError `retrain.damaged_part` where a file is not what its hash says
 */
export async function takeInParts(
  { context, phases }: StepPhases,
  parts: PortableParts,
  fetchFile: (hash: string, path: string) => Promise<void> | void,
): Promise<LocalNumbers> {
  const files = await adoptFiles(context, parts.files, fetchFile);
  return context.database.transaction(() => {
    context.blobs.record(...files.values());
    const runs = parts.runs.map((run) => phases.train.takeIn(run, files));
    const versions = parts.versions.map((version) => phases.packages.takeIn(version, files));
    return new Map([
      ...runs.map(({ id, number }) => [id, number] as const),
      ...versions.map(({ id, version }) => [id, version] as const),
    ]);
  });
}

async function adoptFiles(
  context: EngineContext,
  hashes: readonly string[],
  fetchFile: (hash: string, path: string) => Promise<void> | void,
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

/** @param hash `sha256:<hex>`; nothing else is a name. @throws GalleyError `retrain.damaged_part` */
export function fileName(hash: string): string {
  const [, hex] = /^sha256:([0-9a-f]{64})$/.exec(hash) ?? [];
  if (hex === undefined) throw damaged(hash);
  return hex;
}

function damaged(hash: string): GalleyError {
  return new GalleyError('retrain.damaged_part', `A file of a step is not what its hash ${hash} says.`, {
    details: { hash },
  });
}
