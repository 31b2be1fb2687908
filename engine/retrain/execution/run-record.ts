import { GalleyError, reportError } from '../../base/errors.ts';
import type { Decision, PipelineRun, PipelineStep } from '../../contract/retrain.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { Task } from '../definition/tasks.ts';
import type { CacheParts, PipelineRunStore } from '../run-store.ts';

type RecordContext = Pick<EngineContext, 'clock' | 'database' | 'events'>;

/** Writes a run down as it goes, and tells of every change. */
export class RunRecord {
  readonly run: Pick<PipelineRun, 'id' | 'number' | 'trigger'>;
  readonly #context: RecordContext;
  readonly #store: PipelineRunStore;
  readonly #steps: PipelineStep[];

  /** @throws GalleyError `retrain.run_not_found` */
  constructor(context: RecordContext, store: PipelineRunStore, id: string) {
    const { steps, ...run } = requireRun(store, id);
    this.#context = context;
    this.#store = store;
    this.run = run;
    this.#steps = steps;
  }

  /** By the place of the task. */
  get steps(): readonly PipelineStep[] {
    return this.#steps;
  }

  /**
   * Changes a step.
   * @param conclude written in one transaction with the change; what it throws undoes both
   */
  change(
    position: number,
    change: Partial<PipelineStep>,
    {
      key,
      conclude,
    }: { key?: { key: string; parts: CacheParts } | undefined; conclude?: (() => void) | undefined } = {},
  ): void {
    const step = { ...(this.#steps[position] as PipelineStep), ...change };
    this.#context.database.transaction(() => {
      conclude?.();
      this.#store.writeStep(this.run.id, position, step, key);
    });
    this.#steps[position] = step;
    this.tell();
  }

  decide(decision: Decision): void {
    this.#store.decide(this.run.id, decision);
  }

  end(state: 'succeeded' | 'paused'): void {
    const now = state === 'paused' ? null : this.#context.clock.now();
    this.#store.setState(this.run.id, state, null, now);
    this.tell();
  }

  /** What did not come to its turn is skipped. */
  fail(error: unknown): void {
    const { kind, message } = reportError(error);
    const { clock, database } = this.#context;
    database.transaction(() => {
      leaveSteps(this.#store, this.run.id, this.#steps, message);
      this.#store.setState(this.run.id, kind === 'canceled' ? 'canceled' : 'failed', message, clock.now());
    });
    this.tell();
  }

  tell(): void {
    this.#context.events.publish({ type: 'phase.changed', phase: 'retrain', subject: this.run.id });
  }
}

/** The steps of a run before it begins. */
export function waitingSteps(tasks: readonly Pick<Task, 'name' | 'kind' | 'needs'>[]): PipelineStep[] {
  return tasks.map(({ name, kind, needs }) => ({
    name,
    kind,
    needs,
    status: 'waiting',
    cached: false,
    because: '',
    attempts: 0,
    startedAt: null,
    seconds: null,
    summary: '',
    output: null,
    facts: {},
  }));
}

/** Writes down of the steps of a run that ends early: what ran has failed, what waited is skipped. */
function leaveSteps(store: PipelineRunStore, run: string, steps: readonly PipelineStep[], summary: string): void {
  for (const [position, step] of steps.entries()) {
    if (step.status === 'running') store.writeStep(run, position, { ...step, status: 'failed', summary });
    else if (step.status === 'waiting' || step.status === 'paused')
      store.writeStep(run, position, { ...step, status: 'skipped' });
  }
}

/** @throws GalleyError `retrain.run_not_found` */
export function requireRun(store: PipelineRunStore, id: string): PipelineRun {
  const run = store.find(id);
  if (!run) throw new GalleyError('retrain.run_not_found', `There is no pipeline run ${id}.`, { details: { run: id } });
  return run;
}

/** Marks the runs that an engine left unfinished when it ended as `interrupted`; answers their ids. */
export function interruptUnfinishedRuns({ clock, database }: RecordContext, store: PipelineRunStore): string[] {
  const message = 'The engine ended while this ran.';
  const runs = store.inState('running');
  database.transaction(() => {
    for (const run of runs) {
      leaveSteps(store, run.id, run.steps, message);
      store.setState(run.id, 'interrupted', message, clock.now());
    }
  });
  return runs.map(({ id }) => id);
}
