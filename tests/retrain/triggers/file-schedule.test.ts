import { expect, test } from 'vitest';
import { withSchedule } from '../../../engine/retrain/triggers/file-schedule.ts';

const weekly = { cron: '0 6 * * 1', timezone: 'Europe/Berlin', missed: 'once' } as const;
const head = '# Prices\nformat: 1\npipeline: p\n';
const steps = 'steps:\n  - { name: a, kind: fetch, dataset: x } # all rows\n';

test('a schedule is added before the steps, changed and taken away; comments and other triggers stay', () => {
  const added = withSchedule(head + steps, 'pipelines/p.yaml', weekly);
  expect(added).toBe(
    `${head}triggers:\n  - on: schedule\n    cron: 0 6 * * 1\n    timezone: Europe/Berlin\n    missed: once\n${steps}`,
  );
  expect(withSchedule(added, 'pipelines/p.yaml', null)).toBe(head + steps);
  const both = `${head}triggers:\n  - { on: data, dataset: x } # at once\n  - { on: schedule, cron: "@daily", timezone: UTC, parameters: { rows: 1 } } # at night\n${steps}`;
  const changed = withSchedule(both, 'pipelines/p.yaml', weekly);
  expect(changed).toContain('- { on: data, dataset: x } # at once');
  expect(changed).toMatch(
    /cron: "?0 6 \* \* 1"?, timezone: Europe\/Berlin, parameters: \{ rows: 1 \}, missed: once \} # at night/,
  );
  expect(withSchedule(changed, 'pipelines/p.yaml', null)).toBe(
    `${head}triggers:\n  - { on: data, dataset: x } # at once\n${steps}`,
  );
});

test('of two schedules it is not clear which one is meant', () => {
  const two = `${head}triggers:\n  - { on: schedule, cron: "@daily", timezone: UTC }\n  - { on: schedule, cron: "@weekly", timezone: UTC }\n${steps}`;
  expect(() => withSchedule(two, 'pipelines/p.yaml', weekly)).toThrow(
    expect.objectContaining({ code: 'retrain.several_schedules' }),
  );
});
