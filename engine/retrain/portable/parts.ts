import type { Artifact } from '../../contract/retrain-artifacts.ts';
import { joined, type LocalNumbers, type PortableParts, runParts } from '../../package/index.ts';
import type { StepPhases } from '../step-tools.ts';

/** What another project needs to work with an artifact. @throws GalleyError of the phases where it is gone */
export function partsOf({ phases }: Pick<StepPhases, 'phases'>, artifact: Artifact): PortableParts {
  const { packages, train } = phases;
  switch (artifact.type) {
    case 'dataset':
      return { ...joined([]), datasets: [artifact.dataset] };
    case 'run':
      return runParts(train, artifact.run);
    case 'evaluation':
      return artifact.run === null ? joined([]) : runParts(train, artifact.run);
    case 'version':
    case 'deployment':
      return packages.parts(`${artifact.model}@${artifact.version}`);
    case 'comparison':
      return joined(
        [artifact.champion, artifact.challenger].map(({ version }) => packages.parts(`${artifact.model}@${version}`)),
      );
    case 'decision':
      return partsOf({ phases }, artifact.comparison);
    case 'files':
      return { ...joined([]), files: artifact.files.map(({ hash }) => hash) };
    case 'split':
      return joined([]);
  }
}

/** An artifact of another project as it is called here, once its parts were taken in. */
export function localArtifact(artifact: Artifact, numbers: LocalNumbers): Artifact {
  if (artifact.type === 'run') return { ...artifact, number: numbers.get(artifact.run) ?? artifact.number };
  return artifact.type === 'version'
    ? { ...artifact, version: numbers.get(artifact.id) ?? artifact.version }
    : artifact;
}
