import { reportError } from '../../base/errors.ts';
import { FolderWatches } from '../../base/folder-watches.ts';
import type { Trigger, TriggerOn } from '../../contract/retrain-triggers.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { Triggers } from '../definition/triggers.ts';
import type { RetrainStore, StoredPipeline } from '../store.ts';
import { type FilesSource, watchedPlace } from './sources/files-source.ts';
import type { TriggerDefinitions } from './trigger-definitions.ts';
import { type Look, type TriggerSource, triggerKey } from './trigger-source.ts';
import type { TriggerStore } from './trigger-store.ts';
import type { WaitingRuns } from './waiting-runs.ts';

/** Times in milliseconds. */
export interface WatchTimes {
  /** Between looks at what is due. */
  tick: number;
  /** Between looks at what nobody tells of. */
  poll: number;
}

const usualTimes: WatchTimes = { tick: 1000, poll: 5000 };

/** Webhooks tell by themselves. */
type Watched = Exclude<Trigger, { on: 'webhook' }>;
type Sources = { [On in Exclude<TriggerOn, 'webhook' | 'files'>]: TriggerSource<On, unknown> } & { files: FilesSource };

export interface WatchParts {
  context: Pick<EngineContext, 'clock' | 'events' | 'database' | 'project'>;
  store: RetrainStore;
  triggers: TriggerStore;
  definitions: TriggerDefinitions;
  waiting: WaitingRuns;
  sources: Sources;
  /** False for a project that came from elsewhere and was not trusted: its triggers rest. */
  trusted(): boolean;
}

/**
 * Looks while an engine runs at what pipelines wait for, and asks for their runs. What came is compared with what was
 * handled, which is written down in one transaction with the run that waits: what came while no engine ran is found when the
 * next one starts, and nothing is handled twice.
 */
export class TriggerWatch {
  readonly #parts: WatchParts;
  readonly #times: WatchTimes;
  readonly #folders: FolderWatches;
  /** Why a trigger starts nothing, by pipeline and trigger. */
  readonly #problems = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;
  #stopListening: (() => void) | undefined;
  #pass: Promise<void> = Promise.resolve();
  #isLooking = false;
  #told = true;
  #lastPoll = Number.NEGATIVE_INFINITY;

