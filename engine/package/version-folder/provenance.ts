import type { Json } from '../../base/canonical-json.ts';
import { isoTime } from '../../base/clock.ts';
import type { StoredRun } from '../../train/index.ts';
import type { StoredVersion } from '../store.ts';
import type { FolderFacts } from './folder-facts.ts';

/** How a version came about: an in-toto statement (v1) with the predicate of SLSA provenance (v1), as `provenance.json` says it. */
export function provenanceOf(run: StoredRun, version: StoredVersion, facts: FolderFacts): Json {
  const { recipe, recipeHash, datasetName, datasetVersion } = run;
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'model.onnx', digest: { sha256: hexOf(version.onnxHash) } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: recipe.adopted === undefined ? 'urn:galley:recipe:1' : 'urn:galley:adopted:1',
        externalParameters: { recipe: recipe as unknown as Json, threshold: version.signature.threshold },
        internalParameters: { recipeHash },
        resolvedDependencies: [
          { name: `${datasetName}@${datasetVersion}`, digest: { galleyIdentity1: hexOf(recipe.dataset) } },
          ...adoptedFile(recipe),
        ],
      },
      runDetails: {
        builder: {
          id: 'urn:galley:engine',
          version: { galley: facts.galleyVersion, 'onnxruntime-node': facts.runtimeVersion },
        },
        metadata: { invocationId: run.id, finishedOn: isoTime(version.createdAt) },
      },
    },
  };
}

/** The file that a model from elsewhere was read from. */
function adoptedFile({ adopted }: StoredRun['recipe']): Json[] {
  return adopted === undefined ? [] : [{ name: adopted.fileName, digest: { sha256: hexOf(adopted.sha256) } }];
}

function hexOf(hash: string): string {
  return hash.replace(/^sha256:/, '');
}
