import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { GalleyError, reportError } from '../../base/errors.ts';
import { suggestName } from '../../base/nearest-name.ts';
import type { InputOf, OutputOf } from '../../contract/call.ts';
import type { PipelineStep, retrainCalls } from '../../contract/retrain.ts';
import type { Artifact, DecisionArtifact } from '../../contract/retrain-artifacts.ts';
import type { retrainPortableCalls } from '../../contract/retrain-portable.ts';
import { jobResult } from '../../jobs/job-result.ts';
import { runsAfterFailure } from '../definition/condition.ts';
import { requirePipeline } from '../definition/require-pipeline.ts';
import { findTask, taskSlugs } from '../definition/task-slug.ts';
import type { Task } from '../definition/tasks.ts';
import { waitingSteps } from '../execution/run-record.ts';
import type { StepLogs } from '../execution/step-logs.ts';
import type { PipelineRunner } from '../runner.ts';
import type { StepTools } from '../step-tools.ts';
import type { StoredPipeline } from '../store.ts';
import { copyReads } from './declared-files.ts';
import { pointAliases, pull, push, referencesOf, withRemote } from './hand-over.ts';
import { localArtifact } from './parts.ts';
import { readState, writeState } from './pipeline-state.ts';
import {
  clearStepFolder,
  packageFolder,
  readStepFolder,
  takeInStepFolder,
  writeStepFolder,
  writeStepLog,
} from './step-folder.ts';
import { withTemporaryRemote } from './temporary-remote.ts';

type StepInput = InputOf<typeof retrainPortableCalls.step>;

export interface AloneParts {
  tools: StepTools;
  runner: PipelineRunner;
  logs: StepLogs;
  /** Keeps the file of the pipeline in the project. */
  keep(text: string): StoredPipeline;
}

/**
 * Runs one task in this project, which needs to hold nothing else: what tasks before gave comes from folders, data and the
 * pipeline's state from a remote. Its folder says what became of it also where it failed.
 * @throws GalleyError `retrain.unknown_step`, `retrain.damaged_part`, `retrain.needs_approval`, and of the task
 */
export async function runTaskAlone(parts: AloneParts, input: StepInput): Promise<PipelineStep> {
  const { text, file = 'The pipeline', parameters = {}, outFolder } = input;
  const pipeline = requirePipeline(text, file, parameters);
  const tasks = pipeline.tasks.map(triedOnce);
  const task = requireTask(tasks, input.task);
  clearStepFolder(outFolder);
  try {
    const run = (remote?: string) =>
      runHere(parts, { ...input, parameters: pipeline.given }, { name: pipeline.name, tasks }, task, remote);
    return input.remote === undefined
      ? await run()
      : await withTemporaryRemote(parts.tools, 'state', input.remote, run);
  } catch (error) {
    const summary = reportError(error).message;
    const failed = { format: 1 as const, task: task.name, status: 'failed' as const, summary, because: '' };
    writeStepFolder(parts.tools, outFolder, { ...failed, artifact: null, facts: {} });
    throw error;
  }
}

async function runHere(
  parts: AloneParts,
  input: StepInput,
  { name, tasks }: { name: string; tasks: readonly Task[] },
  task: Task,
  remote: string | undefined,
): Promise<PipelineStep> {
  const { tools } = parts;
  const { inFolder, outFolder, filesFolder, approvedBy } = input;
  const begun =
    remote === undefined ? undefined : await withRemote(tools, remote, (opened) => readState(tools, opened, name));
  const steps = await stepsBefore(tools, tasks, task, inFolder, remote);
  if (begun) {
    await pull(tools, begun.datasets, remote);
    pointAliases(tools, begun.state);
  }
  if (task.kind === 'run' && filesFolder !== undefined) await copyReads(task, filesFolder, tools.context.project.path);
  if (task.kind === 'fetch') await pull(tools, [String(task.members.dataset).split('@', 1)[0] as string], remote);
  const step =
    task.kind === 'approve'
      ? approvedElsewhere(task, steps, tasks, approvedBy)
      : await runIt(parts, input, { tasks, steps }, task);
  await writeOut(tools, outFolder, task, step);
  if (remote !== undefined) await handBack(tools, remote, name, tasks, step, begun?.state.number);
  return step;
}

/** How often a task is tried, and for how long, is for the system around it to say. */
function triedOnce(task: Task): Task {
  const { retry, timeout, ...members } = task.members;
  return { ...task, members: members as Task['members'] };
}

/** By its name or its slug. */
function requireTask(tasks: readonly Task[], name: string): Task {
  const found = findTask(tasks, name);
  if (found) return found;
  const names = tasks.map((task) => task.name);
  throw new GalleyError('retrain.unknown_step', `There is no task "${name}". ${suggestName(name, names)}`, {
    details: { step: name, steps: names },
  });
}

