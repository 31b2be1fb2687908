import { dayMilliseconds, isoTime } from '../base/clock.ts';
import type { InputOf, OutputOf } from '../contract/call.ts';
import type { triggerCalls } from '../contract/retrain-triggers.ts';
import type { EngineContext } from '../jobs/context.ts';
import { occurrencesBetween } from './schedule/occurrences.ts';
import type { DirectedPhases } from './step-tools.ts';
import type { RetrainStore, StoredPipeline } from './store.ts';
import { endOfQuiet, quietPeriods } from './triggers/quiet-period.ts';
import type { TriggerDefinitions } from './triggers/trigger-definitions.ts';
import { schedulesOf } from './triggers/triggers-view.ts';

interface CalendarSources {
  context: Pick<EngineContext, 'clock'>;
  store: RetrainStore;
  definitions: TriggerDefinitions;
  phases: Pick<DirectedPhases, 'data' | 'deploy' | 'monitor'>;
}

type Calendar = OutputOf<typeof triggerCalls.calendar>;

/** Times of one schedule, and quiet periods of one pipeline, that are listed. */
const mostTimes = 500;
const longestMilliseconds = 366 * dayMilliseconds;

/** What is scheduled in the project between two times; at most a year of it. Times that are past are not listed. */
export async function calendarOf(
  sources: CalendarSources,
  input: InputOf<typeof triggerCalls.calendar>,
): Promise<Calendar> {
  const { context, store, definitions } = sources;
  const from = Math.max(Date.parse(input.from), context.clock.now());
  const to = Math.min(Date.parse(input.to), Date.parse(input.from) + longestMilliseconds);
  const pipelines = store.list();
  const timed = pipelines.map((pipeline) => timesOf(pipeline, definitions, from, to));
  const quiet = pipelines.flatMap((pipeline) => {
    const period = definitions.of(pipeline)?.quiet;
    if (!period || from >= to) return [];
    return quietPeriods(period, from, to, mostTimes).map((span) => ({
      pipeline: pipeline.name,
      from: isoTime(span.from),
      to: isoTime(span.to),
    }));
  });
  const entries = [...timed.flatMap((times) => times.entries), ...(await snoozed(sources, from, to))];
  return {
    entries: entries.sort((one, other) => one.time.localeCompare(other.time)),
    quiet,
    recurring: recurringOf(sources),
    truncated: pipelines.filter((_, index) => timed[index]?.isTruncated).map(({ name }) => name),
  };
}

function timesOf(
  pipeline: StoredPipeline,
  definitions: TriggerDefinitions,
  from: number,
  to: number,
): { entries: Calendar['entries']; isTruncated: boolean } {
  const triggers = definitions.of(pipeline);
  const entries: Calendar['entries'] = [];
  let isTruncated = false;
  for (const schedule of schedulesOf(triggers)) {
    const times = occurrencesBetween(schedule, from - 1, to, mostTimes + 1);
    isTruncated ||= times.length > mostTimes;
    for (const at of times.slice(0, mostTimes)) {
      const waits = endOfQuiet(at, triggers?.quiet ?? null);
      entries.push({
        time: isoTime(at),
        kind: 'pipeline',
        subject: pipeline.name,
        says: `${pipeline.name} runs: ${schedule.cron} in ${schedule.timezone}.`,
        waitsUntil: waits === null ? null : isoTime(waits),
      });
    }
  }
  return { entries, isTruncated };
}

/** Alerts of which nothing is said until a time. */
async function snoozed({ phases }: CalendarSources, from: number, to: number): Promise<Calendar['entries']> {
  const { alerts } = await phases.monitor.handlers.alerts({});
  return alerts.flatMap(({ deployment, title, state, snoozedUntil }) => {
    const time = state === 'snoozed' && snoozedUntil !== null ? Date.parse(snoozedUntil) : Number.NaN;
    if (!(time >= from && time < to)) return [];
    const says = `An alert of ${deployment} is told again: ${title}.`;
    return [{ time: isoTime(time), kind: 'alert' as const, subject: deployment, says, waitsUntil: null }];
  });
}

/** What is looked at again and again while an engine runs. */
function recurringOf({ phases }: CalendarSources): Calendar['recurring'] {
  const running = phases.deploy.list().filter(({ wanted }) => wanted === 'running');
  return [
    ...running.map(({ name }) => ({ says: `The monitor looks at ${name}.`, everySeconds: 600 })),
    ...phases.data.watched().map((dataset) => ({ says: `The files of ${dataset} are looked at.`, everySeconds: 5 })),
  ];
}
