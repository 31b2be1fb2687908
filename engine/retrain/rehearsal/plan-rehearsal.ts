import { GalleyError } from '../../base/errors.ts';
import type { InputOf } from '../../contract/call.ts';
import type { Limits } from '../../contract/monitor.ts';
import type { ModelVersion } from '../../contract/package.ts';
import type { Renewal } from '../../contract/retrain.ts';
import type { RehearsalLimits, rehearsalCalls } from '../../contract/retrain-rehearsal.ts';
import type { Recipe, RowIdentity, RunDetail } from '../../contract/train.ts';
import type { ReadableVersion } from '../../data/index.ts';
import { effectiveLimits, type StoredLimits } from '../../monitor/for-jobs.ts';
import { dividesByHash, jobInputOf, learningOptionsOf, requireTrainedHere } from '../../train/index.ts';
import type { DirectedPhases } from '../step-tools.ts';
import type { RetrainStore } from '../store.ts';
import type { RehearseInput, StoredRows } from './rehearse-job.ts';

export type RehearsalWish = InputOf<typeof rehearsalCalls.rehearse>;

/** What a rehearsal is made of, and what is known of it before. */
export interface RehearsalPlan {
  model: string;
  /** `ridership@3`. */
  dataset: string;
  input: RehearseInput;
  limits: RehearsalLimits;
}

export interface PlanSources {
  phases: DirectedPhases;
  store: Pick<RetrainStore, 'list'>;
  /** Galley's own version. */
  engine: string;
}

/**
 * Puts together what a rehearsal is about: the version and its recipe, the rows, the limits.
 * @throws GalleyError of the phases; `retrain.no_time_column`, `retrain.not_rehearsable`
 */
export async function planRehearsal(sources: PlanSources, wish: RehearsalWish): Promise<RehearsalPlan> {
  const { phases } = sources;
  const { version, signature } = await phases.packages.handlers.show({ reference: wish.model });
  const detail = await phases.train.handlers.show({ run: version.runId });
  const { recipe } = detail;
  requireTrainedHere({ number: detail.run.number, recipe });
  requireRehearsable(recipe);
  const renewal = sources.store.list().find((pipeline) => pipeline.renewal?.model === version.model)?.renewal ?? null;
  const data = await phases.data.open(wish.dataset ?? renewal?.dataset ?? version.dataset.name);
  if (data.timeColumn === null) throw noTimeColumn(data.dataset.name);
  const limits = await limitsOf(phases, version, renewal, wish.limits);
  const { keyColumns, request } = await requestOf(phases, version, detail);
  const stored: StoredLimits = { ...limits, retrain: null };
  return {
    model: version.model,
    dataset: `${data.dataset.name}@${data.number}`,
    limits,
    input: {
      rows: storedRows(data),
      timeColumn: data.timeColumn,
      version: {
        name: `${version.model}@${version.version}`,
        onnx: version.onnx.path,
        signature,
        metrics: version.metrics,
        importance: detail.importance.map(({ name, value }) => [name, value]),
        rows: storedRows(await phases.train.rows(version.runId)),
        request: { ...request, keyColumns, window: recipe.window },
      },
      training: {
        recipe: { ...recipe, engine: sources.engine },
        request: { ...request, keyColumns },
        order: {
          target: recipe.target,
          learner: recipe.learner,
          parameters: recipe.parameters,
          ...(recipe.members && { members: recipe.members }),
          seed: recipe.seed,
          metric: version.metric.name,
        },
        identity: data.identity,
        windowDays: wish.windowDays === undefined ? (renewal?.windowDays ?? null) : wish.windowDays,
      },
      metric: version.metric,
      margin: wish.margin ?? renewal?.margin ?? 0,
      limits: stored,
      minimumRows: limits.minimumRows,
      ...(wish.from !== undefined && { from: Date.parse(wish.from) }),
      ...(wish.to !== undefined && { to: Date.parse(wish.to) }),
      ...(wish.period && { period: wish.period }),
      labelDelay: wish.labelDelay ?? 0,
      ...(wish.policies && { policies: wish.policies }),
      ...(wish.baseline !== undefined && { baseline: wish.baseline }),
      throughServer: wish.throughServer ?? false,
    },
  };
}

/** A holdout that is another dataset does not grow with the rows. @throws GalleyError `retrain.not_rehearsable` */
function requireRehearsable({ split }: Recipe): void {
  if (split.kind !== 'dataset') return;
  const message = `The run is judged by ${split.reference}, whose rows are of no moment of the rehearsal.`;
  throw new GalleyError('retrain.not_rehearsable', message, { details: { split: split.kind } });
}

function noTimeColumn(dataset: string): GalleyError {
  const message = `${dataset} has no time column, so its rows cannot be replayed in their time.`;
  return new GalleyError('retrain.no_time_column', message, { details: { dataset } });
}

/** What was trained on, with the rows told apart as the champion's were, those of earlier recipes included. */
async function requestOf({ train }: DirectedPhases, version: ModelVersion, { recipe }: RunDetail) {
  const { keyColumns } = train.stored(version.runId).detail;
  const rows = await train.rows(version.runId);
  const identity = recipe.rowIdentity ?? earlierIdentity(recipe, keyColumns, rows);
  const { request } = jobInputOf({
    version: rows,
    keyColumns,
    ...(identity && { rowIdentity: identity }),
    target: recipe.target,
    features: recipe.features,
    split: recipe.split,
    window: null,
    seed: recipe.seed,
    ...learningOptionsOf(recipe),
  });
  const { window: _, ...lasting } = request;
  return { keyColumns, request: lasting };
}

function earlierIdentity(
  { split }: Recipe,
  keyColumns: readonly string[],
  { schema }: ReadableVersion,
): RowIdentity | undefined {
  if (!dividesByHash(split)) return undefined;
  return { by: 'key', columns: keyColumns.length > 0 ? [...keyColumns] : schema.map(({ name }) => name) };
}

/** What was asked for, else what holds for the deployment that answers with the model, else what a new one would have. */
async function limitsOf(
  phases: DirectedPhases,
  version: ModelVersion,
  renewal: Renewal | null,
  wish: Partial<RehearsalLimits> = {},
): Promise<RehearsalLimits> {
  const { deployments } = await phases.deploy.handlers.list({});
  const deployment =
    deployments.find(({ name }) => name === renewal?.deployment) ??
    deployments.find(({ model, follows }) => model === version.model && follows === 'champion');
  const set = deployment && (await phases.monitor.handlers.limits({ deployment: deployment.name })).limits;
  const usual = effectiveLimits(version, { bound: null, driftShare: null, minimumRows: null, retrain: null });
  const { driftShare, minimumRows } = set ?? usual;
  return { bound: set ? await ownBound(phases, set, deployment) : null, driftShare, minimumRows, ...wish };
}

/** A bound that was set; null where it is the one that follows from the holdout of the version that answers. */
async function ownBound(
  { packages }: DirectedPhases,
  { bound }: Limits,
  { model, version }: { model: string; version: number },
): Promise<number | null> {
  const { version: live } = await packages.handlers.show({ reference: `${model}@${version}` });
  const nothing = { bound: null, driftShare: null, minimumRows: null, retrain: null };
  return effectiveLimits(live, nothing).bound === bound ? null : bound;
}

function storedRows({ paths, schema }: ReadableVersion): StoredRows {
  return { paths, columns: schema.map(({ name, type }) => ({ name, type })) };
}
