import { GalleyError } from '../base/errors.ts';
import type { Pipeline, retrainCalls } from '../contract/retrain.ts';
import type { EngineContext, Handlers } from '../jobs/context.ts';
import { requireRun } from './run-record.ts';
import type { PipelineRunner } from './runner.ts';
import type { DirectedPhases } from './step-tools.ts';
import { findDeployment } from './steps/deploy-step.ts';
import type { RetrainStore, StoredPipeline } from './store.ts';

/** Runs that `retrain.list` shows. */
const listedRuns = 200;

export interface CallSources {
  context: EngineContext;
  store: RetrainStore;
  phases: DirectedPhases;
  runner: PipelineRunner;
}

/** One handler per call of the contract. */
export function retrainHandlers(sources: CallSources): Handlers<typeof retrainCalls> {
  const { store, runner } = sources;
  const withLastRun = (pipeline: StoredPipeline): Pipeline => ({ ...pipeline, lastRun: store.lastRun(pipeline.id) });
  return {
    add: async (input) => ({ pipeline: withLastRun(await addPipeline(sources, input)) }),
    run: async ({ pipeline, reason }) =>
      runner.start(requirePipeline(store, pipeline), { kind: 'hand', detail: reason ?? 'by hand' }),
    list: async () => ({ pipelines: store.list().map(withLastRun), runs: store.runs(listedRuns) }),
    show: async ({ run }) => ({ pipeline_run: requireRun(store, run) }),
  };
}

/** @throws GalleyError `retrain.pipeline_not_found` */
function requirePipeline(store: RetrainStore, nameOrId: string): StoredPipeline {
  const pipeline = store.find(nameOrId);
  if (pipeline) return pipeline;
  const names = store.list().map(({ name }) => name);
  const known = names.length > 0 ? ` There is ${names.join(', ')}.` : '';
  throw new GalleyError('retrain.pipeline_not_found', `There is no pipeline "${nameOrId}".${known}`, {
    details: { pipeline: nameOrId, pipelines: names },
  });
}

type AddInput = Parameters<Handlers<typeof retrainCalls>['add']>[0];

/** What is not given stays as it is; a new pipeline takes the dataset of the model's champion. */
async function addPipeline({ context, store, phases }: CallSources, input: AddInput): Promise<StoredPipeline> {
  const { version: champion } = await phases.packages.handlers.show({ reference: input.model });
  const model = champion.model;
  const name = input.name ?? model;
  const before = store.find(name);
  if (before && before.model !== model) {
    throw new GalleyError('retrain.name_taken', `The pipeline ${name} renews ${before.model}, not ${model}.`, {
      details: { name, model: before.model },
    });
  }
  const dataset = input.dataset ?? before?.dataset ?? champion.dataset.name;
  await phases.data.handlers.show({ reference: dataset });
  const pipeline = {
    id: before?.id ?? context.newId('pl'),
    name,
    model,
    dataset,
    deployment: await deploymentName(phases, model, input.deployment ?? before?.deployment ?? null),
    windowDays: input.windowDays === undefined ? (before?.windowDays ?? null) : input.windowDays,
    margin: input.margin ?? before?.margin ?? 0,
    onAlert: input.onAlert ?? before?.onAlert ?? false,
  };
  context.database.transaction(() => {
    store.save(pipeline, context.clock.now());
  });
  context.events.publish({ type: 'phase.changed', phase: 'retrain', subject: pipeline.id });
  return requirePipeline(store, pipeline.id);
}

/** The deployment's name; null, so far, where none is named and none follows the champion. @throws GalleyError of deploy */
async function deploymentName(phases: DirectedPhases, model: string, wanted: string | null): Promise<string | null> {
  if (wanted === null) return (await findDeployment({ phases }, { model, deployment: null }))?.name ?? null;
  return (await phases.deploy.handlers.status({ deployment: wanted })).deployment.name;
}
