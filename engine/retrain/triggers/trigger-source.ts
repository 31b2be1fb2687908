import type { Trigger, TriggerOf, TriggerOn } from '../../contract/retrain-triggers.ts';
import type { StoredPipeline } from '../store.ts';

/** What a look at a trigger found. */
export interface Look<Handled> {
  /** Up to where the trigger is handled now. */
  handled: Handled;
  /** What came, in words; undefined where it starts nothing. */
  came?: string;
}

/** One kind of trigger: what of it was handled is written down, so that each thing that comes is handled once. */
export interface TriggerSource<On extends TriggerOn, Handled> {
  /**
   * Where a trigger begins: what was there before it starts nothing.
   * @throws GalleyError where what it waits for is not there
   */
  first(trigger: TriggerOf<On>): Promise<Handled>;
  /**
   * @returns undefined where nothing came
   * @throws as `first`
   */
  look(trigger: TriggerOf<On>, handled: Handled, pipeline: StoredPipeline): Promise<Look<Handled> | undefined>;
}

/** What makes a trigger the same one after its file was changed. */
export function triggerKey(trigger: Trigger): string {
  switch (trigger.on) {
    case 'schedule':
      return `schedule ${trigger.cron} ${trigger.timezone}`;
    case 'data':
      return `data ${trigger.dataset}`;
    case 'files':
      return `files ${trigger.path}`;
    case 'alert':
      return `alert ${trigger.deployment} ${trigger.about?.toSorted().join(' ') ?? ''}`.trimEnd();
    case 'labels':
      return `labels ${trigger.deployment}`;
    case 'webhook':
      return 'webhook';
  }
}

/** A trigger for people. */
export function triggerWords(trigger: Trigger): string {
  switch (trigger.on) {
    case 'schedule':
      return `${trigger.cron} in ${trigger.timezone}${trigger.missed === 'skip' ? ', skipping what is missed' : ''}`;
    case 'data':
      return `a new version of ${trigger.dataset}`;
    case 'files':
      return `a change of ${trigger.path}`;
    case 'alert':
      return `an alert of ${trigger.deployment}${trigger.about ? ` about ${trigger.about.join(' or ')}` : ''}`;
    case 'labels':
      return `${trigger.count} new labels of ${trigger.deployment}`;
    case 'webhook':
      return 'its webhook';
  }
}
