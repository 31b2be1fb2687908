import type { Marks } from '../contract/data-privacy.ts';
import type { RunDetail, trainCalls } from '../contract/train.ts';
import type { DataPhase, ResolvedVersion } from '../data/index.ts';
import type { EngineContext, Handlers } from '../jobs/context.ts';
import { requireColumn } from './columns.ts';
import { evaluationHandlers, testsFor } from './evaluation/calls.ts';
import { usualParts } from './evaluation/evaluate-run.ts';
import type { EvaluationStore } from './evaluation/store.ts';
import { everyColumn } from './leaks.ts';
import { describeLearner } from './learners/describe.ts';
import { learners as allLearners, chooseLearners, resolveParameters } from './learners/learners.ts';
import { metricChoices } from './metrics.ts';
import { learningOptionsOf } from './recipe.ts';
import { reproduceWork } from './reproduce.ts';
import { requireRun } from './run-references.ts';
import { trainingWork } from './run-work.ts';
import { type RunStore, type StoredRun, toRun } from './store.ts';
import { proposedSplit, suggest } from './suggest.ts';
import { describeTracking, trackingHandlers } from './tracking/calls.ts';
import { compareRuns } from './tracking/comparison.ts';
import { RunList } from './tracking/run-list.ts';

export function trainHandlers(
  context: EngineContext,
  data: DataPhase,
  store: RunStore,
  evaluations: EvaluationStore,
): Handlers<typeof trainCalls> {
  const list = new RunList(context.database);
  return {
    ...evaluationHandlers(context, data, store, evaluations),
    ...trackingHandlers(context, store, list, (number) => detailOf(context, requireRun(store, String(number)))),

    async learners() {
      return { learners: allLearners.map(describeLearner), metrics: metricChoices() };
    },

    async run({
      reference,
      target,
      learners: names,
      features,
      exclude,
      allowPersonal,
      split,
      window,
      metric,
      seed,
      params,
      sensitive,
      favourable,
      allowLeak,
      ...options
    }) {
      const version = await data.open(reference);
      const allowed = (allowLeak ?? []).filter((name) => name !== everyColumn);
      for (const name of [target, ...singleColumns(sensitive, version.schema), ...allowed]) {
        requireColumn(version.schema, name);
      }
      const learners = chooseLearners(names);
      const parameters = resolveParameters(learners, params);
      const plan = {
        version,
        keyColumns: version.keyColumns,
        target,
        features,
        exclude,
        marks: unallowed(version, target, allowPersonal ?? []),
        split: split ?? proposedSplit(version.timeColumn),
        window: window ?? null,
        learners: learners.map(({ name }, index) => ({ name, parameters: parameters[index] ?? {} })),
        metric,
        seed: seed ?? 0,
        allowLeak: allowLeak ?? [],
        ...learningOptionsOf(options),
      };
      const evaluation = { parts: usualParts, sensitive, favourable, ...testsFor(context.project.path, target) };
      return context.jobs.submit(trainingWork(context, store, evaluations, plan, evaluation));
    },

    async list({ target, job, limit, ...selection }) {
      const numbers = list.select(selection, target, job);
      return { runs: store.listed(numbers.slice(0, limit)), total: numbers.length };
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

    async reproduce({ run: reference }) {
      const run = requireRun(store, reference);
      const version = await data.openVersion(run.datasetVersionId, run.recipe.dataset);
      return context.jobs.submit(reproduceWork(context, run, version));
    },
  };
}

/** The columns of `A+B`, where that is no column itself. */
function singleColumns(sensitive: readonly string[] = [], schema: readonly { name: string }[]): string[] {
  return sensitive.flatMap((by) => (schema.some(({ name }) => name === by) ? [by] : by.split('+')));
}

/** Marked columns that may not be features; the target may be marked. @throws GalleyError `train.unknown_column` */
function unallowed({ marks, schema }: ResolvedVersion, target: string, allowed: readonly string[]): Marks {
  for (const name of allowed) requireColumn(schema, name);
  return Object.fromEntries(Object.entries(marks).filter(([name]) => name !== target && !allowed.includes(name)));
}

function detailOf({ uses }: EngineContext, stored: StoredRun): RunDetail {
  const { warnings, environment, features, importance, curves } = stored.detail;
  return {
    run: toRun(stored),
    recipe: stored.recipe,
    recipeHash: stored.recipeHash,
    warnings,
    environment,
    tracking: describeTracking(stored.tracking),
    features,
    importance,
    curves,
    lineage: {
      dataset: { name: stored.datasetName, version: stored.datasetVersion },
      models: uses.usersOf({ kind: 'run', id: stored.id }).flatMap(({ kind, label }) => {
        const [model = '', version = ''] = label.split('@');
        return kind === 'model_version' ? [{ model, version: Number(version) }] : [];
      }),
    },
  };
}
