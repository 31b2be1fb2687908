import { jsonHash } from '../../base/canonical-json.ts';
import { count } from '../../base/words.ts';
import type { OutputOf } from '../../contract/call.ts';
import type { dataCalls } from '../../contract/data.ts';
import { jobResult } from '../../jobs/job-result.ts';
import { inputOf, type StepRequest, type StepRunner } from '../execution/step-runner.ts';
import type { StepPhases } from '../step-tools.ts';
import { datasetArtifact, datasetStands, referenceOf } from './dataset-artifact.ts';

/** Runs a cleaning recipe of the project over the rows that it is given. */
export function cleanStep(tools: StepPhases): StepRunner {
  const { handlers } = tools.phases.data;
  return {
    identity: async (request) => recipeIdentity(tools, request),
    stands: async (artifact) => artifact.type === 'dataset' && datasetStands(tools, artifact),
    run: async (request) => {
      const source = referenceOf(inputOf(request, 'data', 'dataset'));
      const name = recipeOf(request);
      const cleaned = await jobResult<OutputOf<typeof dataCalls.runRecipe>>({ ...tools, signal: request.signal }, () =>
        handlers.runRecipe({ name, source }),
      );
      for (const { step, rowsIn, rowsOut, cells } of cleaned.steps)
        request.log(`step ${step + 1}: ${rowsIn} rows in, ${rowsOut} out, ${count(cells, 'cell')} changed`);
      for (const { message } of cleaned.warnings) request.log(message);
      const { dataset, version, rows, unchanged } = cleaned;
      return {
        summary: `${name}: ${dataset}@${version}, ${count(rows, 'row')}${unchanged ? ', as before' : ''}`,
        output: datasetArtifact(cleaned),
        facts: { rows, version, unchanged },
      };
    },
  };
}

function recipeOf({ task }: StepRequest): string {
  return String(task.members.recipe);
}

/** What the recipe says, and the rows that it joins. @throws GalleyError `data.unknown_recipe` */
async function recipeIdentity({ phases }: StepPhases, request: StepRequest) {
  const { recipe } = await phases.data.handlers.recipe({ name: recipeOf(request) });
  const joined = (recipe.recipe?.steps ?? []).flatMap(({ kind, skip, with: other }) =>
    kind === 'join' && skip !== true ? [String(other)] : [],
  );
  return {
    recipe: recipe.hash ?? jsonHash(recipe.text),
    to: recipe.to,
    joined: joined.map((reference) => phases.data.resolve(reference).identity),
  };
}
