import type { Migration } from './index.ts';

/** When pipelines run by themselves, and until when the times that came were handled. */
export const schedules: Migration = {
  name: 'schedules',
  sql: `
    ALTER TABLE pipelines ADD COLUMN schedule TEXT;
    ALTER TABLE pipelines ADD COLUMN scheduled_until INTEGER;
  `,
};
