import type { ProjectAction } from '../contract/data-cleaning.ts';
import type { EngineContext } from '../jobs/context.ts';
import { SecretStore } from '../store/secrets.ts';
import { Trust } from '../store/trust.ts';
import { AlertTrigger } from './alert-trigger.ts';
import { ApprovalStore } from './approval/approval-store.ts';
import { Approvals } from './approval/approvals.ts';
import { BackfillStore } from './backfill/backfill-store.ts';
import { Backfills } from './backfill/backfills.ts';
import { retrainHandlers } from './calls.ts';
import { CommandTrust } from './commands/command-trust.ts';
import { interruptUnfinishedRuns } from './execution/run-record.ts';
import { StepLogs } from './execution/step-logs.ts';
import { removePassingFolders } from './passing-folder.ts';
import { PipelineFiles } from './pipeline-files.ts';
import { type HoldingPipeline, pipelineHolder } from './pipeline-holder.ts';
import { definitionOf } from './pipeline-text.ts';
import { PipelineOutlines } from './pipeline-view.ts';
import { probationHolder } from './probation/probation-holder.ts';
import { ProbationStore } from './probation/probation-store.ts';
import { Probations } from './probation/probations.ts';
import { registerFile } from './register-file.ts';
import type { RetrainPhase } from './retrain-phase.ts';
import { PipelineRunStore } from './run-store.ts';
import { PipelineRunner } from './runner.ts';
import type { DirectedPhases } from './step-tools.ts';
import { stepRunners } from './steps/step-runners.ts';
import { RetrainStore, type StoredPipeline } from './store.ts';
import { createTriggers } from './triggers/index.ts';

export { outlineOf } from './definition/outline.ts';
export { pipelineJsonSchema } from './definition/pipeline-schema.ts';
export { taskSlugs } from './definition/task-slug.ts';
export { createDemoArea } from './demo/area.ts';
export { pipelineFile, stepCommand } from './export/container-steps.ts';
export { exportPipeline } from './export/export-pipeline.ts';
export { writeExport } from './export/write-export.ts';
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
  const runs = new PipelineRunStore(context.database);
  const files = new PipelineFiles(context.project.path);
  const outlines = new PipelineOutlines(files);
  const logs = new StepLogs(context);
  removePassingFolders(context);
  data.onRenamed(({ id, to }) => {
    const pipelines = context.uses.usersOf({ kind: 'dataset', id }).filter(({ kind }) => kind === 'pipeline');
    store.renameDataset(
      pipelines.map((pipeline) => pipeline.id),
      to,
    );
  });
  packages.addHolder(pipelineHolder(() => holdingPipelines(store, outlines), runs));
  const interrupted = interruptUnfinishedRuns(context, runs);
  const trust = new Trust();
  const trusted = () => trust.has(context.project);
  const commands = new CommandTrust(trust, context.project);
  context.actions.add(() => store.list().flatMap((pipeline) => commandActions(files, commands, pipeline)));
  const runner = new PipelineRunner({
    context,
    store,
    runs,
    files,
    logs,
    runners: stepRunners({ context, phases }),
    trusted,
  });
  const asked = new ApprovalStore(context.database);
  const approvals = new Approvals({ context, phases, store: asked, runs, runner, trusted });
  const probations = new ProbationStore(context.database);
  packages.addHolder(probationHolder(probations));
  const proving = new Probations({ context, phases, store: probations, runs });
  const secrets = new SecretStore();
  const triggers = createTriggers({ context, phases, store, runs, files, runner, trust, secrets, trusted });
  const trigger = new AlertTrigger({ context, store, runs, phases, runner, waiting: triggers.waiting });
  const backfills = new Backfills({
    ...{ context, data, store, files, runner, waiting: triggers.waiting },
    backfills: new BackfillStore(context.database),
  });
  return {
    handlers: retrainHandlers({
      ...{
        context,
        store,
        runs,
        files,
        outlines,
        logs,
        phases,
        runner,
        approvals,
        asked,
        probations,
        commands,
        backfills,
      },
      ...triggers,
    }),
    start: async () => {
      trigger.watchRows();
      if (trusted()) {
        // An engine that lived for one command may have come before, which only marked them.
        for (const run of new Set([...interrupted, ...runs.left()])) resumeOrTell(runner, run);
        backfills.resumeCutOff();
      }
      approvals.start();
      triggers.watch.start();
      proving.start();
    },
    stop: async () => {
      approvals.stop();
      trigger.stop();
      await proving.stop();
      await triggers.watch.stop();
    },
    busy: () => triggers.watch.isNeeded,
    receive: (hook) => triggers.webhooks.receive(hook),
    answered: async () => {
      await trigger.settled();
      await proving.settled();
    },
    watchRows: () => trigger.watchRows(),
    registerFile: (name, isChanged) => registerFile({ context, store, files, phases }, name, isChanged),
    latestJob: async (pipelineId) => {
      await trigger.settled();
      return runner.latestJob(pipelineId);
    },
  };
}

/** The models that each pipeline makes versions of; of one whose file has faults those that are known without it. */
function holdingPipelines(store: RetrainStore, outlines: PipelineOutlines): HoldingPipeline[] {
  return store.list().map((pipeline) => ({ ...pipeline, models: outlines.of(pipeline).models }));
}

/** What a pipeline runs beside Galley's own work; nothing where its file has faults, since then it does not run. */
function commandActions(files: PipelineFiles, commands: CommandTrust, pipeline: StoredPipeline): ProjectAction[] {
  try {
    return commands.actions(pipeline.name, definitionOf(files, pipeline).tasks);
  } catch {
    return [];
  }
}

/** Goes on with a run that the last engine left; one that cannot go on stays interrupted. */
function resumeOrTell(runner: PipelineRunner, run: string): void {
  try {
    runner.resume(run);
  } catch (error) {
    console.error(error);
  }
}
