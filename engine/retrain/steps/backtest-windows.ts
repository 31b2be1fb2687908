/** A time at which the pipeline would have run: what it would have learnt from, and what came then. */
export interface BacktestWindow {
  /** UTC epoch milliseconds; trained on [from, at), judged on [at, to). */
  from: number;
  at: number;
  to: number;
  /** Rows that came then. */
  judged: number;
  /** Rows that it would have learnt from. */
  trained: number;
}

/**
 * The times from the first one on at which there is a whole window behind and a whole interval ahead.
 * @param times of all rows that have a target, UTC epoch milliseconds
 * @param end of the last interval, the end left out
 * @param window null for all rows before
 */
export function backtestWindows(
  times: Float64Array,
  end: number,
  every: number,
  window: number | null,
): BacktestWindow[] {
  const sorted = times.toSorted();
  const [first] = sorted;
  if (first === undefined) return [];
  const windows: BacktestWindow[] = [];
  for (let at = first + (window ?? every); at + every <= end; at += every) {
    const from = window === null ? first : at - window;
    const [begin, middle, last] = [from, at, at + every].map((time) => firstFrom(sorted, time)) as [
      number,
      number,
      number,
    ];
    windows.push({ from, at, to: at + every, trained: middle - begin, judged: last - middle });
  }
  return windows;
}

/** The place of the first time that is not before this one. */
function firstFrom(sorted: Float64Array, time: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
