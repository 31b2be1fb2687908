import { resolve } from 'node:path';
import { isoTime } from '../base/clock.ts';
import { GalleyError } from '../base/errors.ts';
import { requireWholePath } from '../base/whole-path.ts';
import type { InputOf, OutputOf } from '../contract/call.ts';
import type { Deployment } from '../contract/deploy.ts';
import type { retrainCalls } from '../contract/retrain.ts';
import type { EngineContext, Handlers } from '../jobs/context.ts';
import { currentUser } from '../store/user-name.ts';
import { answersAlerts } from './answers-alerts.ts';
import type { ApprovalStore } from './approval/approval-store.ts';
import type { Approvals } from './approval/approvals.ts';
import type { Backfills } from './backfill/backfills.ts';
import { calendarOf } from './calendar.ts';
import type { CommandTrust } from './commands/command-trust.ts';
import { outlineOf } from './definition/outline.ts';
import { pipelineJsonSchema } from './definition/pipeline-schema.ts';
import { requirePipeline } from './definition/require-pipeline.ts';
import { requireRun } from './execution/run-record.ts';
import type { StepLogs } from './execution/step-logs.ts';
import { exportPipeline } from './export/export-pipeline.ts';
import { writeExport } from './export/write-export.ts';
import type { PipelineFiles } from './pipeline-files.ts';
import { textOf } from './pipeline-text.ts';
import { type PipelineOutlines, viewOf } from './pipeline-view.ts';
import { portableHandlers } from './portable/calls.ts';
import type { ProbationStore } from './probation/probation-store.ts';
import { rehearsalHandlers } from './rehearsal/calls.ts';
import { runAfter } from './run-after.ts';
import type { PipelineRunStore } from './run-store.ts';
import type { PipelineRunner } from './runner.ts';
import { requireSchedule } from './schedule/occurrences.ts';
import type { DirectedPhases } from './step-tools.ts';
import { findDeployment } from './steps/released.ts';
import { noTimeColumn } from './steps/row-window.ts';
import type { RetrainStore, StoredPipeline } from './store.ts';
import { withSchedule } from './triggers/file-schedule.ts';
import type { FolderTrust } from './triggers/folder-trust.ts';
import type { TriggerDefinitions } from './triggers/trigger-definitions.ts';
import type { TriggerWatch } from './triggers/trigger-watch.ts';
import { nextTimesOf, schedulesOf } from './triggers/triggers-view.ts';
import type { WaitingRuns } from './triggers/waiting-runs.ts';
import type { Webhooks } from './triggers/webhooks.ts';
import { usedBy } from './used-datasets.ts';

/** Runs that `retrain.list` shows where no other number is asked for. */
const listedRuns = 200;

export interface CallSources {
  context: EngineContext;
  store: RetrainStore;
  runs: PipelineRunStore;
  files: PipelineFiles;
  outlines: PipelineOutlines;
  logs: StepLogs;
  phases: DirectedPhases;
  runner: PipelineRunner;
  commands: CommandTrust;
  approvals: Approvals;
  asked: ApprovalStore;
  probations: ProbationStore;
  definitions: TriggerDefinitions;
  watch: TriggerWatch;
  waiting: WaitingRuns;
  webhooks: Webhooks;
  folders: FolderTrust;
  backfills: Backfills;
}

