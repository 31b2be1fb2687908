import { isoTime, isoTimeOrNull } from '../../base/clock.ts';
import { reportError } from '../../base/errors.ts';
import { count } from '../../base/words.ts';
import type { PipelineRun } from '../../contract/retrain.ts';
import type { WaitingRun } from '../../contract/retrain-triggers.ts';
import type { EngineContext } from '../../jobs/context.ts';
import { durationOf } from '../definition/duration.ts';
import type { Triggers } from '../definition/triggers.ts';
import type { PipelineRunStore } from '../run-store.ts';
import type { PipelineRunner } from '../runner.ts';
import type { RetrainStore, StoredPipeline } from '../store.ts';
import { endOfQuiet } from './quiet-period.ts';
import type { TriggerDefinitions } from './trigger-definitions.ts';
import type { StoredWait, TriggerStore } from './trigger-store.ts';

export interface WaitingParts {
  context: Pick<EngineContext, 'clock' | 'events'>;
  store: RetrainStore;
  triggers: TriggerStore;
  definitions: TriggerDefinitions;
  runs: Pick<PipelineRunStore, 'find'>;
  runner: Pick<PipelineRunner, 'start' | 'runningRuns'>;
}

type Standing = Pick<WaitingRun, 'waitsFor' | 'until' | 'run' | 'says'>;

/** Of pipelines whose file is gone or has faults: what waits for them is begun as soon as they do not run. */
const plain: Triggers = { list: [], debounce: null, quiet: null, concurrent: false };

/** A run that is asked for again and again begins after so many times the debounce. */
const mostPauses = 10;

/**
 * The runs that were asked for and have not begun, at most one for each pipeline. They are written down, and are taken off in
 * one transaction with the beginning of their run: an engine that ends in between neither loses nor repeats one.
 */
export class WaitingRuns {
  readonly #parts: WaitingParts;
  /** Why the last try to begin one failed. */
  readonly #failures = new Map<string, string>();

  constructor(parts: WaitingParts) {
    this.#parts = parts;
  }

  /** Asks for a run without parameters, which is begun by `begin`; one that waits already becomes one with it. */
  ask(pipelineId: string, trigger: PipelineRun['trigger']): void {
    const { context, triggers } = this.#parts;
    triggers.ask({ pipelineId, trigger, parameters: {} }, context.clock.now());
    context.events.publish({ type: 'phase.changed', phase: 'retrain', subject: pipelineId });
  }

  /** Begins every run for which nothing is left to wait. */
  begin(): void {
    const { store, triggers } = this.#parts;
    for (const wait of triggers.waiting()) {
      const pipeline = store.find(wait.pipelineId);
      if (pipeline && this.#standing(wait, pipeline).waitsFor === 'starting') this.#begin(wait, pipeline);
    }
  }

  /** The run that waits for a pipeline to begin, in the contract's form. */
  of(pipeline: StoredPipeline): WaitingRun | null {
    const wait = this.#parts.triggers.waitOf(pipeline.id);
    if (wait === undefined) return null;
    return {
      trigger: triggerOf(wait),
      parameters: wait.parameters,
      since: isoTime(wait.since),
      ...this.#standing(wait, pipeline),
    };
  }

  /** Forgets the run that waits for a pipeline to begin. @returns it; null where none waited */
  cancel(pipeline: StoredPipeline): WaitingRun | null {
    const { context, triggers } = this.#parts;
    const waiting = this.of(pipeline);
    if (waiting === null) return null;
    triggers.removeWait(pipeline.id);
    this.#failures.delete(pipeline.id);
    context.events.publish({ type: 'phase.changed', phase: 'retrain', subject: pipeline.id });
    return waiting;
  }

  #begin(wait: StoredWait, pipeline: StoredPipeline): void {
    const { triggers, runner } = this.#parts;
    const { id } = pipeline;
    try {
      runner.start(pipeline, {
        trigger: triggerOf(wait),
        parameters: wait.parameters,
        conclude: () => triggers.removeWait(id),
      });
      this.#failures.delete(id);
    } catch (error) {
      this.#failed(id, reportError(error).message);
    }
  }

  /** It is tried again and again, since its file may be corrected; said once. */
  #failed(id: string, message: string): void {
    if (this.#failures.get(id) === message) return;
    this.#failures.set(id, message);
    this.#parts.context.events.publish({ type: 'phase.changed', phase: 'retrain', subject: id });
  }

  #standing({ since, lastAt }: StoredWait, pipeline: StoredPipeline): Standing {
    const { context, definitions, runs, runner } = this.#parts;
    const { debounce, quiet, concurrent } = definitions.of(pipeline) ?? plain;
    const now = context.clock.now();
    const pause = debounce === null ? 0 : durationOf(debounce);
    const settled = Math.min(lastAt + pause, since + mostPauses * pause);
    // A clock that was set back makes nobody wait longer than the debounce.
    if (now < settled && now >= lastAt)
      return {
        waitsFor: 'settling',
        until: isoTime(settled),
        run: null,
        says: `Begins once nothing more has come for ${debounce}.`,
      };
    const quietEnd = endOfQuiet(now, quiet);
    if (quietEnd !== null)
      return {
        waitsFor: 'quiet',
        until: isoTimeOrNull(quietEnd),
        run: null,
        says: `Begins when the quiet period ends, at ${isoTime(quietEnd)}.`,
      };
    const [running] = concurrent ? [] : runner.runningRuns(pipeline.id);
    const run = running === undefined ? undefined : runs.find(running);
    if (run)
      return {
        waitsFor: 'running',
        until: null,
        run: { id: run.id, number: run.number },
        says: `Begins when run ${run.number} has ended, which began at ${run.startedAt}.`,
      };
    const failure = this.#failures.get(pipeline.id);
    return { waitsFor: 'starting', until: null, run: null, says: failure ?? 'Begins now, while an engine runs.' };
  }
}

function triggerOf({ trigger: { kind, detail }, times }: StoredWait): PipelineRun['trigger'] {
  return { kind, detail: times > 1 ? `${detail}, and ${count(times - 1, 'more', 'more')} before` : detail };
}
