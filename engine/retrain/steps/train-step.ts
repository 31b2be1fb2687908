import type { InputOf, OutputOf } from '../../contract/call.ts';
import type { Recipe, RowWindow, Run, RunDetail, Split, trainCalls } from '../../contract/train.ts';
import { jobResult } from '../../jobs/job-result.ts';
import { learningOptionsOf, recipeHash, requireTrainedHere } from '../../train/index.ts';
import { durationOf } from '../definition/duration.ts';
import { inputOf, optionalInput, type StepRequest, type StepRunner } from '../execution/step-runner.ts';
import type { StepPhases } from '../step-tools.ts';
import { championRows } from './champion-rows.ts';
import { newestWindow } from './row-window.ts';
import { runResult, runStands } from './run-artifact.ts';

type TrainInput = InputOf<typeof trainCalls.run>;

/** What a step of the kind `train` may say beside its inputs. */
interface TrainMembers {
  like?: string;
  target?: string;
  learner?: string;
  features?: string[];
  parameters?: Recipe['parameters'];
  window?: string;
  metric?: string;
  seed?: number;
}

/** Trains a model: as an earlier one was trained, with what the step says otherwise, or anew. */
export function trainStep(tools: StepPhases): StepRunner {
  return {
    identity: async ({ task }) => {
      const earlier = await earlierRun(tools, task.members as TrainMembers);
      return { like: earlier ? recipeHash(earlier.recipe) : null };
    },
    stands: async (artifact) => artifact.type === 'run' && runStands(tools, artifact),
    run: async (request) => {
      const members = request.task.members as TrainMembers;
      const data = inputOf(request, 'data', 'dataset');
      const shown = await tools.phases.data.handlers.show({ reference: `${data.dataset}@${data.version}` });
      const window = members.window === undefined ? null : newestWindow(shown, durationOf(members.window));
      const split = optionalInput(request, 'split', 'split')?.split;
      const earlier = await earlierRun(tools, members);
      const columns = shown.profile.map(({ name }) => name);
      const reference = `${data.dataset}@${data.version}`;
      if (earlier === undefined)
        return runResult(await runTraining(tools, request, anew(members, reference, window, split)));
      requireTrainedHere({ number: earlier.run.number, recipe: earlier.recipe });
      const recipe = await renewedRecipe(tools, earlier, members, {
        identity: data.identity,
        rows: data.rows,
        columns,
        window,
        split,
      });
      const known = await findRun(tools, recipe);
      if (known) return { ...runResult(known), because: `run ${known.number} has this very recipe` };
      return runResult(
        await runTraining(tools, request, trainedAgain(recipe, reference, members.metric ?? earlier.run.metric.name)),
      );
    },
  };
}

/** The run of the model that is to be trained again. @throws GalleyError of package */
async function earlierRun({ phases }: StepPhases, { like }: TrainMembers): Promise<RunDetail | undefined> {
  if (like === undefined) return undefined;
  const { version } = await phases.packages.handlers.show({ reference: like });
  return phases.train.handlers.show({ run: version.runId });
}

interface NewRows {
  identity: string;
  rows: number;
  columns: string[];
  window: RowWindow | null;
  split: Split | undefined;
}

/** The recipe of the earlier run on the new rows, with what the step says otherwise. */
async function renewedRecipe(
  tools: StepPhases,
  earlier: RunDetail,
  members: TrainMembers,
  { identity, rows, columns, window, split: wanted }: NewRows,
): Promise<Recipe> {
  const split = wanted ?? earlier.recipe.split;
  const rowIdentity = wanted === undefined ? await championRows(tools, earlier, columns) : earlier.recipe.rowIdentity;
  const otherLearner = members.learner !== undefined && members.learner !== earlier.recipe.learner;
  const { members: blended, ...recipe } = earlier.recipe;
  return {
    ...recipe,
    ...(blended && !otherLearner && { members: blended }),
    rowIdentity,
    dataset: identity,
    // The rows of a dataset that is the holdout are counted behind those of this version.
    split: split.kind === 'dataset' ? { ...split, after: rows } : split,
    window,
    learner: members.learner ?? recipe.learner,
    features: members.features ?? recipe.features,
    parameters: { ...(otherLearner ? {} : recipe.parameters), ...members.parameters },
    seed: members.seed ?? recipe.seed,
    engine: tools.context.version,
  };
}

/** What trains a recipe on the rows of a version. */
export function trainedAgain(recipe: Recipe, reference: string, metric: string): TrainInput {
  return {
    reference,
    target: recipe.target,
    learners: [recipe.learner],
    features: recipe.features,
    split: recipe.split,
    ...(recipe.rowIdentity && { rowIdentity: recipe.rowIdentity }),
    ...(recipe.window ? { window: recipe.window } : {}),
    metric,
    seed: recipe.seed,
    params: recipe.parameters,
    ...(recipe.members ? { members: recipe.members } : {}),
    ...learningOptionsOf(recipe),
    // What the champion was allowed needs no second decision.
    allowLeak: ['*'],
  };
}

function anew(
  { target = '', learner, features, parameters, metric, seed }: TrainMembers,
  reference: string,
  window: RowWindow | null,
  split: Split | undefined,
): TrainInput {
  return {
    reference,
    target,
    ...(learner !== undefined && { learners: [learner] }),
    ...(features && { features }),
    ...(parameters && { params: parameters }),
    ...(window && { window }),
    ...(split && { split }),
    ...(metric !== undefined && { metric }),
    ...(seed !== undefined && { seed }),
  };
}

async function runTraining(tools: StepPhases, { signal }: StepRequest, input: TrainInput): Promise<Run> {
  const { best } = await jobResult<OutputOf<typeof trainCalls.run>>({ ...tools, signal }, () =>
    tools.phases.train.handlers.run(input),
  );
  return best;
}

async function findRun({ phases }: StepPhases, recipe: Recipe): Promise<Run | undefined> {
  const hash = recipeHash(recipe);
  const { runs } = await phases.train.handlers.list({ target: recipe.target, archived: 'with' });
  const candidates = runs.filter(
    (run) => run.status === 'succeeded' && run.learner === recipe.learner && run.dataset.identity === recipe.dataset,
  );
  for (const run of candidates) {
    const detail = await phases.train.handlers.show({ run: run.id });
    if (detail.recipeHash === hash) return run;
  }
  return undefined;
}
