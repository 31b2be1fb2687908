import { GalleyError, reportError } from '../base/errors.ts';
import type { Decision, PipelineRun, PipelineStep, StepName } from '../contract/retrain.ts';
import type { EngineContext } from '../jobs/context.ts';
import { endedSteps, type StepOutcome, waitingSteps, withStep } from './step-states.ts';
import type { RetrainStore, StoredPipeline } from './store.ts';

/** Writes a run down as it goes, and tells of every change. */
export class RunRecord {
  readonly id: string;
  readonly #context: EngineContext;
  readonly #store: RetrainStore;
  #steps: PipelineStep[] = waitingSteps();

  constructor(context: EngineContext, store: RetrainStore, pipeline: StoredPipeline, trigger: PipelineRun['trigger']) {
    this.#context = context;
    this.#store = store;
    this.id = context.newId('plr');
    store.startRun(this.id, pipeline.id, trigger, this.#steps, context.clock.now());
    this.#tell();
  }

  /**
   * Runs one step between its two entries. `conclude` is written in one transaction with the step's end.
   * @throws what the step throws, after it was written down.
   */
  async step<Result>(
    name: StepName,
    work: () => Promise<{ result: Result; outcome: StepOutcome; conclude?: () => void }>,
  ): Promise<Result> {
    const { clock, database } = this.#context;
    const begin = clock.monotonic();
    const seconds = () => Math.round(clock.monotonic() - begin) / 1000;
    this.#change(name, { status: 'running' });
    try {
      const { result, outcome, conclude } = await work();
      const { status = 'succeeded', cached = false, summary } = outcome;
      database.transaction(() => {
        conclude?.();
        this.#change(name, { status, cached, summary, seconds: seconds() });
      });
      return result;
    } catch (error) {
      this.#change(name, { status: 'failed', cached: false, summary: reportError(error).message, seconds: seconds() });
      throw error;
    }
  }

  /** A step that has nothing to do. */
  skip(name: StepName, summary: string): void {
    this.#change(name, { status: 'skipped', summary });
  }

  decide(decision: Decision): void {
    this.#store.writeDecision(this.id, decision);
  }

  succeed(): void {
    this.#store.finishRun(this.id, 'succeeded', null, this.#context.clock.now());
    this.#tell();
  }

  fail(error: unknown): void {
    const { kind, message } = reportError(error);
    this.#store.writeSteps(this.id, endedSteps(this.#steps, message));
    this.#store.finishRun(this.id, kind === 'canceled' ? 'canceled' : 'failed', message, this.#context.clock.now());
    this.#tell();
  }

  read(): PipelineRun {
    return requireRun(this.#store, this.id);
  }

  #change(name: StepName, change: Partial<PipelineStep>): void {
    const steps = withStep(this.#steps, name, change);
    this.#store.writeSteps(this.id, steps);
    this.#steps = steps;
    this.#tell();
  }

  #tell(): void {
    this.#context.events.publish({ type: 'phase.changed', phase: 'retrain', subject: this.id });
  }
}

/** @throws GalleyError `retrain.run_not_found` */
export function requireRun(store: RetrainStore, id: string): PipelineRun {
  const run = store.findRun(id);
  if (!run) throw new GalleyError('retrain.run_not_found', `There is no pipeline run ${id}.`, { details: { run: id } });
  return run;
}

/** Marks the runs that an engine left unfinished when it ended: `interrupted`, never silently run again. */
export function interruptUnfinishedRuns(context: EngineContext, store: RetrainStore): void {
  const message = 'The engine ended while this ran.';
  context.database.transaction(() => {
    for (const run of store.unfinishedRuns()) {
      store.writeSteps(run.id, endedSteps(run.steps, message));
      store.finishRun(run.id, 'interrupted', message, context.clock.now());
    }
  });
}
