import type { DatasetArtifact } from '../../contract/retrain-artifacts.ts';
import type { StepPhases } from '../step-tools.ts';

/** A version of a dataset as steps hand it on. */
export function datasetArtifact({ dataset, version, identity, rows }: Omit<DatasetArtifact, 'type'>): DatasetArtifact {
  return { type: 'dataset', dataset, version, identity, rows };
}

/** `NAME@3`. */
export function referenceOf({ dataset, version }: Pick<DatasetArtifact, 'dataset' | 'version'>): string {
  return `${dataset}@${version}`;
}

/** Whether a version that an earlier step gave is still there, with the same rows. */
export function datasetStands({ phases }: StepPhases, artifact: DatasetArtifact): boolean {
  try {
    return phases.data.resolve(referenceOf(artifact)).identity === artifact.identity;
  } catch {
    return false;
  }
}
