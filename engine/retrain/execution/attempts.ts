import { setTimeout as wait } from 'node:timers/promises';
import { GalleyError } from '../../base/errors.ts';
import { durationOf } from '../definition/duration.ts';
import type { Task } from '../definition/tasks.ts';

/** Waiting comes in as an argument, so that tests need not. */
export interface Timers {
  /** Rejects when the signal is aborted. @param milliseconds of real time */
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** A timer that is set for longer goes off at once. */
const longestTimer = 2 ** 31 - 1;

export const systemTimers: Timers = {
  wait: async (milliseconds, signal) => {
    for (let left = milliseconds; left > 0; left -= longestTimer)
      await wait(Math.min(left, longestTimer), undefined, { signal });
  },
};

/** How long a step that was told to stop may take to. */
const graceMilliseconds = 10_000;
const usualWait = '10s';

/**
 * Does a task's work, again and again where it fails as often as the task allows, with a wait that grows by its factor.
 * @param attempt gets a signal that is aborted when the attempt takes too long
 * @param onRetry told before each wait
 * @throws what the last attempt throws; what the signal was aborted with; GalleyError `retrain.step_timed_out`
 */
export async function attempts<Result>(
  { name, members }: Pick<Task, 'name' | 'members'>,
  timers: Timers,
  signal: AbortSignal,
  attempt: (signal: AbortSignal) => Promise<Result>,
  onRetry: (error: unknown, milliseconds: number) => void,
): Promise<Result> {
  const { times = 0, wait: first = usualWait, factor = 2 } = members.retry ?? {};
  for (let failures = 0; ; failures++) {
    try {
      return await timed(name, members.timeout, timers, signal, attempt);
    } catch (error) {
      if (signal.aborted || failures >= times) throw error;
      const milliseconds = Math.round(durationOf(first) * factor ** failures);
      onRetry(error, milliseconds);
      // Where the run is canceled meanwhile, the next attempt says so.
      await timers.wait(milliseconds, signal).catch(() => {});
    }
  }
}

/** One attempt. A step that hangs although it was told to stop is given up, and goes on with nobody listening. */
async function timed<Result>(
  name: string,
  timeout: string | undefined,
  timers: Timers,
  signal: AbortSignal,
  attempt: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  signal.throwIfAborted();
  const overdue = new AbortController();
  const ended = new AbortController();
  const either = AbortSignal.any([signal, overdue.signal]);
  const givenUp = Promise.withResolvers<never>();
  const after = (milliseconds: number, act: () => void) =>
    void timers.wait(milliseconds, ended.signal).then(act, () => {});
  either.addEventListener('abort', () => after(graceMilliseconds, () => givenUp.reject(either.reason)));
  if (timeout !== undefined) after(durationOf(timeout), () => overdue.abort(timedOut(name, timeout)));
  try {
    return await Promise.race([attempt(either), givenUp.promise]);
  } catch (error) {
    throw overdue.signal.aborted && !signal.aborted ? overdue.signal.reason : error;
  } finally {
    ended.abort();
  }
}

function timedOut(name: string, timeout: string): GalleyError {
  return new GalleyError('retrain.step_timed_out', `The step ${name} took longer than ${timeout}.`, {
    details: { step: name, timeout },
  });
}
