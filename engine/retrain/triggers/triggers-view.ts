import { isoTimeOrNull } from '../../base/clock.ts';
import type { Schedule } from '../../contract/retrain-schedule.ts';
import type { PipelineTriggers, TriggerOf } from '../../contract/retrain-triggers.ts';
import type { Triggers } from '../definition/triggers.ts';
import { nextOccurrence, nextOccurrences } from '../schedule/occurrences.ts';
import type { StoredPipeline } from '../store.ts';
import { triggerWords } from './trigger-source.ts';
import type { TriggerWatch } from './trigger-watch.ts';
import type { Webhooks } from './webhooks.ts';

interface ViewSources {
  watch: Pick<TriggerWatch, 'problem'>;
  webhooks: Pick<Webhooks, 'problem'>;
}

const none: PipelineTriggers = { list: [], debounce: null, quiet: null, concurrent: false };

/** The triggers of a pipeline and how they do. @param now UTC epoch milliseconds */
export async function triggersView(
  { watch, webhooks }: ViewSources,
  pipeline: StoredPipeline,
  triggers: Triggers | undefined,
  now: number,
): Promise<PipelineTriggers> {
  if (triggers === undefined) return none;
  const list = await Promise.all(
    triggers.list.map(async (trigger) => ({
      trigger,
      says: triggerWords(trigger),
      nextAt: trigger.on === 'schedule' ? isoTimeOrNull(nextOccurrence(trigger, now)) : null,
      problem:
        watch.problem(pipeline, trigger) ??
        (trigger.on === 'webhook' ? await webhooks.problem(pipeline) : undefined) ??
        null,
    })),
  );
  return { ...triggers, list };
}

/** The schedules among the triggers of a pipeline. */
export function schedulesOf(triggers: Pick<Triggers, 'list'> | undefined): Schedule[] {
  return (triggers?.list ?? [])
    .filter((trigger): trigger is TriggerOf<'schedule'> => trigger.on === 'schedule')
    .map(({ cron, timezone, missed = 'once' }) => ({ cron, timezone, missed }));
}

/** The next times of all schedules together. @param after UTC epoch milliseconds, as the answer */
export function nextTimesOf(schedules: readonly Schedule[], after: number, most: number): number[] {
  const times = new Set(schedules.flatMap((schedule) => nextOccurrences(schedule, after, most)));
  return [...times].sort((one, other) => one - other).slice(0, most);
}
