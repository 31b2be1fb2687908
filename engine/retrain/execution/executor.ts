import { isoTime } from '../../base/clock.ts';
import { GalleyError, reportError } from '../../base/errors.ts';
import type { PipelineStep } from '../../contract/retrain.ts';
import type { Artifact } from '../../contract/retrain-artifacts.ts';
import { type StepKindSpec, stepKinds } from '../../contract/retrain-pipeline.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { EngineJobControl } from '../../jobs/job-queue.ts';
import type { Task } from '../definition/tasks.ts';
import type { EarlierResult, PipelineRunStore } from '../run-store.ts';
import { attempts, type Timers } from './attempts.ts';
import { type StandingTask, verdictOf } from './conditions.ts';
import type { RunRecord } from './run-record.ts';
import { changedParts, type StepIdentity, stepIdentity } from './step-identity.ts';
import type { StepLog } from './step-logs.ts';
import type { StepRequest, StepResult, StepRunner, StepRunners } from './step-runner.ts';

export interface Execution {
  context: Pick<EngineContext, 'clock' | 'version'>;
  pipeline: { id: string; name: string };
  /** Each after those that it needs. */
  tasks: readonly Task[];
  runners: StepRunners;
  record: RunRecord;
  store: PipelineRunStore;
  timers: Timers;
  control: Pick<EngineJobControl, 'signal' | 'progress'>;
  /** Tasks at a time. */
  concurrency: number;
  /** Takes no earlier results. */
  fresh: boolean;
  /** Opens the log of a task. */
  logOf(task: string): StepLog;
}

/**
 * Runs the tasks of a pipeline that have not ended well yet, each once those that it needs have ended. Where one fails, the
 * branches that do not need it go on.
 * @returns `paused` where tasks wait for a person
 * @throws what the first task that failed threw, once nothing runs any more
 */
export async function execute(execution: Execution): Promise<'succeeded' | 'paused'> {
  const { tasks, record, control, concurrency } = execution;
  const running = new Map<number, Promise<void>>();
  /** Each begins once, also where the disk is full and its end cannot be written down. */
  const begun = new Set<number>();
  const places = new Map(tasks.map((task, position) => [task.name, position]));
  let failure: { error: unknown } | undefined;
  const standing = (position: number): StandingTask => ({
    task: tasks[position] as Task,
    state: record.steps[position] as PipelineStep,
  });
  const start = (position: number, before: readonly StandingTask[]) => {
    const work = runTask(execution, position, before)
      .catch((error) => {
        failure ??= { error };
      })
      .finally(() => running.delete(position));
    running.set(position, work);
    begun.add(position);
  };
  for (;;) {
    let changed = false;
    for (const [position, task] of tasks.entries()) {
      if (control.signal.aborted) break;
      if (standing(position).state.status !== 'waiting' || begun.has(position)) continue;
      const before = task.needs.map((name) => standing(places.get(name) as number));
      const verdict = verdictOf(task, before);
      if ('skip' in verdict) {
        record.change(position, { status: 'skipped', because: verdict.skip });
        changed = true;
      } else if ('run' in verdict && running.size < concurrency) start(position, before);
    }
    if (running.size > 0) await Promise.race(running.values());
    else if (!changed) break;
    control.progress({
      phase: record.steps.find(({ status }) => status === 'running')?.name ?? '',
      ...countsOf(record),
    });
  }
  control.signal.throwIfAborted();
  if (failure) throw failure.error;
  return record.steps.some(({ status }) => status === 'paused') ? 'paused' : 'succeeded';
}

const ended: ReadonlySet<PipelineStep['status']> = new Set(['succeeded', 'failed', 'skipped']);

/** How many steps have ended, of all. */
function countsOf({ steps }: RunRecord): { done: number; total: number } {
  return { done: steps.filter(({ status }) => ended.has(status)).length, total: steps.length };
}