/** The steps of the run: what ran before as its folder says, the task itself waiting, all others left out. */
async function stepsBefore(
  tools: StepTools,
  tasks: readonly Task[],
  task: Task,
  inFolder: string,
  remote: string | undefined,
): Promise<PipelineStep[]> {
  const slugs = taskSlugs(tasks.map(({ name }) => name));
  const steps: PipelineStep[] = [];
  for (const [index, step] of waitingSteps(tasks).entries()) {
    const folder = join(inFolder, slugs[index] as string);
    if (step.name === task.name) steps.push(step);
    else if (!task.needs.includes(step.name))
      steps.push({ ...step, status: 'skipped', because: 'it is run elsewhere' });
    else if (existsSync(folder)) steps.push({ ...step, ...(await takenIn(tools, folder, remote)) });
    else if (runsAfterFailure(task.members.when)) steps.push({ ...step, status: 'skipped', because: 'it did not run' });
    else throw missing(step.name, folder);
  }
  return steps;
}

async function takenIn(tools: StepTools, folder: string, remote: string | undefined): Promise<Partial<PipelineStep>> {
  const { step, parts } = readStepFolder(folder);
  await pull(tools, parts.datasets, remote);
  const numbers = await takeInStepFolder(tools, folder, parts);
  const { status, summary, because, facts, artifact } = step;
  return { status, summary, because, facts, output: artifact && localArtifact(artifact, numbers), attempts: 1 };
}

function missing(step: string, folder: string): GalleyError {
  return new GalleyError('retrain.damaged_part', `What ${step} gave is not there: there is no folder ${folder}.`, {
    details: { step, folder },
  });
}

async function runIt(
  { tools, runner, logs, keep }: AloneParts,
  { text, parameters = {}, outFolder }: StepInput,
  { tasks, steps }: { tasks: readonly Task[]; steps: PipelineStep[] },
  task: Task,
): Promise<PipelineStep> {
  const trigger = { kind: 'hand' as const, detail: `${task.name} alone` };
  const begun = { trigger, definition: text, parameters, tasks, steps, fresh: false };
  let run = '';
  const conclude = (id: string) => {
    run = id;
  };
  const position = tasks.indexOf(task);
  try {
    const { pipeline_run } = await jobResult<OutputOf<typeof retrainCalls.run>>(tools, () =>
      runner.begin(keep(text), { ...begun, conclude }),
    );
    return pipeline_run.steps[position] as PipelineStep;
  } finally {
    writeStepLog(outFolder, logs.read(run, position).lines);
  }
}

/** The system around a step that asks a person has asked already, or nobody may go on. */
function approvedElsewhere(
  task: Task,
  steps: readonly PipelineStep[],
  tasks: readonly Task[],
  by: string | undefined,
): PipelineStep {
  const before = steps.find(({ output }) => output?.type === 'decision')?.output as DecisionArtifact | undefined;
  const own = steps[tasks.indexOf(task)] as PipelineStep;
  if (before === undefined) return { ...own, status: 'skipped', because: 'there is nothing to approve' };
  if (before.passed && by === undefined)
    throw new GalleyError('retrain.needs_approval', `The step ${task.name} waits for a person.`, {
      details: { step: task.name },
    });
  const output: Artifact = { ...before, ...(by !== undefined && { by }) };
  const summary = before.passed ? `approved by ${by}` : 'nothing to approve: the gate refused it';
  return { ...own, status: 'succeeded', attempts: 1, summary, output, facts: { passed: before.passed } };
}

/** With a version that went live, what builds the image of its server. */
async function writeOut(tools: StepTools, folder: string, task: Task, step: PipelineStep): Promise<void> {
  const { status, summary, because, output, facts } = step;
  writeStepFolder(tools, folder, { format: 1, task: task.name, status, summary, because, artifact: output, facts });
  if (output?.type !== 'deployment') return;
  const { phases, context, signal } = tools;
  const reference = `${output.model}@${output.version}`;
  await jobResult({ context, signal }, () =>
    phases.packages.handlers.export({ reference, format: 'docker', to: packageFolder(folder) }),
  );
}

/** Rows that were made go to the remote, and a version that went live is where the pipeline goes on from. */
async function handBack(
  tools: StepTools,
  remote: string,
  pipeline: string,
  tasks: readonly Task[],
  { output, kind }: PipelineStep,
  before: number | undefined,
): Promise<void> {
  if (output?.type === 'dataset' && kind !== 'check') await push(tools, [output.dataset], remote);
  if (output?.type !== 'deployment') return;
  const there = referencesOf(tasks);
  await withRemote(tools, remote, (opened) => writeState(tools, opened, pipeline, there, before ?? 0));
}
