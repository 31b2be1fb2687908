import type { Clock } from '../base/clock.ts';

/** So many minutes back a server knows what it did. */
const keptMinutes = 60;
export const minuteMilliseconds = 60_000;

/** Something of each of the last 60 minutes, in constant memory. */
export class MinuteRing<Minute extends { number: number }> {
  readonly #clock: Clock;
  readonly #empty: (number: number) => Minute;
  readonly #minutes: Minute[];

  /** @param empty what is known of a minute, counted since the epoch, before anything happened in it */
  constructor(clock: Clock, empty: (number: number) => Minute) {
    this.#clock = clock;
    this.#empty = empty;
    this.#minutes = Array.from({ length: keptMinutes }, () => empty(-1));
  }

  current(): Minute {
    return this.#minute(this.#currentNumber());
  }

  /** Oldest first, up to the current minute. */
  recent(): Minute[] {
    const current = this.#currentNumber();
    return Array.from({ length: keptMinutes }, (_, index) => this.#minute(current - keptMinutes + 1 + index));
  }

  #currentNumber(): number {
    return Math.floor(this.#clock.now() / minuteMilliseconds);
  }

  /** The slot of a minute, emptied where it still holds an older one. */
  #minute(number: number): Minute {
    const slot = number % keptMinutes;
    let minute = this.#minutes[slot] as Minute;
    if (minute.number !== number) {
      minute = this.#empty(number);
      this.#minutes[slot] = minute;
    }
    return minute;
  }
}
