import { type Clock, isoTime } from '../../../base/clock.ts';
import { lastOccurrence } from '../../schedule/occurrences.ts';
import type { TriggerSource } from '../trigger-source.ts';

/** Until when times were handled, UTC epoch milliseconds. */
interface HandledTimes {
  until: number;
}

/** A time that is noticed later than this was missed: the machine slept, or no engine ran. */
const lateMilliseconds = 60_000;
/** A clock that was this far ahead is believed to have been wrong. */
const aheadMilliseconds = 86_400_000;

/** The times of a schedule. */
export function scheduleSource(clock: Pick<Clock, 'now'>): TriggerSource<'schedule', HandledTimes> {
  return {
    first: async () => ({ until: clock.now() }),
    look: async ({ cron, timezone, missed = 'once' }, { until }) => {
      const now = clock.now();
      const handled = { until: now };
      if (until > now + aheadMilliseconds) return { handled };
      const due = lastOccurrence({ cron, timezone }, until, now);
      if (due === null) return undefined;
      const isOnTime = now - due <= lateMilliseconds;
      if (!isOnTime && missed === 'skip') return { handled };
      return { handled, came: `${cron} ${timezone}, due ${isoTime(due)}${isOnTime ? '' : ', missed then'}` };
    },
  };
}
