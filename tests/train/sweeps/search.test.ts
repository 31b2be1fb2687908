import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { GalleyError } from '../../../engine/base/errors.ts';
import { rankingMetric } from '../../../engine/train/metrics.ts';
import type { RunningFit } from '../../../engine/train/sweeps/pool.ts';
import type { FoldResult } from '../../../engine/train/sweeps/pool-messages.ts';
import { Search, type SearchOptions } from '../../../engine/train/sweeps/search.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** Fits that last as long as they are told to, and that end a while after they were stopped. */
class SlowPool {
  size: number;
  readonly running = new Set<number>();
  readonly log: string[] = [];
  readonly #milliseconds: number;
  readonly #stopMilliseconds: number;
  #started = 0;

  constructor(size: number, milliseconds: number, stopMilliseconds: number) {
    this.size = size;
    this.#milliseconds = milliseconds;
    this.#stopMilliseconds = stopMilliseconds;
  }

  get free(): number {
    return this.size - this.running.size;
  }

  start(): RunningFit {
    const id = ++this.#started;
    this.running.add(id);
    const { promise, resolve, reject } = Promise.withResolvers<FoldResult>();
    const end = (settle: () => void) => {
      this.running.delete(id);
      settle();
    };
    const done = setTimeout(() => end(() => resolve({ score: 0.5, size: 1, seconds: 1 })), this.#milliseconds);
    const stop = () => {
      this.log.push(`stop ${id}`);
      clearTimeout(done);
      setTimeout(() => end(() => reject(new GalleyError('job.canceled', 'Stopped.'))), this.#stopMilliseconds);
    };
    return { result: promise, stop };
  }
}

function searchOn(pool: SlowPool, options: Partial<SearchOptions>): Search {
  return new Search({
    pool,
    folds: 2,
    metric: rankingMetric('binary'),
    target: 'y',
    seed: 1,
    trials: 2,
    secondsBefore: 0,
    memory: 1000,
    memoryUsed: () => 0,
    propose: ({ trials }) => ({ learner: 'linear', parameters: { penalty: trials.length }, isReference: false }),
    rungsOf: () => ({ shares: [] }),
    prunesFolds: false,
    earlier: [],
    throwIfCanceled: () => undefined,
    onTrial: () => undefined,
    onFitProgress: () => undefined,
    ...options,
  });
}

test('short memory stops one fit, which is done again once there is room', async () => {
  const pool = new SlowPool(2, 5000, 1500);
  let used = 0;
  const search = searchOn(pool, { memoryUsed: () => used });
  const ended = search.run();
  await vi.advanceTimersByTimeAsync(500);
  expect(pool.running.size).toBe(2);
  used = 1200;
  await vi.advanceTimersByTimeAsync(1400);
  expect(pool.log, 'a fit that is about to end is not stopped again').toEqual(['stop 2']);
  used = 900;
  await vi.advanceTimersByTimeAsync(1000);
  expect([...pool.running], 'no other fit begins while memory is nearly full').toEqual([1]);
  used = 500;
  await vi.advanceTimersByTimeAsync(1000);
  expect([...pool.running], 'with room again there are two').toEqual([1, 3]);
  await vi.runAllTimersAsync();
  await ended;
  expect(pool.log).toEqual(['stop 2']);
  expect(search.trials.map(({ state, evaluations }) => [state, evaluations.length])).toEqual([
    ['complete', 2],
    ['complete', 2],
  ]);
});

test('a fit that alone takes too much memory fails its trial, and its end stays an end', async () => {
  const pool = new SlowPool(1, 60_000, 2000);
  let used = 2000;
  const search = searchOn(pool, { memory: 1024 * 2 ** 20, memoryUsed: () => used * 2 ** 20, trials: 2 });
  const ended = search.run();
  await vi.advanceTimersByTimeAsync(2500);
  expect(search.trials[0]).toMatchObject({ state: 'failed', why: 'the search would have taken more than 1024 MB' });
  expect(pool.log).toEqual(['stop 1']);
  await vi.advanceTimersByTimeAsync(1000);
  used = 100;
  await vi.runAllTimersAsync();
  await ended;
  expect(search.trials.map(({ state }) => state)).toEqual(['failed', 'complete']);
});

test('a search without a living thread ends', async () => {
  const pool = new SlowPool(1, 1000, 0);
  const search = searchOn(pool, {});
  const ended = search.run();
  pool.size = 0;
  await vi.runAllTimersAsync();
  await ended;
  expect(search.trials).toMatchObject([{ state: 'stopped', why: 'no thread was left that could fit' }]);
});

test('time that is up while the baseline alone was begun leaves room for one trial beyond it', async () => {
  const pool = new SlowPool(2, 1000, 10);
  const names = ['baseline', 'linear', 'trees'];
  const search = searchOn(pool, {
    seconds: 0.05,
    trials: undefined,
    references: ({ trials }) => {
      const learner = names[trials.length];
      return learner === undefined ? undefined : { learner, parameters: {}, isReference: true };
    },
  });
  const ended = search.run();
  await vi.runAllTimersAsync();
  await ended;
  expect(search.trials.map(({ learner, state }) => [learner, state])).toEqual([
    ['baseline', 'stopped'],
    ['linear', 'complete'],
  ]);
});
