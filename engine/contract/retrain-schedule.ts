import Type, { type Static } from 'typebox';

export const Schedule = Type.Object({
  /** Minute, hour, day of the month, month, day of the week, as of cron; `@daily` and its like, too. */
  cron: Type.String({ minLength: 1, maxLength: 200 }),
  /** Whose clocks are meant, by its name in the time zone database: `Europe/Berlin`. */
  timezone: Type.String({ minLength: 1, maxLength: 100 }),
  /** What becomes of times that passed while the machine slept or no engine ran: one run for all, or none. */
  missed: Type.Enum(['once', 'skip']),
});
/** When a pipeline runs by itself. */
export type Schedule = Static<typeof Schedule>;
