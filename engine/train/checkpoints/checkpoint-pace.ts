/** Milliseconds before the first checkpoint, and between two of them, at least. */
const beforeFirst = 500;
const interval = 3000;
/** A training goes on at least so many times as long as its last checkpoint took before the next one. */
const timesAsLong = 20;

/**
 * `save`, but only now and then: first after half a second, then every three seconds, and so seldom that a large model does
 * not keep its training waiting.
 * @param now milliseconds of a clock that never goes back.
 */
export function paced<Given>(save: (given: Given) => void, now = () => performance.now()): (given: Given) => void {
  let due = now() + beforeFirst;
  return (given) => {
    const started = now();
    if (started < due) return;
    save(given);
    const ended = now();
    due = ended + Math.max(interval, timesAsLong * (ended - started));
  };
}
