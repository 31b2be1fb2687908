import { GalleyError } from '../base/errors.ts';
import type { InputOf } from '../contract/call.ts';
import type { Marks } from '../contract/data-privacy.ts';
import type { RunDetail, trainCalls } from '../contract/train.ts';
import { usualParts } from '../contract/train-evaluation.ts';
import type { DataPhase, ResolvedVersion } from '../data/index.ts';
import type { EngineContext, Handlers } from '../jobs/context.ts';
import { requireTrainedHere } from './adopted/adoption.ts';
import { checkpointHandlers } from './checkpoints/calls.ts';
import { requireColumn } from './columns.ts';
import { evaluationHandlers, testsFor } from './evaluation/calls.ts';
import type { EvaluationWish } from './evaluation/evaluate-run.ts';
import type { BlendMember } from './fit.ts';
import { openRun, withHoldout } from './holdout-dataset.ts';
import { everyColumn } from './leaks.ts';
import { describeLearner } from './learners/describe.ts';
import type { Parameters } from './learners/learner.ts';
import { learners as allLearners, chooseLearners, findLearner } from './learners/learners.ts';
import { resolveParameters } from './learners/parameters.ts';
import { metricChoices } from './metrics.ts';
import { blendName } from './model.ts';
import { learningOptionsOf } from './recipe.ts';
import { reproduceWork } from './reproduce.ts';
import { rowIdentityOf } from './row-units.ts';
import { requireRun } from './run-references.ts';
import { type TrainingBase, type TrainingPlan, trainingWork } from './run-work.ts';
import { type RunStore, type StoredRun, toRun } from './store.ts';
import { proposedSplit, suggest } from './suggest.ts';
import { autoPlan, recordedSearch, startSearch, sweepHandlers, sweepPlan } from './sweeps/calls.ts';
import type { SweepTools } from './sweeps/sweep-work.ts';
import { describeTracking, trackingHandlers } from './tracking/calls.ts';
import { compareRuns } from './tracking/comparison.ts';
import { RunList } from './tracking/run-list.ts';

type TrainingInput = Omit<
  InputOf<typeof trainCalls.run>,
  'learners' | 'members' | 'budget' | 'folds' | 'repeats' | 'caps' | 'params' | 'favourable'
>;

export function trainHandlers(
  context: EngineContext,
  data: DataPhase,
  store: RunStore,
  tools: SweepTools,
): Handlers<typeof trainCalls> {
  const list = new RunList(context.database);
  return {
    ...evaluationHandlers(context, data, store, tools.evaluations),
    ...sweepHandlers(tools, data),
    ...checkpointHandlers(tools, data),
    ...trackingHandlers(tools, list, (number) => detailOf(context, requireRun(store, String(number)))),

    async learners() {
      return { learners: allLearners.map(describeLearner), metrics: metricChoices() };
    },

    async run(input) {
      const { learners: names = ['auto'], members, budget } = input;
      if (names.includes('auto') || budget !== undefined) {
        const plan = autoPlan({ ...input, learners: names });
        return startSearch(tools, await trainingBase(data, input), plan, wishOf(context, input));
      }
      refuseFolds(input);
      const learners = members ? blendOf(names, members) : learnersOf(names, input.params);
      const base = await trainingBase(data, input);
      return context.jobs.submit(trainingWork(tools, { ...base, learners }, wishOf(context, input)));
    },

    async sweep(input) {
      const plan = sweepPlan(input);
      return startSearch(tools, await trainingBase(data, input), plan, wishOf(context, input));
    },

    async list({ target, job, limit, ...selection }) {
      const numbers = list.select(selection, target, job);
      return { runs: store.listed(numbers.slice(0, limit)), total: numbers.length, ...list.counts() };
    },

    async show({ run }) {
      return detailOf(context, requireRun(store, run));
    },

    async compare({ runs: references }) {
      const details = references.map((reference) => detailOf(context, requireRun(store, reference)));
      return { runs: details, ...compareRuns(details) };
    },

    async suggest({ reference, target }) {
      return suggest(await data.handlers.show({ reference }), target, data.resolve(reference).marks);
    },

    async reproduce({ run: reference, search = true }) {
      const run = requireRun(store, reference);
      requireTrainedHere(run);
      const version = await openRun(data, run);
      const recorded = search ? recordedSearch(tools, run) : undefined;
      return context.jobs.submit(reproduceWork(context, run, version, recorded));
    },
  };
}