async function runTask(execution: Execution, position: number, before: readonly StandingTask[]): Promise<void> {
  const { context, record } = execution;
  const task = execution.tasks[position] as Task;
  const log = execution.logOf(task.name);
  const begin = context.clock.monotonic();
  const seconds = () => Math.round(context.clock.monotonic() - begin) / 1000;
  try {
    const runner = requireRunner(execution.runners, task);
    const request = requestOf(execution, task, before, log);
    const identity = await identityOf(execution, runner, request);
    const earlier = identity && !execution.fresh ? await earlierResult(execution, runner, identity) : undefined;
    if (earlier) {
      const { runNumber, ...result } = earlier;
      const because = `nothing changed since run ${runNumber}`;
      log.add(because);
      const startedAt = isoTime(context.clock.now());
      const change = { ...result, status: 'succeeded', cached: true, because, startedAt } as const;
      record.change(position, { ...change, seconds: seconds() }, { key: identity });
      return;
    }
    const because = identity === undefined ? '' : whyAnew(execution, task, identity);
    const result = await attempts(
      task,
      execution.timers,
      request.signal,
      (signal) => {
        const { startedAt, attempts: count } = record.steps[position] as PipelineStep;
        const now = isoTime(context.clock.now());
        record.change(position, { status: 'running', because, startedAt: startedAt ?? now, attempts: count + 1 });
        return runner.run({ ...request, signal });
      },
      (error, milliseconds) => log.add(`${reportError(error).message} Tried again in ${milliseconds / 1000} s.`),
    );
    const stays = identity && (await identityOf(execution, runner, request).catch(() => undefined));
    conclude(execution, position, result, stays?.key === identity?.key ? identity : undefined, seconds());
  } catch (error) {
    const { message } = reportError(error);
    record.change(position, { status: 'failed', cached: false, summary: message, seconds: seconds() });
    log.add(message);
    throw error;
  } finally {
    log.close();
  }
}

function requestOf(
  { pipeline, record, control }: Execution,
  task: Task,
  before: readonly StandingTask[],
  log: StepLog,
): StepRequest {
  return {
    pipeline,
    run: record.run,
    task,
    inputs: inputsOf(task, before),
    signal: control.signal,
    progress: (phase) => control.progress({ phase: `${task.name}: ${phase}`, ...countsOf(record) }),
    log: (line) => log.add(line),
    decide: (decision) => record.decide(decision),
  };
}

/** Undefined for a step that always runs. */
async function identityOf(
  { context }: Execution,
  runner: StepRunner,
  request: StepRequest,
): Promise<StepIdentity | undefined> {
  const state = await runner.identity(request);
  return state === null ? undefined : stepIdentity(request.task, request.inputs, context.version, state);
}

/** @param identity undefined where what it is made of changed meanwhile: such a result is never taken again */
function conclude(
  { record }: Execution,
  position: number,
  result: StepResult,
  identity: StepIdentity | undefined,
  seconds: number,
): void {
  const { status = 'succeeded', because, summary, output, facts = {} } = result;
  const change = { status, summary, output, facts, seconds, cached: because !== undefined };
  record.change(position, because === undefined ? change : { ...change, because }, {
    key: identity,
    conclude: result.conclude,
  });
}

/** @throws GalleyError `retrain.unknown_step_kind` */
function requireRunner(runners: StepRunners, { name, kind }: Task): StepRunner {
  const runner = runners[kind];
  if (runner) return runner;
  throw new GalleyError('retrain.step_not_run', `The step ${name} is of the kind ${kind}, which cannot be run here.`, {
    details: { step: name, kind },
  });
}

function inputsOf({ kind, members }: Task, before: readonly StandingTask[]): Record<string, Artifact[]> {
  const { inputs }: StepKindSpec = stepKinds[kind];
  return Object.fromEntries(
    Object.keys(inputs).map((member) => {
      const names = [members[member]].flat();
      const sources = before.filter(({ task, state }) => names.includes(task.step) && state.status === 'succeeded');
      return [member, sources.flatMap(({ state }) => state.output ?? [])];
    }),
  );
}

/** The newest result of the very same step that is still there. */
async function earlierResult(
  { store }: Execution,
  runner: StepRunner,
  { key }: StepIdentity,
): Promise<EarlierResult | undefined> {
  for (const result of store.resultsOf(key))
    if (result.output === null || (await (runner.stands?.(result.output) ?? true))) return result;
  return undefined;
}

function whyAnew({ store, record, fresh }: Execution, task: Task, { parts }: StepIdentity): string {
  if (fresh) return 'no earlier result was to be taken';
  const last = store.lastParts(record.run.id, task.name);
  if (last === undefined) return '';
  const changed = changedParts(parts, last.parts);
  return changed.length === 0
    ? `what run ${last.runNumber} made is gone`
    : `${new Intl.ListFormat('en').format(changed)} changed since run ${last.runNumber}`;
}
