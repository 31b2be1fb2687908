import { setTimeout as sleep } from 'node:timers/promises';

/** The limit may be another one meanwhile. */
const longestPauseMilliseconds = 1000;

/**
 * Gives each item when its turn has come, and reads the next one after that, so whoever sends them waits.
 * @param turn milliseconds until the turn of the next item; 0 takes it
 * @param ending ends the items at once
 */
export async function* paced<Item>(
  items: AsyncIterable<Item>,
  turn: () => number,
  ending: AbortSignal,
): AsyncGenerator<Item, void> {
  for await (const item of items) {
    for (let wait = turn(); wait > 0; wait = turn()) {
      await sleep(Math.min(wait, longestPauseMilliseconds), undefined, { signal: ending }).catch(() => {});
      if (ending.aborted) return;
    }
    yield item;
  }
}
