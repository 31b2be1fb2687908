import { availableParallelism } from 'node:os';
import { GalleyError } from '../base/errors.ts';
import type { OutputOf } from '../contract/call.ts';
import type { Job } from '../contract/jobs.ts';
import type { PipelineRun, PipelineStep, retrainCalls } from '../contract/retrain.ts';
import type { Scalar } from '../contract/retrain-pipeline.ts';
import type { EngineContext } from '../jobs/context.ts';
import { requirePipeline } from './definition/require-pipeline.ts';
import type { Task } from './definition/tasks.ts';
import type { Triggers } from './definition/triggers.ts';
import { systemTimers, type Timers } from './execution/attempts.ts';
import { execute } from './execution/executor.ts';
import { RunRecord, requireRun, waitingSteps } from './execution/run-record.ts';
import type { StepLogs } from './execution/step-logs.ts';
import type { StepRunners } from './execution/step-runner.ts';
import { openTasks, takenOver } from './execution/taken-over.ts';
import type { PipelineFiles } from './pipeline-files.ts';
import { definitionOf } from './pipeline-text.ts';
import type { PipelineRunStore } from './run-store.ts';
import type { RetrainStore, StoredPipeline } from './store.ts';
import { untrustedPipeline } from './untrusted-pipeline.ts';

export interface RunnerParts {
  context: EngineContext;
  store: RetrainStore;
  runs: PipelineRunStore;
  files: PipelineFiles;
  logs: StepLogs;
  runners: StepRunners;
  /** False for a project that came from elsewhere and was not trusted: what its files say is not run. */
  trusted(): boolean;
  timers?: Timers;
}

export interface RunWish {
  trigger: PipelineRun['trigger'];
  parameters?: Record<string, Scalar> | undefined;
  /** Takes no earlier results. */
  fresh?: boolean | undefined;
  /** Written in one transaction with the beginning of the run. */
  conclude?: ((runId: string) => void) | undefined;
}

/** A run that this engine directs. */
interface ActiveRun {
  job: string;
  run: string;
}

export interface BegunRun {
  trigger: PipelineRun['trigger'];
  definition: string;
  parameters: Record<string, Scalar>;
  tasks: readonly Task[];
  steps: readonly PipelineStep[];
  fresh: boolean;
  conclude?: RunWish['conclude'];
}

/** Tasks of a run at a time. */
const concurrency = Math.max(1, Math.min(4, availableParallelism()));

/** Starts runs of pipelines, one at a time for each unless its file says otherwise. */
export class PipelineRunner {
  readonly #parts: RunnerParts;
  /** By the pipeline's id, the latest last; the latest stays when it has ended. */
  readonly #active = new Map<string, ActiveRun[]>();

  constructor(parts: RunnerParts) {
    this.#parts = parts;
  }

  /** The job of the latest run that this engine started. */
  latestJob(pipelineId: string): Job | undefined {
    const latest = this.#active.get(pipelineId)?.at(-1);
    return latest && this.#parts.context.jobs.get(latest.job);
  }

  isRunning(pipelineId: string): boolean {
    return this.runningRuns(pipelineId).length > 0;
  }

  /** Ids of the runs that go on now, in the order in which they began. */
  runningRuns(pipelineId: string): string[] {
    return this.#running(pipelineId).map(({ run }) => run);
  }

