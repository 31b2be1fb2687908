import { hashShare } from './row-hash.ts';

/** One key a row of a part: rows with the same key stay together when the part is divided. */
export interface DivisionKeys {
  /** Whether keys are times, of which the latest are kept aside; else they are whole numbers, drawn by their hash. */
  ordered: boolean;
  /** NaN is a missing time. */
  keys: Float64Array;
}

/**
 * Keeps a share of a part's rows aside.
 * @param share from 0 to below 1.
 * @returns row numbers within the part, both ascending; `aside` may be empty where the part has few keys.
 */
export function divide(
  { ordered, keys }: DivisionKeys,
  share: number,
  seed: number,
): { kept: Int32Array; aside: Int32Array } {
  const rows = Int32Array.from(keys.keys());
  if (share <= 0) return { kept: rows, aside: new Int32Array(0) };
  const isAside = ordered ? latest(keys, share) : (key: number) => hashShare(key, seed) < share;
  return {
    kept: rows.filter((row) => !isAside(keys[row] as number)),
    aside: rows.filter((row) => isAside(keys[row] as number)),
  };
}

/** Rows of one time stay together: those after the time at which the share begins. Missing times are never latest. */
function latest(keys: Float64Array, share: number): (key: number) => boolean {
  const times = keys.filter((key) => !Number.isNaN(key)).sort();
  const begin = times[Math.min(times.length - 1, Math.floor(times.length * (1 - share)))];
  return begin === undefined || begin === times[0] ? () => false : (key) => key >= begin;
}
