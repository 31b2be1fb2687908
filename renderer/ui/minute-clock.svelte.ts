import { createSubscriber } from 'svelte/reactivity';

const step = 30_000;

/** The present, for relative times: moves on every half minute while something shows it. */
class MinuteClock {
  #subscribe = createSubscriber((update) => {
    const timer = setInterval(update, step);
    return () => clearInterval(timer);
  });

  get now(): number {
    this.#subscribe();
    return Date.now();
  }
}

export const minuteClock = new MinuteClock();
