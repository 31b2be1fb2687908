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
import type { PipelineRunner } from '../runner.ts';
import type { RetrainStore, StoredPipeline } from '../store.ts';
import type { WaitingRuns } from '../triggers/waiting-runs.ts';
import type { BackfillStore, StoredBackfill, StoredPoint } from './backfill-store.ts';
import { pointsOf } from './points.ts';

export interface BackfillParts {
  context: EngineContext;
  data: Pick<DataPhase, 'resolve'>;
  store: RetrainStore;
  backfills: BackfillStore;
  files: PipelineFiles;
  runner: PipelineRunner;
  waiting: Pick<WaitingRuns, 'begin'>;
}

type Wish = Omit<InputOf<typeof triggerCalls.backfill>, 'pipeline'>;

/** Backfills that are listed where no other number is asked for. */
const listedBackfills = 50;

/** Runs pipelines over what is past, a point after the other. What was stopped goes on where it was. */
export class Backfills {
  readonly #parts: BackfillParts;
  /** The jobs of this engine, by the backfill. */
  readonly #jobs = new Map<string, string>();
  /** Those that the last engine left running when it ended. */
  readonly #cutOff: readonly string[];

  constructor(parts: BackfillParts) {
    this.#parts = parts;
    this.#cutOff = parts.backfills.unfinished();
  }

  /**
   * Begins a backfill, or goes on with the one of the same wish.
   * @throws GalleyError `retrain.invalid_backfill`, `retrain.backfill_running`, and of the pipeline's file where a parameter is not there
   */
  start(pipeline: StoredPipeline, { over, parameters = {}, keepGoing = false, again = false }: Wish): Job {
    const { context, backfills, data, files } = this.#parts;
    const { given } = definitionOf(files, pipeline, parameters);
    const points = pointsOf(over, data).map((point) => ({
      ...point,
      parameters: { ...given, ...point.parameters },
    }));
    for (const point of points) definitionOf(files, pipeline, point.parameters);
    const wish = jsonHash({ over, parameters: given });
    const earlier = backfills.same(pipeline.id, wish);
    if (earlier) this.#requireStopped(earlier, pipeline);
    if (earlier && !again) {
      backfills.setKeepGoing(earlier.id, keepGoing);
      return this.#direct(pipeline, earlier.id);
    }
    const id = context.newId('bf');
    backfills.add({ id, pipelineId: pipeline.id, wish, keepGoing, points, startedAt: context.clock.now() });
    return this.#direct(pipeline, id);
  }

  /**
   * Goes on with a backfill that was stopped: what ended well is not run again.
   * @throws GalleyError `retrain.backfill_not_found`, `retrain.backfill_running`
   */
  resume(id: string): Job {
    const { backfills, store } = this.#parts;
    const backfill = backfills.find(id);
    const pipeline = backfill && store.find(backfill.pipelineId);
    if (!pipeline)
      throw new GalleyError('retrain.backfill_not_found', `There is no backfill ${id}.`, { details: { backfill: id } });
    this.#requireStopped(backfill, pipeline);
    return this.#direct(pipeline, id);
  }

  /** Goes on with those that the last engine left. */
  resumeCutOff(): void {
    for (const id of this.#cutOff) this.resume(id);
  }

  /** In the contract's form, newest first; of one pipeline or of all. */
  list(pipeline: StoredPipeline | undefined, limit = listedBackfills): Backfill[] {
    return this.#parts.backfills.list(pipeline?.id, limit).map((backfill) => this.#view(backfill));
  }

  #direct(pipeline: StoredPipeline, id: string): Job {
    const { context, backfills } = this.#parts;
    backfills.setState(id, 'running');
    const job = context.jobs.direct<OutputOf<typeof triggerCalls.backfill>>({
      kind: 'retrain.backfill',
      title: `Pipeline ${pipeline.name} over what is past`,
      input: { pipeline: pipeline.id, backfill: id },
      run: (control) => this.#run(pipeline, id, control),
    });
    this.#jobs.set(id, job.id);
    this.#tell(pipeline);
    return job;
  }

