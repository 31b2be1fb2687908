import { GalleyError } from '../base/errors.ts';
import type { OutputOf } from '../contract/call.ts';
import type { Job } from '../contract/jobs.ts';
import type { PipelineRun, retrainCalls } from '../contract/retrain.ts';
import type { EngineContext } from '../jobs/context.ts';
import { runPipeline } from './run-pipeline.ts';
import { RunRecord } from './run-record.ts';
import type { DirectedPhases } from './step-tools.ts';
import type { RetrainStore, StoredPipeline } from './store.ts';

/** Starts runs of pipelines, one at a time for each. */
export class PipelineRunner {
  readonly #context: EngineContext;
  readonly #store: RetrainStore;
  readonly #phases: DirectedPhases;
  /** The job of the latest run, by the pipeline's id. */
  readonly #jobs = new Map<string, string>();

  constructor(context: EngineContext, store: RetrainStore, phases: DirectedPhases) {
    this.#context = context;
    this.#store = store;
    this.#phases = phases;
  }

  /** The job of the latest run that this engine started. */
  latestJob(pipelineId: string): Job | undefined {
    const id = this.#jobs.get(pipelineId);
    return id === undefined ? undefined : this.#context.jobs.get(id);
  }

  isRunning(pipelineId: string): boolean {
    const state = this.latestJob(pipelineId)?.state;
    return state === 'queued' || state === 'running';
  }

  /** Once the pipeline does not run. */
  async idle(pipelineId: string): Promise<void> {
    while (this.isRunning(pipelineId)) await this.#context.jobs.settled(this.#jobs.get(pipelineId) as string);
  }

  /** @throws GalleyError `retrain.already_running` */
  start(pipeline: StoredPipeline, trigger: PipelineRun['trigger']): Job {
    if (this.isRunning(pipeline.id)) {
      throw new GalleyError('retrain.already_running', `The pipeline ${pipeline.name} runs already.`, {
        details: { pipeline: pipeline.name, job: this.#jobs.get(pipeline.id) },
      });
    }
    const context = this.#context;
    const job = context.jobs.direct<OutputOf<typeof retrainCalls.run>>({
      kind: 'retrain.run',
      title: `Retrain ${pipeline.model}`,
      input: { pipeline: pipeline.id, trigger },
      run: async ({ signal, progress }) => {
        const record = new RunRecord(context, this.#store, pipeline, trigger);
        try {
          await runPipeline({ context, phases: this.#phases, signal }, pipeline, record, progress);
          record.succeed();
          return { pipeline_run: record.read() };
        } catch (error) {
          record.fail(error);
          throw error;
        }
      },
    });
    this.#jobs.set(pipeline.id, job.id);
    return job;
  }
}
