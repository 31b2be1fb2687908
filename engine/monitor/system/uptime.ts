import type { Clock } from '../../base/clock.ts';

const minuteMilliseconds = 60_000;

/** Seconds of one minute in which a server should have been ready, and was. */
export interface ReadyMinute {
  /** Its start, UTC epoch milliseconds. */
  at: number;
  readySeconds: number;
  wantedSeconds: number;
}

interface Watched {
  isReady: boolean;
  /** On the monotonic clock: up to when its time is in the minutes. */
  seen: number;
  minutes: Map<number, ReadyMinute>;
}

/**
 * How long servers were ready of the time in which they should have been. That begins when a server is ready first, so that the
 * seconds of a start that its user waits for are no downtime, and ends when it is ended on purpose.
 */
export class Uptime {
  readonly #clock: Clock;
  readonly #longest: number;
  readonly #watched = new Map<string, Watched>();
  readonly #left = new Map<string, Map<number, ReadyMinute>>();

  /** @param longest milliseconds between two looks; after more the machine slept, and nothing is known of that time */
  constructor(clock: Clock, longest: number) {
    this.#clock = clock;
    this.#longest = longest;
  }

  /** The state of a server changed. */
  changed(id: string, status: 'stopped' | 'starting' | 'running' | 'failed'): void {
    const watched = this.#watched.get(id);
    if (watched) this.#look(watched);
    if (status === 'stopped') {
      if (watched) this.#left.set(id, watched.minutes);
      this.#watched.delete(id);
    } else if (watched) {
      watched.isReady = status === 'running';
    } else if (status === 'running') {
      const minutes = this.#left.get(id) ?? new Map();
      this.#left.delete(id);
      this.#watched.set(id, { isReady: true, seen: this.#clock.monotonic(), minutes });
    }
  }

  /** What was added since it was taken last, oldest first. */
  take(id: string): ReadyMinute[] {
    const watched = this.#watched.get(id);
    if (watched) this.#look(watched);
    const minutes = [...(watched?.minutes ?? this.#left.get(id) ?? new Map<number, ReadyMinute>()).values()];
    watched?.minutes.clear();
    this.#left.delete(id);
    return minutes.sort((one, other) => one.at - other.at);
  }

  /** Shares the time since the last look out to the minutes of the wall clock, back from now. */
  #look(watched: Watched): void {
    const monotonic = this.#clock.monotonic();
    let left = monotonic - watched.seen;
    watched.seen = monotonic;
    if (left > this.#longest) return;
    for (let end = this.#clock.now(); left > 0; ) {
      const at = Math.floor((end - 1) / minuteMilliseconds) * minuteMilliseconds;
      const part = Math.min(left, end - at);
      const minute = watched.minutes.get(at) ?? { at, readySeconds: 0, wantedSeconds: 0 };
      minute.wantedSeconds += part / 1000;
      if (watched.isReady) minute.readySeconds += part / 1000;
      watched.minutes.set(at, minute);
      left -= part;
      end = at;
    }
  }
}
