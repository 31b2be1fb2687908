import { GalleyError } from '../base/errors.ts';
import type { TimeRange } from './logged-rows.ts';

/** A range as calls give it, in UTC epoch milliseconds. @throws GalleyError `monitor.invalid_range` */
export function timeRange({ since, until }: { since?: string; until?: string }): TimeRange {
  const range = {
    since: since === undefined ? null : Date.parse(since),
    until: until === undefined ? null : Date.parse(until),
  };
  if (range.since !== null && range.until !== null && range.since >= range.until) {
    throw new GalleyError('monitor.invalid_range', `The range begins at ${since} and ends at ${until}.`, {
      details: { since, until },
    });
  }
  return range;
}
