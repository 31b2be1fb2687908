import type { StoredRun } from '../../train/index.ts';
import type { ResolvedModel } from '../references.ts';
import type { FolderFacts } from './folder-facts.ts';

/** Under which terms what is in the folder stands, as far as Galley knows: the text of `LICENSES.md`. */
export function licensesText({ model, version }: ResolvedModel, run: StoredRun, facts: FolderFacts): string {
  const { datasetName, datasetVersion, recipe } = run;
  const terms =
    facts.dataLicense ?? 'Galley does not know it. Ask whoever gave you the data before you hand the model on.';
  return `# Licences of ${model.name}@${version.version}

## model.onnx

${modelTerms(run)}

## The data

${datasetName}@${datasetVersion} (${recipe.dataset}): ${terms}

golden.json and signature.json hold some of its rows and values.

## What runs it

Whatever runs ONNX, under its own terms: ONNX Runtime, for one, under the MIT License. It is no part of this folder.
`;
}

function modelTerms({ recipe: { adopted } }: StoredRun): string {
  if (adopted !== undefined) {
    return `A graph of operators of the ONNX standard, read from ${adopted.fileName} (${adopted.sha256}) and judged by the data below. It was trained
elsewhere; Galley does not know under which terms. Ask whoever trained it before you hand it on.`;
  }
  return `A graph of operators of the ONNX standard, and numbers that were learned from the data below. It holds no program code. Galley, under
the Apache License 2.0, puts no terms on the models that it makes.`;
}
