import { count, metricName } from '../../base/words.ts';
import type { OutputOf } from '../../contract/call.ts';
import type { Recipe, Run, RunDetail, trainCalls } from '../../contract/train.ts';
import { learningOptionsOf, recipeHash, requireTrainedHere } from '../../train/index.ts';
import type { StepOutcome } from '../step-states.ts';
import { jobResult, type StepTools } from '../step-tools.ts';
import { championRows } from './champion-rows.ts';
import type { NewData } from './data-step.ts';

/** Trains the champion's recipe on the new data; a run of the very same recipe is taken instead. */
export async function trainChallenger(
  tools: StepTools,
  champion: RunDetail,
  data: NewData,
): Promise<{ result: Run; outcome: StepOutcome }> {
  requireTrainedHere({ number: champion.run.number, recipe: champion.recipe });
  const { split } = champion.recipe;
  const rowIdentity = await championRows(tools, champion, data.columns);
  const recipe: Recipe = {
    ...champion.recipe,
    rowIdentity,
    dataset: data.version.identity,
    // The rows of a dataset that is the holdout are counted behind those of this version.
    split: split.kind === 'dataset' ? { ...split, after: data.version.rows } : split,
    window: data.window,
    engine: tools.context.version,
  };
  const known = await findRun(tools, recipe);
  if (known) return { result: known, outcome: { cached: true, summary: `run ${known.number} has this very recipe` } };
  const { best } = await jobResult<OutputOf<typeof trainCalls.run>>(tools, () =>
    tools.phases.train.handlers.run({
      reference: `${data.version.dataset}@${data.version.version}`,
      target: recipe.target,
      learners: [recipe.learner],
      features: recipe.features,
      split: recipe.split,
      ...(rowIdentity && { rowIdentity }),
      ...(recipe.window ? { window: recipe.window } : {}),
      metric: champion.run.metric.name,
      seed: recipe.seed,
      params: recipe.parameters,
      ...(recipe.members ? { members: recipe.members } : {}),
      ...learningOptionsOf(recipe),
      // What the champion was allowed needs no second decision.
      allowLeak: ['*'],
    }),
  );
  const value = best.metrics[best.metric.name];
  const figure = value === null || value === undefined ? 'undefined' : value.toFixed(3);
  const summary = `run ${best.number}: ${best.learner} on ${count(best.rows.training, 'row')}, ${metricName(best.metric.name)} ${figure} on its holdout`;
  return { result: best, outcome: { summary } };
}

async function findRun({ phases }: StepTools, recipe: Recipe): Promise<Run | undefined> {
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
