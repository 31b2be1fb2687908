import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { PipelineStep } from '../../../engine/contract/retrain.ts';
import type { Artifact } from '../../../engine/contract/retrain-artifacts.ts';
import type { StepKind } from '../../../engine/contract/retrain-pipeline.ts';
import type { EngineContext } from '../../../engine/jobs/context.ts';
import { EventLog } from '../../../engine/jobs/event-log.ts';
import { requirePipeline } from '../../../engine/retrain/definition/require-pipeline.ts';
import type { Timers } from '../../../engine/retrain/execution/attempts.ts';
import { execute } from '../../../engine/retrain/execution/executor.ts';
import { RunRecord, waitingSteps } from '../../../engine/retrain/execution/run-record.ts';
import type { StepRequest, StepResult, StepRunners } from '../../../engine/retrain/execution/step-runner.ts';
import { PipelineRunStore } from '../../../engine/retrain/run-store.ts';
import { RetrainStore } from '../../../engine/retrain/store.ts';
import { Database } from '../../../engine/store/database.ts';
import { fixedClock } from '../../support/fixed.ts';
import { temporaryFolder } from '../../support/temporary.ts';

/** What a step does in a test, by its name or that of its task; what is not said gives a dataset of its name. */
export type Work = (request: StepRequest) => Promise<Partial<StepResult>> | Partial<StepResult>;

/** Waiting that ends when the test says so, or at once. */
export class TestTimers implements Timers {
  readonly asked: number[] = [];
  readonly #due: { milliseconds: number; resolve: () => void }[] = [];
  readonly #immediate: (milliseconds: number) => boolean;

  constructor(immediate: (milliseconds: number) => boolean = () => false) {
    this.#immediate = immediate;
  }

  wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
    this.asked.push(milliseconds);
    if (this.#immediate(milliseconds)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#due.push({ milliseconds, resolve });
      signal?.addEventListener('abort', () => reject(signal.reason));
    });
  }

  /** Ends every wait of this length. */
  pass(milliseconds: number): void {
    for (const one of this.#due) if (one.milliseconds === milliseconds) one.resolve();
  }
}

export const dataset = (name: string, version = 1): Artifact => ({
  type: 'dataset',
  dataset: name,
  version,
  identity: `sha256:${name}${version}`,
  rows: 10,
});

/** A database with one pipeline, and runs of it whose steps do what a test says. */
export function pipelineWorld() {
  const database = new Database(join(temporaryFolder(), 'galley.db'));
  onTestFinished(() => database.close());
  database.migrate();
  const clock = fixedClock();
  const events = new EventLog(0);
  const context = { database, clock, events, version: '1.0.0' } as unknown as EngineContext;
  const pipelines = new RetrainStore(database);
  pipelines.save({ id: 'pl_1', name: 'sales', renewal: null }, clock.now());
  const store = new PipelineRunStore(database);
  const done: string[] = [];
  const logs: string[] = [];
  let count = 0;

  const runnersOf = (
    works: Readonly<Record<string, Work>>,
    always: readonly StepKind[],
    looksAt: Readonly<Record<string, () => string>>,
  ): StepRunners => {
    const runner = (kind: StepKind) => ({
      identity: async ({ task }: StepRequest) =>
        always.includes(kind) ? null : { seen: looksAt[task.name]?.() ?? '' },
      run: async (request: StepRequest): Promise<StepResult> => {
        const { task } = request;
        const work = works[task.name] ?? works[task.step];
        const result = await work?.(request);
        done.push(task.name);
        const summary = `${task.name} is done`;
        return { summary, output: kind === 'notify' ? null : dataset(task.name), ...result };
      },
    });
    return {
      fetch: runner('fetch'),
      clean: runner('clean'),
      check: runner('check'),
      train: runner('train'),
      run: runner('run'),
      notify: runner('notify'),
    };
  };

  const start = (text: string): string => {
    const id = `plr_${++count}`;
    const { tasks } = requirePipeline(text, 'p.yaml');
    const trigger = { kind: 'hand', detail: 'by hand' } as const;
    const steps = waitingSteps(tasks);
    clock.advance(1000);
    store.start(
      { id, pipelineId: 'pl_1', trigger, definition: text, parameters: {}, steps, fresh: false },
      clock.now(),
    );
    return id;
  };

  const goOn = async (
    id: string,
    {
      works = {},
      timers = new TestTimers(),
      signal = new AbortController().signal,
      concurrency = 2,
      always = [],
      looksAt = {},
      fresh = false,
    }: {
      works?: Record<string, Work>;
      timers?: Timers;
      signal?: AbortSignal;
      concurrency?: number;
      /** Kinds that are never taken from an earlier run. */
      always?: StepKind[];
      /** What a task looks at beside its members and inputs. */
      looksAt?: Record<string, () => string>;
      fresh?: boolean;
    } = {},
  ) => {
    const { tasks } = requirePipeline(store.definition(id)?.text ?? '', 'p.yaml');
    const record = new RunRecord(context, store, id);
    try {
      record.end(
        await execute({
          context,
          pipeline: { id: 'pl_1', name: 'sales' },
          tasks,
          runners: runnersOf(works, always, looksAt),
          record,
          store,
          timers,
          control: { signal, progress: () => {} },
          concurrency,
          fresh,
          logOf: (task) => ({ add: (line) => logs.push(`${task}: ${line}`), close: () => {} }),
        }),
      );
    } catch (error) {
      record.fail(error);
    }
    return stepsOf(id);
  };

  const stepsOf = (id: string): Record<string, PipelineStep> =>
    Object.fromEntries((store.find(id)?.steps ?? []).map((step) => [step.name, step]));

  return {
    store,
    clock,
    events,
    context,
    database,
    done,
    logs,
    start,
    goOn,
    stepsOf,
    /** Starts a run and sees it to its end. */
    run: (text: string, options?: Parameters<typeof goOn>[1]) => goOn(start(text), options),
  };
}

/** A pipeline of these steps, each a line of YAML in braces. */
export function pipelineText(...steps: string[]): string {
  return ['format: 1', 'pipeline: sales', 'steps:', ...steps.map((step) => `  - {${step}}`)].join('\n');
}
