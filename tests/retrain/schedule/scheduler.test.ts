import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { PipelineRun } from '../../../engine/contract/retrain.ts';
import type { Schedule } from '../../../engine/contract/retrain-schedule.ts';
import { Scheduler } from '../../../engine/retrain/schedule/scheduler.ts';
import { RetrainStore } from '../../../engine/retrain/store.ts';
import { Database } from '../../../engine/store/database.ts';
import { fixedClock } from '../../support/fixed.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const minute = 60_000;
const hour = 60 * minute;

/** A scheduler that is told to look, over a store with one pipeline, and a runner that notes what it is asked for. */
function scheduled(schedule: Partial<Schedule> = {}, start = '2026-03-02T00:00:00Z') {
  const database = new Database(join(temporaryFolder(), 'galley.db'));
  onTestFinished(() => database.close());
  database.migrate();
  const store = new RetrainStore(database);
  const clock = fixedClock(Date.parse(start));
  store.save({ id: 'pl_1', name: 'sales', renewal: null }, clock.now());
  store.setSchedule('pl_1', { cron: '0 6 * * *', timezone: 'UTC', missed: 'once', ...schedule }, clock.now());
  const state = { running: false, trusted: true };
  const runs: PipelineRun['trigger'][] = [];
  const runner = {
    isRunning: () => state.running,
    start: (_: unknown, { trigger }: { trigger: PipelineRun['trigger'] }) => {
      runs.push(trigger);
      return {} as never;
    },
  };
  const newScheduler = () => new Scheduler({ context: { clock }, store, runner, trusted: () => state.trusted });
  const scheduler = newScheduler();
  /** Goes on in steps, and looks after each. */
  const pass = (milliseconds: number, step = minute / 2, looks = scheduler) => {
    for (let passed = 0; passed < milliseconds; passed += step) {
      clock.advance(step);
      looks.look();
    }
  };
  return { store, clock, state, runs, scheduler, newScheduler, pass };
}

test('a pipeline runs at each of its times, once', () => {
  const { pass, runs } = scheduled();
  pass(30 * hour);
  expect(runs).toEqual([
    { kind: 'schedule', detail: '0 6 * * * UTC, due 2026-03-02T06:00:00.000Z' },
    { kind: 'schedule', detail: '0 6 * * * UTC, due 2026-03-03T06:00:00.000Z' },
  ]);
});

test.each([
  ['once', ['0 6 * * * UTC, due 2026-03-05T06:00:00.000Z, missed then']],
  ['skip', []],
] as const)('times that passed while the machine slept: %s', (missed, expected) => {
  const { clock, scheduler, pass, runs } = scheduled({ missed });
  clock.advance(3 * 24 * hour + 9 * hour);
  scheduler.look();
  expect(runs.map(({ detail }) => detail)).toEqual(expected);
  pass(24 * hour);
  expect(runs.at(-1)?.detail).toBe('0 6 * * * UTC, due 2026-03-06T06:00:00.000Z');
  expect(runs).toHaveLength(expected.length + 1);
});

test('the next engine knows what was handled, and what was missed', () => {
  const { clock, pass, newScheduler, runs } = scheduled();
  pass(7 * hour);
  newScheduler().look();
  expect(runs).toHaveLength(1);
  clock.advance(24 * hour);
  newScheduler().look();
  expect(runs.map(({ detail }) => detail)).toEqual([
    '0 6 * * * UTC, due 2026-03-02T06:00:00.000Z',
    '0 6 * * * UTC, due 2026-03-03T06:00:00.000Z, missed then',
  ]);
});

test('a sleep of nine hours over the change of the clocks misses the time of the day before, and keeps the next one', () => {
  const { clock, scheduler, pass, runs } = scheduled(
    { cron: '30 2 * * *', timezone: 'Europe/Berlin' },
    '2026-03-28T20:00:00Z',
  );
  clock.advance(9 * hour);
  scheduler.look();
  pass(24 * hour);
  expect(runs.map(({ detail }) => detail)).toEqual([
    '30 2 * * * Europe/Berlin, due 2026-03-29T01:00:00.000Z, missed then',
    '30 2 * * * Europe/Berlin, due 2026-03-30T00:30:00.000Z',
  ]);
});

test('what is due while the pipeline runs waits for its end; of several one runs', () => {
  const { state, pass, runs } = scheduled({ cron: '0 * * * *', missed: 'skip' });
  state.running = true;
  pass(2.5 * hour);
  expect(runs).toEqual([]);
  state.running = false;
  pass(minute / 2);
  expect(runs.map(({ detail }) => detail)).toEqual(['0 * * * * UTC, due 2026-03-02T02:00:00.000Z']);
  pass(hour);
  expect(runs).toHaveLength(2);
});

test('a clock that was far ahead and is set right does not silence the schedule', () => {
  const { clock, scheduler, pass, runs } = scheduled();
  clock.advance(400 * 24 * hour);
  scheduler.look();
  clock.advance(-400 * 24 * hour);
  pass(7 * hour);
  expect(runs.map(({ detail }) => detail)).toEqual([
    '0 6 * * * UTC, due 2027-04-05T06:00:00.000Z, missed then',
    '0 6 * * * UTC, due 2026-03-02T06:00:00.000Z',
  ]);
});

test('in a project that nobody has trusted nothing runs, and no engine stays for it', () => {
  const { state, scheduler, pass, runs } = scheduled();
  state.trusted = false;
  pass(30 * hour);
  expect([runs, scheduler.isNeeded]).toEqual([[], false]);
  state.trusted = true;
  expect(scheduler.isNeeded).toBe(true);
});

test('a schedule that is taken away runs no more', () => {
  const { store, clock, scheduler, pass, runs } = scheduled();
  pass(7 * hour);
  store.setSchedule('pl_1', null, clock.now());
  pass(30 * hour);
  expect([runs.length, scheduler.isNeeded]).toEqual([1, false]);
});

test('a thousand times come and go, each once and on time, and nothing is kept of them', () => {
  const { store, pass, runs } = scheduled({ cron: '*/10 * * * *' });
  pass(1000 * 10 * minute, 10 * minute);
  const due = runs.map(({ detail }) => Date.parse(detail.split('due ')[1] as string));
  expect(due).toHaveLength(1000);
  expect(due.every((time, index) => time - (due[0] as number) === index * 10 * minute)).toBe(true);
  expect(store.list()).toHaveLength(1);
});
