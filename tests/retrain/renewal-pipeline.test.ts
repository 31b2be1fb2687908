import { expect, test } from 'vitest';
import { requirePipeline } from '../../engine/retrain/definition/require-pipeline.ts';
import { renewalText, renewalTriggers } from '../../engine/retrain/renewal-pipeline.ts';

const renewal = { model: 'price', dataset: 'flats', deployment: 'shop', windowDays: 30, margin: 0, onAlert: true };

test.each([[null], [{ cron: '0 6 * * 1', timezone: 'Europe/Berlin', missed: 'skip' } as const]])(
  'the file of settings runs by itself as the settings say: %j',
  (schedule) => {
    const { name, triggers, tasks } = requirePipeline(renewalText('price', renewal, schedule), 'price.yaml');
    expect([name, tasks.length]).toEqual(['price', 6]);
    expect(triggers).toEqual(renewalTriggers(schedule));
  },
);