  constructor(parts: WatchParts, times: WatchTimes = usualTimes) {
    this.#parts = parts;
    this.#times = times;
    this.#folders = new FolderWatches(() => {
      this.#told = true;
    });
  }

  /** Begins to look. */
  start(): void {
    this.#stopListening ??= this.#parts.context.events.listen((event) => {
      const isChange = event.type === 'phase.changed' && (event.phase === 'data' || event.phase === 'monitor');
      if (isChange || event.type === 'alert.raised') this.#told = true;
    });
    this.#timer ??= setInterval(() => this.#tick(), this.#times.tick).unref();
  }

  /** Resolves when nothing is looked at any more. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#stopListening?.();
    this.#folders.close();
    await this.#pass;
  }

  /** True while something may come for which an engine should stay. */
  get isNeeded(): boolean {
    const { store, triggers, definitions, trusted } = this.#parts;
    const hasTriggers = store.list().some((pipeline) => (definitions.of(pipeline)?.list.length ?? 0) > 0);
    return (hasTriggers || triggers.waiting().length > 0) && trusted();
  }

  /** Why a trigger starts nothing; undefined where nothing is in its way. That of a webhook the webhooks know. */
  problem({ id }: StoredPipeline, trigger: Trigger): string | undefined {
    if (!this.#parts.trusted()) return untrusted;
    return this.#problems.get(problemKey(id, triggerKey(trigger)));
  }

  /**
   * Takes up what a pipeline was just told of triggers: writes down where new ones begin, and forgets those that it has no
   * more. Where it has none, nothing waits for their sake any more either; alerts start pipelines of settings without one.
   */
  async note(pipeline: StoredPipeline): Promise<void> {
    const { triggers, definitions, trusted } = this.#parts;
    const { list = [] } = definitions.of(pipeline) ?? {};
    triggers.keepOnly(pipeline.id, list.map(triggerKey));
    const isAlert = pipeline.renewal !== null && triggers.waitOf(pipeline.id)?.trigger.kind === 'alert';
    if (list.length === 0 && !isAlert) triggers.removeWait(pipeline.id);
    if (!trusted()) return;
    for (const trigger of list)
      if (triggers.handled(pipeline.id, triggerKey(trigger)) === undefined) await this.#lookAt(pipeline, trigger);
  }

  /** Looks at every trigger once, or at those of schedules alone, and begins what waits for nothing more. */
  async look(only?: TriggerOn): Promise<void> {
    const { store, definitions, trusted, waiting } = this.#parts;
    if (!trusted()) return;
    const all = store.list().flatMap((pipeline) => {
      const triggers = definitions.of(pipeline);
      return triggers ? [{ pipeline, triggers }] : [];
    });
    if (only === undefined) this.#follow(all);
    for (const { pipeline, triggers } of all)
      for (const trigger of triggers.list)
        if (only === undefined || trigger.on === only) await this.#lookAt(pipeline, trigger);
    waiting.begin();
  }

  #tick(): void {
    if (this.#isLooking) return;
    const { context, sources } = this.#parts;
    const now = context.clock.monotonic();
    const isPoll = this.#told || sources.files.isSettling || now - this.#lastPoll >= this.#times.poll;
    if (isPoll) {
      this.#told = false;
      this.#lastPoll = now;
    }
    this.#isLooking = true;
    this.#pass = this.look(isPoll ? undefined : 'schedule')
      .catch((error) => console.error(error))
      .finally(() => {
        this.#isLooking = false;
      });
  }

  /** Lets the system tell of files, and forgets what pipelines wait for no more. */
  #follow(all: readonly { pipeline: StoredPipeline; triggers: Triggers }[]): void {
    const { triggers: store, context } = this.#parts;
    const files = all.flatMap(({ triggers }) => triggers.list).filter((trigger) => trigger.on === 'files');
    this.#folders.follow(files.map(({ path }) => watchedPlace(context.project.path, path)));
    for (const { pipeline, triggers } of all) store.keepOnly(pipeline.id, triggers.list.map(triggerKey));
  }

  async #lookAt(pipeline: StoredPipeline, trigger: Trigger): Promise<void> {
    if (trigger.on === 'webhook') return;
    const key = triggerKey(trigger);
    try {
      const found = await this.#found(pipeline, trigger, this.#parts.triggers.handled(pipeline.id, key));
      this.#setProblem(pipeline, key, undefined);
      if (found) this.#take(pipeline, trigger, key, found);
    } catch (error) {
      this.#setProblem(pipeline, key, reportError(error).message);
    }
  }

  async #found(pipeline: StoredPipeline, trigger: Watched, handled: unknown): Promise<Look<unknown> | undefined> {
    const source = this.#parts.sources[trigger.on] as TriggerSource<typeof trigger.on, unknown>;
    if (handled === undefined) return { handled: await source.first(trigger) };
    return source.look(trigger, handled, pipeline);
  }

  /** The pipeline may have been removed while it was looked at. */
  #take(
    pipeline: StoredPipeline,
    { on, parameters = {} }: Watched,
    key: string,
    { handled, came }: Look<unknown>,
  ): void {
    const { context, store, triggers } = this.#parts;
    if (!store.find(pipeline.id)) return;
    context.database.transaction(() => {
      triggers.setHandled(pipeline.id, key, handled);
      if (came === undefined) return;
      const trigger = { kind: on, detail: came };
      triggers.ask({ pipelineId: pipeline.id, trigger, parameters }, context.clock.now());
    });
    if (came !== undefined) this.#changed(pipeline);
  }

  #setProblem(pipeline: StoredPipeline, key: string, message: string | undefined): void {
    const name = problemKey(pipeline.id, key);
    if (this.#problems.get(name) === message) return;
    if (message === undefined) this.#problems.delete(name);
    else this.#problems.set(name, message);
    this.#changed(pipeline);
  }

  #changed({ id }: StoredPipeline): void {
    this.#parts.context.events.publish({ type: 'phase.changed', phase: 'retrain', subject: id });
  }
}

const untrusted = 'The project came from elsewhere; nobody on this machine has trusted it yet.';

function problemKey(pipelineId: string, key: string): string {
  return `${pipelineId} ${key}`;
}
