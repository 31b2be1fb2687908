import { isoTime } from '../../base/clock.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { PipelineRunner } from '../runner.ts';
import type { RetrainStore, StoredPipeline } from '../store.ts';
import { lastOccurrence } from './occurrences.ts';

/** Times in milliseconds. */
export interface SchedulerTimes {
  /** Between looks at what is due. */
  tick: number;
  /** A time that is noticed later than this was missed: the machine slept, or no engine ran. */
  late: number;
}

const usualTimes: SchedulerTimes = { tick: 1000, late: 60_000 };

/** A clock that was this far ahead is believed to have been wrong. */
const aheadMilliseconds = 86_400_000;

interface SchedulerParts {
  context: Pick<EngineContext, 'clock'>;
  store: RetrainStore;
  runner: Pick<PipelineRunner, 'start' | 'isRunning'>;
  /** False for a project that came from elsewhere and was not trusted: its schedules rest. */
  trusted(): boolean;
}

/**
 * Runs pipelines at their times while an engine runs. Each time is handled once: until when they were is written down, so
 * that the next engine knows what was missed. A run that is due while the pipeline runs waits for its end; of several that
 * wait one runs.
 */
export class Scheduler {
  readonly #parts: SchedulerParts;
  readonly #times: SchedulerTimes;
  /** Pipelines whose time came while they ran. */
  readonly #waiting = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: SchedulerParts, times: SchedulerTimes = usualTimes) {
    this.#parts = parts;
    this.#times = times;
  }

  start(): void {
    this.#timer ??= setInterval(() => this.look(), this.#times.tick).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** True while a time will come for which an engine should stay. */
  get isNeeded(): boolean {
    return this.#parts.store.list().some(({ schedule }) => schedule !== null) && this.#parts.trusted();
  }

  /** Starts what is due. What cannot be started is tried again at its next time. */
  look(): void {
    const scheduled = this.#parts.store.list().filter(({ schedule }) => schedule !== null);
    if (scheduled.length === 0 || !this.#parts.trusted()) return;
    for (const pipeline of scheduled) {
      try {
        this.#lookAt(pipeline);
      } catch (error) {
        console.error(error);
      }
    }
  }

  #lookAt(pipeline: StoredPipeline): void {
    const { context, store, runner } = this.#parts;
    const { id, schedule, scheduledUntil } = pipeline;
    if (schedule === null || scheduledUntil === null) return;
    const now = context.clock.now();
    if (scheduledUntil > now + aheadMilliseconds) {
      store.handledSchedule(id, now);
      return;
    }
    const due = lastOccurrence(schedule, scheduledUntil, now);
    if (due === null) return;
    if (runner.isRunning(id)) {
      if (this.#isOnTime(due, now)) this.#waiting.add(id);
      return;
    }
    const isOnTime = this.#waiting.delete(id) || this.#isOnTime(due, now);
    store.handledSchedule(id, now);
    if (!isOnTime && schedule.missed === 'skip') return;
    const { cron, timezone } = schedule;
    const detail = `${cron} ${timezone}, due ${isoTime(due)}${isOnTime ? '' : ', missed then'}`;
    runner.start(pipeline, { trigger: { kind: 'schedule', detail } });
  }

  #isOnTime(due: number, now: number): boolean {
    return now - due <= this.#times.late;
  }
}