/** One handler per call of the contract. */
export function retrainHandlers(sources: CallSources): Handlers<typeof retrainCalls> {
  const { store, runs, files, runner, approvals, asked, probations } = sources;
  const view = (pipeline: StoredPipeline) => viewOf(sources, pipeline);
  const handlers: Handlers<typeof retrainCalls> = {
    ...rehearsalHandlers({ ...sources, handlers: () => handlers }),
    check: async (input) => outlineOf(input),
    schema: async () => ({ schema: pipelineJsonSchema() }),
    add: async (input) => ({ pipeline: await view(await addRenewal(sources, input)) }),
    addFile: async (input) => {
      const pipeline = addFile(sources, input);
      await sources.watch.note(pipeline);
      return { pipeline: await view(pipeline) };
    },
    text: async ({ pipeline }) => {
      const stored = requireStored(store, pipeline);
      return { text: textOf(files, stored), file: files.file(stored.name) };
    },
    export: async (input) => exportOf(sources, input),
    writeExport: async ({ to, ...input }) => {
      requireWholePath(to);
      return { files: await writeExport(exportOf(sources, input), resolve(to), false) };
    },
    remove: async ({ pipeline }) => {
      const stored = requireStored(store, pipeline);
      const name = removePipeline(sources, stored);
      await sources.webhooks.forget(stored);
      return { name };
    },
    schedule: async (input) => {
      const pipeline = setSchedule(sources, input);
      await sources.watch.note(pipeline);
      return { pipeline: await view(pipeline), next: nextTimes(sources, pipeline) };
    },
    run: async ({ pipeline, reason, wait = false, ...wish }) => {
      const stored = requireStored(store, pipeline);
      const trigger = { kind: 'hand' as const, detail: reason ?? 'by hand' };
      return runAfter(sources, stored, { trigger, ...wish }, wait);
    },
    rerun: async ({ run, from }) => runner.rerun(run, from),
    approve: async (input) => approvals.answer(input, currentUser()),
    list: async ({ pipeline, limit = listedRuns, steps = true }) => {
      const pipelineId = pipeline === undefined ? undefined : requireStored(store, pipeline).id;
      return {
        pipelines: await Promise.all(store.list().map(view)),
        runs: runs.newest({ pipelineId, limit, withSteps: steps }),
        waiting: asked.waiting(),
      };
    },
    show: async ({ run }) => ({
      pipeline_run: requireRun(runs, run),
      approvals: asked.ofRun(run),
      probations: probations.ofRun(run),
    }),
    log: async ({ run, step }) => logOf(sources, run, step),
    ...portableHandlers(sources, {
      requireStored: (name) => requireStored(store, name),
      keep: (text) => addFile(sources, { text }),
    }),
    webhook: async ({ pipeline, secret }) => ({
      webhook: await sources.webhooks.view(requireStored(store, pipeline), secret),
    }),
    cancelWaiting: async ({ pipeline }) => {
      const stored = requireStored(store, pipeline);
      return { pipeline: stored.name, canceled: sources.waiting.cancel(stored) };
    },
    backfill: async ({ pipeline, ...wish }) => sources.backfills.start(requireStored(store, pipeline), wish),
    resumeBackfill: async ({ backfill }) => sources.backfills.resume(backfill),
    backfills: async ({ pipeline, limit }) => ({
      backfills: sources.backfills.list(pipeline === undefined ? undefined : requireStored(store, pipeline), limit),
    }),
    calendar: (input) => calendarOf(sources, input),
  };
  return handlers;
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

/** @throws GalleyError `retrain.run_not_found`, `retrain.unknown_step` */
function exportOf(
  { context, store, files }: CallSources,
  { pipeline, ...wish }: InputOf<typeof retrainCalls.export>,
): OutputOf<typeof retrainCalls.export> {
  const stored = requireStored(store, pipeline);
  const written = { text: textOf(files, stored), file: files.file(stored.name) };
  return exportPipeline({ ...written, ...wish }, { galleyVersion: context.version, at: context.clock.now() });
}

function logOf({ runs, logs }: CallSources, runId: string, step: string): OutputOf<typeof retrainCalls.log> {
  const { steps } = requireRun(runs, runId);
  const position = steps.findIndex(({ name }) => name === step);
  if (position >= 0) return logs.read(runId, position);
  const names = steps.map(({ name }) => name);
  throw new GalleyError(
    'retrain.unknown_step',
    `There is no step "${step}" in the run; there is ${names.join(', ')}.`,
    {
      details: { step, steps: names },
    },
  );
}

/**
 * Of a pipeline that is written by hand its file is changed.
 * @throws GalleyError `retrain.pipeline_not_found`, `retrain.invalid_schedule`, `retrain.several_schedules`,
 * `retrain.invalid_pipeline`
 */
function setSchedule(
  { context, store, files }: CallSources,
  { pipeline, schedule }: InputOf<typeof retrainCalls.schedule>,
): StoredPipeline {
  const { id, name, renewal } = requireStored(store, pipeline);
  if (schedule) requireSchedule(schedule, context.clock.now());
  if (renewal !== null) store.setSchedule(id, schedule);
  else {
    const file = files.file(name);
    const text = files.read(name);
    requirePipeline(text, file);
    const changed = withSchedule(text, file, schedule);
    requirePipeline(changed, file);
    if (changed !== text) files.write(name, changed);
  }
  context.events.publish({ type: 'phase.changed', phase: 'retrain', subject: id });
  return requireStored(store, id);
}

/** Times of a schedule that are shown. */
const shownTimes = 5;

function nextTimes(
  { context, definitions }: CallSources,
  pipeline: StoredPipeline,
): OutputOf<typeof retrainCalls.schedule>['next'] {
  return nextTimesOf(schedulesOf(definitions.of(pipeline)), context.clock.now(), shownTimes).map(isoTime);
}

/** @throws GalleyError `retrain.invalid_pipeline` before anything is changed */
function addFile(
  { context, store, files, phases, commands, folders }: CallSources,
  { text, file = 'The pipeline' }: InputOf<typeof retrainCalls.addFile>,
): StoredPipeline {
  const { name, tasks, triggers } = requirePipeline(text, file);
  const used = usedBy(phases, tasks);
  const id = store.find(name)?.id ?? context.newId('pl');
  files.write(name, text);
  commands.grant(tasks);
  folders.grant(triggers);
  context.database.transaction(() => {
    const user = { kind: 'pipeline', id, label: name };
    context.uses.removeAllOf(user);
    for (const dataset of used) context.uses.add(user, { kind: 'dataset', id: dataset });
    store.save({ id, name, renewal: null }, context.clock.now());
  });
  context.events.publish({ type: 'phase.changed', phase: 'retrain', subject: id });
  return requireStored(store, id);
}

/** @throws GalleyError `retrain.already_running` */
function removePipeline(
  { context, store, runs, files, logs, runner }: CallSources,
  { id, name }: StoredPipeline,
): string {
  if (runner.isRunning(id))
    throw new GalleyError('retrain.already_running', `The pipeline ${name} runs; stop it before it is removed.`, {
      details: { pipeline: name },
    });
  const ids = runs.idsOf(id);
  const written = runs.filesOf(id);
  context.database.transaction(() => {
    context.uses.removeAllOf({ kind: 'pipeline', id });
    store.remove(id);
    context.blobs.release(...written);
  });
  files.remove(name);
  for (const run of ids) logs.remove(run);
  context.events.publish({ type: 'phase.changed', phase: 'retrain', subject: id });
  return name;
}

type AddInput = InputOf<typeof retrainCalls.add>;

/** What is not given stays as it is; a new pipeline takes the dataset of the model's champion. */
async function addRenewal({ context, store, phases }: CallSources, input: AddInput): Promise<StoredPipeline> {
  const { version: champion } = await phases.packages.handlers.show({ reference: input.model });
  const { model } = champion;
  const name = input.name ?? model;
  const stored = store.find(name);
  if (stored && stored.renewal?.model !== model) throw nameTaken(stored, model);
  const before = stored?.renewal ?? undefined;
  const dataset = input.dataset ?? before?.dataset ?? champion.dataset.name;
  const windowDays = input.windowDays === undefined ? (before?.windowDays ?? null) : input.windowDays;
  const data = phases.data.resolve(dataset);
  if (windowDays !== null && data.timeColumn === null) throw noTimeColumn(data.dataset.name);
  const deployment = await deploymentOf(phases, model, input.deployment ?? before?.deployment ?? null);
  const onAlert = input.onAlert ?? (before && (await answersAlerts(phases, before)));
  const id = stored?.id ?? context.newId('pl');
  context.database.transaction(() => {
    const renewal = {
      model,
      dataset: data.dataset.name,
      deployment: deployment?.name ?? null,
      windowDays,
      margin: input.margin ?? before?.margin ?? 0,
      onAlert: onAlert ?? false,
    };
    store.save({ id, name, renewal }, context.clock.now());
    const user = { kind: 'pipeline', id, label: name };
    context.uses.removeAllOf(user);
    context.uses.add(user, { kind: 'dataset', id: data.dataset.id });
    if (deployment) {
      context.uses.add(user, { kind: 'deployment', id: deployment.id });
    }
  });
  if (deployment && onAlert !== undefined) {
    await phases.monitor.handlers.limits({ deployment: deployment.name, retrain: onAlert });
  }
  context.events.publish({ type: 'phase.changed', phase: 'retrain', subject: id });
  return requireStored(store, id);
}

/** The named deployment; else one that follows the champion, where there is one so far. @throws GalleyError of deploy */
async function deploymentOf(
  phases: DirectedPhases,
  model: string,
  wanted: string | null,
): Promise<Pick<Deployment, 'id' | 'name'> | undefined> {
  return wanted === null ? findDeployment(phases, { model, deployment: null }) : phases.deploy.find(wanted);
}

function nameTaken({ name, renewal }: StoredPipeline, wanted: string): GalleyError {
  const does = renewal === null ? 'is written in its file, and does not only renew' : `renews ${renewal.model}, not`;
  return new GalleyError('retrain.name_taken', `The pipeline ${name} ${does} ${wanted}.`, {
    details: { name, model: renewal?.model ?? null },
  });
}
