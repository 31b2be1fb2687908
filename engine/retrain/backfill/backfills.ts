import { jsonHash } from '../../base/canonical-json.ts';
import { isoTime } from '../../base/clock.ts';
import { GalleyError } from '../../base/errors.ts';
import type { InputOf, OutputOf } from '../../contract/call.ts';
import type { Job } from '../../contract/jobs.ts';
import type { Backfill, BackfillPoint, triggerCalls } from '../../contract/retrain-triggers.ts';
import type { DataPhase } from '../../data/index.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { EngineJobControl } from '../../jobs/job-queue.ts';
import type { PipelineFiles } from '../pipeline-files.ts';
import { definitionOf } from '../pipeline-text.ts';
import type { PipelineRunStore } from '../run-store.ts';
import type { PipelineRunner } from '../runner.ts';
import type { RetrainStore, StoredPipeline } from '../store.ts';
import type { BackfillStore, StoredBackfill, StoredPoint } from './backfill-store.ts';
import { pointsOf } from './points.ts';

export interface BackfillParts {
  context: EngineContext;
  data: Pick<DataPhase, 'resolve'>;
  store: RetrainStore;
  backfills: BackfillStore;
  runs: PipelineRunStore;
  files: PipelineFiles;
  runner: PipelineRunner;
}

type Wish = Omit<InputOf<typeof triggerCalls.backfill>, 'pipeline'>;

/** Runs pipelines over what is past, a point after the other. What is stopped goes on where it was when it is asked for again. */
export class Backfills {
  readonly #parts: BackfillParts;
  /** The jobs of this engine, by the backfill. */
  readonly #jobs = new Map<string, string>();

  constructor(parts: BackfillParts) {
    this.#parts = parts;
    parts.backfills.stopUnfinished();
  }

  /**
   * Begins a backfill, or goes on with the one of the same wish.
   * @throws GalleyError `retrain.invalid_backfill`, `retrain.backfill_running`, and of the pipeline's file where a parameter is not there
   */
  start(pipeline: StoredPipeline, { over, parameters = {}, keepGoing = false, again = false }: Wish): Job {
    const { context, backfills, data, files } = this.#parts;
    const points = pointsOf(over, data).map((point) => ({
      ...point,
      parameters: { ...parameters, ...point.parameters },
    }));
    for (const point of points) definitionOf(files, pipeline, point.parameters);
    const wish = jsonHash({ over, parameters });
    const earlier = backfills.same(pipeline.id, wish);
    if (earlier && this.#isRunning(earlier)) throw running(pipeline);
    const goesOn = earlier !== undefined && !again;
    const id = goesOn ? earlier.id : context.newId('bf');
    if (goesOn) backfills.setState(id, 'running');
    else backfills.add(id, pipeline.id, wish, points, context.clock.now());
    const job = context.jobs.direct<OutputOf<typeof triggerCalls.backfill>>({
      kind: 'retrain.backfill',
      title: `Pipeline ${pipeline.name} over what is past`,
      input: { pipeline: pipeline.id, backfill: id },
      run: (control) => this.#run(pipeline, id, keepGoing, control),
    });
    this.#jobs.set(id, job.id);
    return job;
  }

  /** In the contract's form, newest first. */
  list(pipeline?: StoredPipeline): Backfill[] {
    return this.#parts.backfills.list(pipeline?.id).map((backfill) => this.#view(backfill));
  }

  async #run(
    pipeline: StoredPipeline,
    id: string,
    keepGoing: boolean,
    control: EngineJobControl,
  ): Promise<OutputOf<typeof triggerCalls.backfill>> {
    const { backfills } = this.#parts;
    let state: Backfill['state'] = 'stopped';
    try {
      const { points } = this.#require(id);
      let failure: { error: unknown } | undefined;
      for (const [done, point] of points.entries()) {
        control.signal.throwIfAborted();
        control.progress({ phase: point.name, done, total: points.length });
        try {
          await this.#runPoint(pipeline, id, point, control.signal);
        } catch (error) {
          if (!keepGoing || control.signal.aborted) throw error;
          failure ??= { error };
        }
      }
      if (failure) throw failure.error;
      state = 'done';
    } finally {
      backfills.setState(id, state);
      this.#tell(pipeline);
    }
    return { backfill: this.#view(this.#require(id)) };
  }

  /** One that ended well is not run again; one that goes on already, as after the end of an engine, is waited for. */
  async #runPoint(pipeline: StoredPipeline, id: string, point: StoredPoint, signal: AbortSignal): Promise<void> {
    const { context, backfills, runner } = this.#parts;
    if (this.#stateOf(point) === 'running') await this.#idle(pipeline, signal);
    if (this.#stateOf(point) === 'succeeded') return;
    await this.#idle(pipeline, signal);
    const job = runner.start(pipeline, {
      trigger: { kind: 'backfill', detail: point.name },
      parameters: point.parameters,
      conclude: (run) => backfills.setRun(id, point.position, run),
    });
    this.#tell(pipeline);
    const cancel = () => context.jobs.cancel(job.id);
    signal.addEventListener('abort', cancel);
    try {
      await context.jobs.result(job.id);
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  /** Once the pipeline does not run, or the backfill is stopped. */
  async #idle({ id }: StoredPipeline, signal: AbortSignal): Promise<void> {
    const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    while (this.#parts.runner.isRunning(id)) {
      await Promise.race([this.#parts.runner.idle(id), stopped]);
      signal.throwIfAborted();
    }
  }

  #isRunning({ id }: StoredBackfill): boolean {
    const job = this.#jobs.get(id);
    return job !== undefined && ['queued', 'running'].includes(this.#parts.context.jobs.get(job).state);
  }

  #require(id: string): StoredBackfill {
    const backfill = this.#parts.backfills.find(id);
    if (backfill) return backfill;
    throw new GalleyError('retrain.pipeline_not_found', 'The pipeline was removed while its backfill ran.');
  }

  #stateOf({ runId }: StoredPoint): BackfillPoint['state'] {
    const run = runId === null ? undefined : this.#parts.runs.find(runId);
    switch (run?.status) {
      case undefined:
        return 'waiting';
      case 'running':
        return 'running';
      // What waits for a person goes on without the backfill.
      case 'succeeded':
      case 'paused':
        return 'succeeded';
      default:
        return 'failed';
    }
  }

  #view(backfill: StoredBackfill): Backfill {
    const { runs, store } = this.#parts;
    return {
      id: backfill.id,
      pipeline: store.find(backfill.pipelineId)?.name ?? '',
      state: backfill.state,
      startedAt: isoTime(backfill.startedAt),
      points: backfill.points.map((point) => {
        const run = point.runId === null ? undefined : runs.find(point.runId);
        return {
          name: point.name,
          parameters: point.parameters,
          state: this.#stateOf(point),
          run: run ? { id: run.id, number: run.number } : null,
        };
      }),
    };
  }

  #tell({ id }: StoredPipeline): void {
    this.#parts.context.events.publish({ type: 'phase.changed', phase: 'retrain', subject: id });
  }
}

function running({ name }: StoredPipeline): GalleyError {
  return new GalleyError('retrain.backfill_running', `This backfill of ${name} runs already.`, {
    details: { pipeline: name },
  });
}
