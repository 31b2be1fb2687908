/** The part of Electron's `powerSaveBlocker` that is used. */
export interface SleepBlocker {
  start(type: 'prevent-app-suspension'): number;
  stop(id: number): void;
}

/** Keeps the computer from falling asleep while it is told to; the screen may go dark. */
export class KeepAwake {
  readonly #blocker: SleepBlocker;
  #id: number | undefined;

  constructor(blocker: SleepBlocker) {
    this.#blocker = blocker;
  }

  set(awake: boolean): void {
    if (awake === (this.#id !== undefined)) return;
    if (awake) this.#id = this.#blocker.start('prevent-app-suspension');
    else if (this.#id !== undefined) {
      this.#blocker.stop(this.#id);
      this.#id = undefined;
    }
  }
}