  async #run(
    pipeline: StoredPipeline,
    id: string,
    control: EngineJobControl,
  ): Promise<OutputOf<typeof triggerCalls.backfill>> {
    const { backfills, context } = this.#parts;
    try {
      await this.#runPoints(pipeline, this.#require(id), control);
      backfills.setState(id, 'done');
    } catch (error) {
      // What ends with the engine was stopped by nobody: the next engine goes on with it.
      if (!context.jobs.closed) backfills.setState(id, 'stopped');
      throw error;
    } finally {
      this.#tell(pipeline);
    }
    return { backfill: this.#view(this.#require(id)) };
  }

  /** @throws what the first run that failed was ended by */
  async #runPoints(pipeline: StoredPipeline, backfill: StoredBackfill, control: EngineJobControl): Promise<void> {
    const { id, points, keepGoing } = backfill;
    let failure: { error: unknown } | undefined;
    for (const [position, { name }] of points.entries()) {
      control.signal.throwIfAborted();
      control.progress({ phase: name, done: position, total: points.length });
      try {
        await this.#runPoint(pipeline, id, position, control.signal);
      } catch (error) {
        if (!keepGoing || control.signal.aborted) throw error;
        failure ??= { error };
      }
    }
    if (failure) throw failure.error;
  }

  /** One that ended well is not run again; one that goes on already, as after the end of an engine, is waited for. */
  async #runPoint(pipeline: StoredPipeline, id: string, position: number, signal: AbortSignal): Promise<void> {
    const { context, backfills, runner, waiting } = this.#parts;
    const point = () => this.#require(id).points[position] as StoredPoint;
    if (stateOf(point()) === 'running') await this.#idle(pipeline, signal);
    const { name, parameters, run } = point();
    if (run?.status === 'succeeded' || run?.status === 'paused') return;
    await this.#idle(pipeline, signal);
    // What was asked for meanwhile does not wait for all that is past.
    waiting.begin();
    await this.#idle(pipeline, signal);
    const job = runner.start(pipeline, {
      trigger: { kind: 'backfill', detail: name },
      parameters,
      conclude: (runId) => backfills.setRun(id, position, runId),
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

  #requireStopped({ id }: StoredBackfill, { name }: StoredPipeline): void {
    if (!this.#isRunning(id)) return;
    throw new GalleyError('retrain.backfill_running', `This backfill of ${name} runs already.`, {
      details: { pipeline: name, backfill: id },
    });
  }

  #isRunning(id: string): boolean {
    const job = this.#jobs.get(id);
    return job !== undefined && ['queued', 'running'].includes(this.#parts.context.jobs.get(job).state);
  }

  #require(id: string): StoredBackfill {
    const backfill = this.#parts.backfills.find(id);
    if (backfill) return backfill;
    throw new GalleyError('retrain.pipeline_not_found', 'The pipeline was removed while its backfill ran.');
  }

  #view({ id, pipelineId, state, startedAt, points }: StoredBackfill): Backfill {
    return {
      id,
      pipeline: this.#parts.store.find(pipelineId)?.name ?? '',
      // One that was cut off waits for an engine that stays.
      state: state === 'running' && !this.#isRunning(id) ? 'stopped' : state,
      startedAt: isoTime(startedAt),
      points: points.map((point) => ({
        name: point.name,
        parameters: point.parameters,
        state: stateOf(point),
        run: point.run && { id: point.run.id, number: point.run.number },
      })),
    };
  }

  #tell({ id }: StoredPipeline): void {
    this.#parts.context.events.publish({ type: 'phase.changed', phase: 'retrain', subject: id });
  }
}

function stateOf({ run }: Pick<StoredPoint, 'run'>): BackfillPoint['state'] {
  if (run === null) return 'waiting';
  return run.status === 'canceled' || run.status === 'interrupted' ? 'failed' : run.status;
}