  /** Once the pipeline does not run. */
  async idle(pipelineId: string): Promise<void> {
    const { jobs } = this.#parts.context;
    for (let [first] = this.#running(pipelineId); first; [first] = this.#running(pipelineId))
      await jobs.settled(first.job);
  }

  /** Begins a run. @throws GalleyError `retrain.already_running`, `retrain.untrusted_pipeline`, and of its file */
  start(pipeline: StoredPipeline, { trigger, parameters = {}, fresh = false, conclude }: RunWish): Job {
    this.#requireTrusted(pipeline);
    const { text, tasks, triggers, given } = definitionOf(this.#parts.files, pipeline, parameters);
    this.#requireFree(pipeline, triggers);
    const steps = waitingSteps(tasks);
    return this.begin(pipeline, { trigger, definition: text, parameters: given, tasks, steps, fresh, conclude });
  }

  /**
   * Begins a run with the file and parameters of an earlier one, and takes over what ended well there.
   * @param from a step that runs again with all that need it, also where an earlier result could be taken
   * @throws GalleyError `retrain.run_not_found`, `retrain.unknown_step`, `retrain.run_without_file`, and as `start`
   */
  rerun(runId: string, from: string | undefined): Job {
    const { runs } = this.#parts;
    const earlier = requireRun(runs, runId);
    const { pipeline, tasks, text, parameters, triggers } = this.#definition(earlier);
    this.#requireTrusted(pipeline);
    this.#requireFree(pipeline, triggers);
    const steps = takenOver(earlier, tasks, from);
    const trigger = {
      kind: 'rerun' as const,
      detail: `run ${earlier.number}${from === undefined ? '' : ` from ${from}`}`,
    };
    return this.begin(pipeline, { trigger, definition: text, parameters, tasks, steps, fresh: from !== undefined });
  }

  /**
   * Goes on with a run that was left: what ended well stays.
   * @param conclude written in one transaction with its going on
   * @throws GalleyError as `rerun`
   */
  resume(runId: string, conclude?: () => void): Job {
    const { context, runs } = this.#parts;
    const run = requireRun(runs, runId);
    const { pipeline, tasks, triggers, fresh } = this.#definition(run);
    this.#requireTrusted(pipeline);
    this.#requireFree(pipeline, triggers);
    const open = openTasks(run.steps, tasks);
    context.database.transaction(() => {
      for (const [position, step] of run.steps.entries())
        if (open.has(step.name)) runs.writeStep(runId, position, { ...step, status: 'waiting' });
      runs.setState(runId, 'running', null, null);
      conclude?.();
    });
    return this.#direct(pipeline, runId, tasks, fresh);
  }

  #requireTrusted({ name, renewal }: StoredPipeline): void {
    if (renewal !== null || this.#parts.trusted()) return;
    const { files, context } = this.#parts;
    throw untrustedPipeline(context.project, files.file(name));
  }

  #running(pipelineId: string): ActiveRun[] {
    const { jobs } = this.#parts.context;
    return (this.#active.get(pipelineId) ?? []).filter(({ job }) =>
      ['queued', 'running'].includes(jobs.get(job).state),
    );
  }

  /** Its runs go on one at a time, unless its file says otherwise. */
  #requireFree({ id, name }: StoredPipeline, { concurrent }: Pick<Triggers, 'concurrent'>): void {
    const [first] = this.#running(id);
    if (first === undefined || concurrent) return;
    const { number, startedAt } = requireRun(this.#parts.runs, first.run);
    throw new GalleyError(
      'retrain.already_running',
      `The pipeline ${name} runs already: run ${number}, which began at ${startedAt}.`,
      { details: { pipeline: name, ...first } },
    );
  }

  #definition(run: PipelineRun): {
    pipeline: StoredPipeline;
    tasks: Task[];
    text: string;
    parameters: Record<string, Scalar>;
    triggers: Triggers;
    fresh: boolean;
  } {
    const { store, runs } = this.#parts;
    const { text, parameters, fresh } = runs.definition(run.id) ?? { text: '', parameters: {}, fresh: false };
    const pipeline = store.find(run.pipeline);
    if (text === '' || pipeline === undefined)
      throw new GalleyError(
        'retrain.run_without_file',
        `Run ${run.number} of ${run.pipeline} was made before runs kept their files, so it cannot be run again.`,
        { details: { run: run.id } },
      );
    const { tasks, triggers } = requirePipeline(text, `run ${run.number} of ${run.pipeline}`, parameters);
    return { pipeline, tasks, text, parameters, triggers, fresh };
  }

  /** Begins a run whose steps stand as they are given: those that wait are run. */
  begin(pipeline: StoredPipeline, run: BegunRun): Job {
    const { context, runs } = this.#parts;
    const id = context.newId('plr');
    const { trigger, definition, parameters, steps, tasks, fresh } = run;
    context.database.transaction(() => {
      runs.start({ id, pipelineId: pipeline.id, trigger, definition, parameters, steps, fresh }, context.clock.now());
      run.conclude?.(id);
    });
    return this.#direct(pipeline, id, tasks, fresh);
  }

  #direct(pipeline: StoredPipeline, runId: string, tasks: readonly Task[], fresh: boolean): Job {
    const { context, runs, logs, runners, timers = systemTimers } = this.#parts;
    const record = new RunRecord(context, runs, runId);
    record.tell();
    const places = new Map(tasks.map(({ name }, position) => [name, position]));
    const job = context.jobs.direct<OutputOf<typeof retrainCalls.run>>({
      kind: 'retrain.run',
      title: `Pipeline ${pipeline.name}`,
      input: { pipeline: pipeline.id, run: runId, trigger: record.run.trigger },
      run: async (control) => {
        try {
          const end = await execute({
            context,
            pipeline,
            tasks,
            runners,
            record,
            store: runs,
            timers,
            control,
            concurrency,
            fresh,
            logOf: (task) => logs.open(runId, places.get(task) as number),
          });
          record.end(end);
          return { pipeline_run: requireRun(runs, runId) };
        } catch (error) {
          // What ends with the engine was stopped by nobody: the next engine goes on with it.
          if (!context.jobs.closed) record.fail(error);
          throw error;
        }
      },
    });
    this.#active.set(pipeline.id, [...this.#running(pipeline.id), { job: job.id, run: runId }]);
    return job;
  }
}
