import type { Migration } from './index.ts';

/**
 * The schedule of a pipeline that is made of settings is a trigger like those of files: up to where it was handled stands with
 * theirs. Of pipelines that are written by hand the file alone has schedules.
 */
export const schedulesAreTriggers: Migration = {
  name: 'schedules-are-triggers',
  sql: `
    UPDATE pipelines SET schedule = NULL WHERE renewal IS NULL;
    INSERT OR IGNORE INTO pipeline_triggers (pipeline_id, trigger, handled)
      SELECT id, 'schedule ' || (schedule ->> 'cron') || ' ' || (schedule ->> 'timezone'),
        json_object('until', scheduled_until)
      FROM pipelines WHERE schedule IS NOT NULL AND scheduled_until IS NOT NULL;
    ALTER TABLE pipelines DROP COLUMN scheduled_until;
  `,
};
