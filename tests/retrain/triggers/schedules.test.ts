import { expect, test } from 'vitest';
import type { Schedule } from '../../../engine/contract/retrain-schedule.ts';
import { hour, minute, watchedPipeline } from './watched-pipeline.ts';

const renewal = { model: 'sales', dataset: 'sales', deployment: null, windowDays: null, margin: 0, onAlert: false };

/** A watch over a pipeline that is made of settings. */
async function scheduled(schedule: Partial<Schedule> = {}, start?: string) {
  const watched = await watchedPipeline('', start);
  const { store, clock, watch, pipeline } = watched;
  store.save({ id: 'pl_1', name: 'sales', renewal }, clock.now());
  /** As the call does. */
  const set = async (wish: Partial<Schedule> | null) => {
    store.setSchedule('pl_1', wish && { cron: '0 6 * * *', timezone: 'UTC', missed: 'once', ...wish });
    await watch.note(pipeline());
  };
  await set(schedule);
  const details = () => watched.begun.map(({ trigger }) => trigger.detail);
  return { ...watched, set, details };
}

test('a pipeline of settings runs at each of its times, once', async () => {
  const { pass, begun } = await scheduled();
  await pass(30 * hour, minute);
  expect(begun.map(({ trigger }) => trigger)).toEqual([
    { kind: 'schedule', detail: '0 6 * * * UTC, due 2026-03-02T06:00:00.000Z' },
    { kind: 'schedule', detail: '0 6 * * * UTC, due 2026-03-03T06:00:00.000Z' },
  ]);
});

test.each([
  ['once', ['0 6 * * * UTC, due 2026-03-05T06:00:00.000Z, missed then']],
  ['skip', []],
] as const)('times that passed while the machine slept: %s', async (missed, expected) => {
  const { clock, watch, pass, details } = await scheduled({ missed });
  clock.advance(3 * 24 * hour + 9 * hour);
  await watch.look();
  expect(details()).toEqual(expected);
  await pass(24 * hour, minute);
  expect(details()).toEqual([...expected, '0 6 * * * UTC, due 2026-03-06T06:00:00.000Z']);
});

test('the next engine knows what was handled, and what was missed', async () => {
  const { clock, pass, engine, details } = await scheduled();
  await pass(7 * hour, minute);
  await engine().watch.look();
  expect(details()).toHaveLength(1);
  clock.advance(24 * hour);
  await engine().watch.look();
  expect(details()).toEqual([
    '0 6 * * * UTC, due 2026-03-02T06:00:00.000Z',
    '0 6 * * * UTC, due 2026-03-03T06:00:00.000Z, missed then',
  ]);
});

test('a run that waits may be forgotten; the next time asks again', async () => {
  const { world, pass, engine, pipeline, details, clock, watch } = await scheduled({
    cron: '0 * * * *',
    missed: 'skip',
  });
  await pass(hour, minute);
  world.running = true;
  await pass(hour, minute);
  const { waiting } = engine();
  expect(waiting.cancel(pipeline())).toMatchObject({ trigger: { kind: 'schedule' }, waitsFor: 'running' });
  expect(waiting.of(pipeline())).toBeNull();
  expect(waiting.cancel(pipeline())).toBeNull();
  world.running = false;
  clock.advance(minute);
  await watch.look();
  const before = details().length;
  await pass(hour, minute);
  expect(details()).toHaveLength(before + 1);
});

test('what is due while the pipeline runs waits for its end, also where the engine ends before; of several one runs', async () => {
  const { world, pass, engine, details, clock, watch } = await scheduled({ cron: '0 * * * *', missed: 'skip' });
  await pass(hour, minute);
  world.running = true;
  await pass(2.5 * hour, minute);
  expect(details()).toHaveLength(1);
  world.running = false;
  clock.advance(minute / 2);
  await engine().watch.look();
  expect(details().slice(1)).toEqual(['0 * * * * UTC, due 2026-03-02T03:00:00.000Z, and 1 more before']);
  await pass(hour, minute);
  await watch.look();
  expect(details()).toHaveLength(3);
});

test('a clock that was far ahead and is set right does not silence the schedule', async () => {
  const { clock, watch, pass, details } = await scheduled();
  clock.advance(400 * 24 * hour);
  await watch.look();
  clock.advance(-400 * 24 * hour);
  await pass(7 * hour, minute);
  expect(details()).toEqual([
    '0 6 * * * UTC, due 2027-04-05T06:00:00.000Z, missed then',
    '0 6 * * * UTC, due 2026-03-02T06:00:00.000Z',
  ]);
});

test('a schedule that is taken away runs no more, nor what waits for its sake, and one that comes again begins anew', async () => {
  const { set, world, pass, details, watch, clock } = await scheduled();
  await pass(7 * hour, minute);
  world.running = true;
  await pass(24 * hour, minute);
  await set(null);
  world.running = false;
  expect(watch.isNeeded).toBe(false);
  clock.advance(24 * hour);
  await set({});
  await pass(hour, minute);
  expect(details()).toHaveLength(1);
  expect(watch.isNeeded).toBe(true);
});

test('a pipeline that becomes a file leaves the schedule of its settings behind', async () => {
  const { store, clock, pass, pipeline, watch, details } = await scheduled();
  store.save({ id: 'pl_1', name: 'sales', renewal: { ...renewal, margin: 1 } }, clock.now());
  expect(pipeline().schedule).not.toBeNull();
  store.save({ id: 'pl_1', name: 'sales', renewal: null }, clock.now());
  await pass(30 * hour, minute);
  expect([pipeline().schedule, details(), watch.isNeeded]).toEqual([null, [], false]);
});
