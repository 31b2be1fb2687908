import { isoTime } from '../base/clock.ts';
import { GalleyError } from '../base/errors.ts';
import type { InputOf, OutputOf } from '../contract/call.ts';
import type { Deployment } from '../contract/deploy.ts';
import type { Pipeline, retrainCalls } from '../contract/retrain.ts';
import type { EngineContext, Handlers } from '../jobs/context.ts';
import { answersAlerts } from './answers-alerts.ts';
import { outlineOf } from './definition/outline.ts';
import { pipelineJsonSchema } from './definition/pipeline-schema.ts';
import { requireRun } from './run-record.ts';
import type { PipelineRunner } from './runner.ts';
import { nextOccurrence, nextOccurrences, requireSchedule } from './schedule/occurrences.ts';
import type { DirectedPhases } from './step-tools.ts';
import { noTimeColumn } from './steps/data-step.ts';
import { findDeployment } from './steps/deploy-step.ts';
import type { PipelineSettings, RetrainStore, StoredPipeline } from './store.ts';

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
  const { context, store, phases, runner } = sources;
  const view = async ({ scheduledUntil, ...pipeline }: StoredPipeline): Promise<Pipeline> => {
    const { schedule } = pipeline;
    const next = schedule && nextOccurrence(schedule, context.clock.now());
    return {
      ...pipeline,
      onAlert: await answersAlerts(phases, pipeline),
      nextRunAt: next === null ? null : isoTime(next),
      lastRun: store.lastRun(pipeline.id),
    };
  };
  return {
    check: async (input) => outlineOf(input),
    schema: async () => ({ schema: pipelineJsonSchema() }),
    add: async (input) => ({ pipeline: await view(await addPipeline(sources, input)) }),
    schedule: async (input) => {
      const pipeline = setSchedule(sources, input);
      return { pipeline: await view(pipeline), next: nextTimes(sources, pipeline) };
    },
    run: async ({ pipeline, reason }) =>
      runner.start(requireStored(store, pipeline), { kind: 'hand', detail: reason ?? 'by hand' }),
    list: async () => ({ pipelines: await Promise.all(store.list().map(view)), runs: store.runs(listedRuns) }),
    show: async ({ run }) => ({ pipeline_run: requireRun(store, run) }),
  };
}

/** @throws GalleyError `retrain.pipeline_not_found` */
function requireStored(store: RetrainStore, nameOrId: string): StoredPipeline {
  const pipeline = store.find(nameOrId);
  if (pipeline) return pipeline;
  const names = store.list().map(({ name }) => name);
  const known = names.length > 0 ? ` There is ${names.join(', ')}.` : '';
  throw new GalleyError('retrain.pipeline_not_found', `There is no pipeline "${nameOrId}".${known}`, {
    details: { pipeline: nameOrId, pipelines: names },
  });
}

/** @throws GalleyError `retrain.pipeline_not_found`, `retrain.invalid_schedule` */
function setSchedule(
  { context, store }: CallSources,
  { pipeline, schedule }: InputOf<typeof retrainCalls.schedule>,
): StoredPipeline {
  const { id } = requireStored(store, pipeline);
  const now = context.clock.now();
  if (schedule) requireSchedule(schedule, now);
  store.setSchedule(id, schedule, now);
  context.events.publish({ type: 'phase.changed', phase: 'retrain', subject: id });
  return requireStored(store, id);
}

/** Times of a schedule that are shown. */
const shownTimes = 5;

function nextTimes(
  { context }: CallSources,
  { schedule }: StoredPipeline,
): OutputOf<typeof retrainCalls.schedule>['next'] {
  return schedule ? nextOccurrences(schedule, context.clock.now(), shownTimes).map(isoTime) : [];
}

type AddInput = InputOf<typeof retrainCalls.add>;

/** What is not given stays as it is; a new pipeline takes the dataset of the model's champion. */
async function addPipeline({ context, store, phases }: CallSources, input: AddInput): Promise<StoredPipeline> {
  const { version: champion } = await phases.packages.handlers.show({ reference: input.model });
  const { model } = champion;
  const name = input.name ?? model;
  const before = store.find(name);
  if (before && before.model !== model) throw nameTaken(before, model);
  const dataset = input.dataset ?? before?.dataset ?? champion.dataset.name;
  const windowDays = input.windowDays === undefined ? (before?.windowDays ?? null) : input.windowDays;
  const data = phases.data.resolve(dataset);
  if (windowDays !== null && data.timeColumn === null) throw noTimeColumn(data.dataset.name);
  const deployment = await deploymentOf(phases, model, input.deployment ?? before?.deployment ?? null);
  const onAlert = input.onAlert ?? (before && (await answersAlerts(phases, before)));
  const pipeline: PipelineSettings = {
    id: before?.id ?? context.newId('pl'),
    name,
    model,
    dataset: data.dataset.name,
    deployment: deployment?.name ?? null,
    windowDays,
    margin: input.margin ?? before?.margin ?? 0,
    onAlert: onAlert ?? false,
  };
  context.database.transaction(() => {
    store.save(pipeline, context.clock.now());
    const user = { kind: 'pipeline', id: pipeline.id, label: name };
    context.uses.removeAllOf(user);
    context.uses.add(user, { kind: 'dataset', id: data.dataset.id });
    if (deployment) {
      context.uses.add(user, { kind: 'deployment', id: deployment.id });
    }
  });
  if (deployment && onAlert !== undefined) {
    await phases.monitor.handlers.limits({ deployment: deployment.name, retrain: onAlert });
  }
  context.events.publish({ type: 'phase.changed', phase: 'retrain', subject: pipeline.id });
  return requireStored(store, pipeline.id);
}

/** The named deployment; else one that follows the champion, where there is one so far. @throws GalleyError of deploy */
async function deploymentOf(
  phases: DirectedPhases,
  model: string,
  wanted: string | null,
): Promise<Pick<Deployment, 'id' | 'name'> | undefined> {
  return wanted === null ? findDeployment({ phases }, { model, deployment: null }) : phases.deploy.find(wanted);
}

function nameTaken({ name, model }: StoredPipeline, wanted: string): GalleyError {
  return new GalleyError('retrain.name_taken', `The pipeline ${name} renews ${model}, not ${wanted}.`, {
    details: { name, model },
  });
}
