import type { EngineContext } from '../jobs/context.ts';
import { Trust } from '../store/trust.ts';
import { AlertTrigger } from './alert-trigger.ts';
import { retrainHandlers } from './calls.ts';
import { pipelineHolder } from './pipeline-holder.ts';
import type { RetrainPhase } from './retrain-phase.ts';
import { interruptUnfinishedRuns } from './run-record.ts';
import { PipelineRunner } from './runner.ts';
import { Scheduler } from './schedule/scheduler.ts';
import type { DirectedPhases } from './step-tools.ts';
import { RetrainStore } from './store.ts';

export { outlineOf } from './definition/outline.ts';
export { pipelineJsonSchema } from './definition/pipeline-schema.ts';
export { createDemoArea } from './demo/area.ts';
export type { RetrainPhase };

/** Retraining: pipelines that renew a model, by hand or on an alert. */
export function createRetrainPhase(
  context: EngineContext,
  data: DirectedPhases['data'],
  train: DirectedPhases['train'],
  packages: DirectedPhases['packages'],
  deploy: DirectedPhases['deploy'],
  monitor: DirectedPhases['monitor'],
): RetrainPhase {
  const phases = { data, train, packages, deploy, monitor };
  const store = new RetrainStore(context.database);
  data.onRenamed(({ id, to }) => {
    const pipelines = context.uses.usersOf({ kind: 'dataset', id }).filter(({ kind }) => kind === 'pipeline');
    store.renameDataset(
      pipelines.map((pipeline) => pipeline.id),
      to,
    );
  });
  packages.addHolder(pipelineHolder(store));
  interruptUnfinishedRuns(context, store);
  const runner = new PipelineRunner(context, store, phases);
  const trigger = new AlertTrigger(context, store, phases, runner);
  const trust = new Trust();
  const scheduler = new Scheduler({ context, store, runner, trusted: () => trust.has(context.project) });
  return {
    handlers: retrainHandlers({ context, store, phases, runner }),
    start: async () => {
      trigger.watchRows();
      scheduler.start();
    },
    stop: async () => {
      scheduler.stop();
      trigger.stop();
    },
    busy: () => scheduler.isNeeded,
    answered: () => trigger.settled(),
    watchRows: () => trigger.watchRows(),
    latestJob: async (pipelineId) => {
      await trigger.settled();
      return runner.latestJob(pipelineId);
    },
  };
}