/** On what is trained. @throws GalleyError `data.…` for the version, `train.unknown_column` */
export async function trainingBase(data: DataPhase, input: TrainingInput): Promise<TrainingBase> {
  const { reference, target, features, exclude, allowPersonal, allowLeak = [], split, window, metric, seed } = input;
  const opened = await data.open(reference);
  const { version, ...held } = await withHoldout(data, opened, split ?? proposedSplit(opened.timeColumn));
  const leaking = allowLeak.filter((name) => name !== everyColumn);
  const { rowIdentity = rowIdentityOf(held.split, version.schema, version.keyColumns, target) } = input;
  const told = rowIdentity?.columns ?? [];
  for (const name of [target, ...singleColumns(input.sensitive, version.schema), ...leaking, ...told]) {
    requireColumn(version.schema, name);
  }
  return {
    version,
    keyColumns: version.keyColumns,
    ...(rowIdentity && { rowIdentity }),
    target,
    features,
    exclude,
    marks: unallowed(version, target, allowPersonal ?? []),
    ...held,
    window: window ?? null,
    metric,
    seed: seed ?? 0,
    allowLeak,
    ...learningOptionsOf(input),
  };
}

/** @throws GalleyError `train.invalid_folds` where folds are asked for and nothing is cross-validated. */
function refuseFolds({ folds, repeats }: Pick<InputOf<typeof trainCalls.run>, 'folds' | 'repeats'>): void {
  if (folds === undefined && repeats === undefined) return;
  throw new GalleyError('train.invalid_folds', 'Learners that are trained once are not cross-validated.', {
    hint: 'Give a budget or trials, so that folds choose among trials, or leave folds and repeats out.',
  });
}

/** @throws GalleyError `train.unknown_learner`, `train.invalid_parameter` */
function learnersOf(names: readonly string[], given: Parameters | undefined): TrainingPlan['learners'] {
  const learners = chooseLearners(names);
  const parameters = resolveParameters(learners, given);
  return learners.map(({ name }, index) => ({ name, parameters: parameters[index] ?? {} }));
}

/** @throws GalleyError `train.invalid_members`, `train.unknown_learner`, `train.invalid_parameter` */
function blendOf(names: readonly string[], members: readonly BlendMember[]): TrainingPlan['learners'] {
  const total = members.reduce((sum, { weight }) => sum + weight, 0);
  if (names.join() !== blendName || members.length === 0 || Math.abs(total - 1) > 1e-9) {
    const message = `The members of a blend need weights above 0 that sum to 1, and the learner "${blendName}".`;
    throw new GalleyError('train.invalid_members', message, { details: { learners: [...names], total } });
  }
  const complete = members.map(({ learner, parameters, weight }): BlendMember => {
    const [checked = {}] = resolveParameters([findLearner(learner)], parameters);
    return { learner, parameters: checked, weight };
  });
  return [{ name: blendName, parameters: {}, members: complete }];
}

/** The columns of `A+B`, where that is no column itself. */
function singleColumns(sensitive: readonly string[] = [], schema: readonly { name: string }[]): string[] {
  return sensitive.flatMap((by) => (schema.some(({ name }) => name === by) ? [by] : by.split('+')));
}

/** How runs are to be judged. */
export function wishOf(
  { project }: EngineContext,
  { target, sensitive, favourable }: Pick<InputOf<typeof trainCalls.run>, 'target' | 'sensitive' | 'favourable'>,
): EvaluationWish {
  return { parts: usualParts, sensitive, favourable, ...testsFor(project.path, target) };
}

/** Marked columns that may not be features; the target may be marked. @throws GalleyError `train.unknown_column` */
function unallowed({ marks, schema }: ResolvedVersion, target: string, allowed: readonly string[]): Marks {
  for (const name of allowed) requireColumn(schema, name);
  return Object.fromEntries(Object.entries(marks).filter(([name]) => name !== target && !allowed.includes(name)));
}

function detailOf({ uses }: EngineContext, stored: StoredRun): RunDetail {
  const { warnings, environment, features, importance, curves, headline, history } = stored.detail;
  return {
    run: toRun(stored),
    recipe: stored.recipe,
    recipeHash: stored.recipeHash,
    warnings,
    environment,
    tracking: describeTracking(stored.tracking),
    features,
    importance,
    headline,
    curves,
    history: history ?? [],
    lineage: {
      dataset: { name: stored.datasetName, version: stored.datasetVersion },
      models: uses.usersOf({ kind: 'run', id: stored.id }).flatMap(({ kind, label }) => {
        const [model = '', version = ''] = label.split('@');
        return kind === 'model_version' ? [{ model, version: Number(version) }] : [];
      }),
    },
  };
}
