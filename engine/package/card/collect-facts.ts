import { isoTime } from '../../base/clock.ts';
import { GalleyError } from '../../base/errors.ts';
import type { CardField } from '../../contract/package-card.ts';
import type { Recipe, Run } from '../../contract/train.ts';
import type { DataPhase } from '../../data/index.ts';
import { type StoredRun, toRun } from '../../train/index.ts';
import type { StoredModel, StoredVersion } from '../store.ts';
import type { Sources } from '../views.ts';
import type { CardFacts, DatasetFacts, EvaluationFacts, RunFacts } from './card-facts.ts';

/** What is known of a version when its card is made. */
export async function collectFacts(
  { context, store, train }: Sources,
  data: DataPhase,
  model: StoredModel,
  version: StoredVersion,
  text: Partial<Record<CardField, string>>,
): Promise<CardFacts> {
  const run = train.stored(version.runId);
  const { evaluation } = await train.handlers.evaluation({ run: run.id });
  const aliases = Object.entries(store.aliases(model.id));
  return {
    model: model.name,
    version: version.version,
    aliases: aliases.filter(([, number]) => number === version.version).map(([alias]) => alias),
    signature: version.signature,
    text,
    onnx: { sha256: version.onnxHash.replace(/^sha256:/, ''), bytes: version.onnxBytes },
    parity: { rows: version.parityRows, difference: version.parityDifference },
    dataset: await datasetFacts(data, run),
    run: runFacts(run),
    evaluation: evaluation && evaluationFacts(evaluation),
    deployments: context.uses
      .usersOf({ kind: 'model_version', id: version.id })
      .flatMap(({ kind, label }) => (kind === 'deployment' ? [label] : [])),
    galleyVersion: context.version,
    createdAt: isoTime(version.createdAt),
  };
}

/** Values of marked columns are left out: a card is made to be handed around. */
async function datasetFacts(data: DataPhase, run: StoredRun): Promise<DatasetFacts> {
  const { target, dataset: identity } = run.recipe;
  const named = { name: run.datasetName, version: run.datasetVersion, identity };
  const reference = `${named.name}@${named.version}`;
  const shown = await data.handlers.show({ reference, masked: true }).catch(whereItIsGone);
  if (shown?.version.identity !== identity) return { ...named, known: null };
  const { marks } = await data.handlers.marks({ dataset: named.name });
  const profile = marks[target] === undefined ? shown.profile.find(({ name }) => name === target) : undefined;
  const known: DatasetFacts['known'] = {
    rows: shown.version.rows,
    columns: shown.version.columns.length,
    sources: shown.lineage.sources.map(({ name, rows }) => ({ name, rows })),
    missing: shown.version.columns.map(({ name, missing }) => ({ name, missing })).filter(({ missing }) => missing > 0),
    target: profile
      ? { rows: profile.rows, missing: profile.missing, histogram: profile.histogram, top: profile.top }
      : null,
  };
  return { ...named, known };
}

/** The dataset of a version may have been deleted since. */
function whereItIsGone(error: unknown): undefined {
  if (!(error instanceof GalleyError && error.kind === 'not_found')) throw error;
}

function runFacts(stored: StoredRun): RunFacts {
  const run: Run = toRun(stored);
  const { split, parameters, seed, features, window, members, adopted }: Recipe = stored.recipe;
  const { platform, cpu } = stored.detail.environment;
  return {
    number: run.number,
    learner: run.learner,
    rows: run.rows,
    metrics: run.metrics,
    intervals: run.intervals,
    metric: run.metric,
    seconds: run.seconds,
    recipe: { split, parameters, seed, features, window, members, adopted },
    recipeHash: stored.recipeHash,
    createdAt: run.createdAt,
    holdoutLooks: run.holdoutLooks,
    environment: { platform, cpu },
    warnings: stored.detail.warnings,
  };
}

/** Single rows of the evaluation are left out. */
function evaluationFacts(evaluation: EvaluationFacts): EvaluationFacts {
  const { headline, metrics, classification, regression, importance, slices, fairness } = evaluation;
  return { headline, metrics, classification, regression, importance, slices, fairness };
}
