import { expect, test } from 'vitest';
import { dayMilliseconds } from '../../../engine/base/clock.ts';
import { seededRandom } from '../../../engine/base/random.ts';
import { mergeSamples, noSample, type Sample } from '../../../engine/monitor/system/sample.ts';
import { SampleStore } from '../../../engine/monitor/system/sample-store.ts';
import { objectiveOf, systemOf, systemRange } from '../../../engine/monitor/system/system-report.ts';
import { latencyBin } from '../../../engine/statistics/latency-histogram.ts';
import { openEngine } from '../../deploy/open-engine.ts';

const minute = 60_000;
const hour = 60 * minute;
const now = Date.UTC(2026, 5, 15, 12);
const id = 'dep_1';

function openStore(): SampleStore {
  const { database } = openEngine();
  database.run(
    `INSERT INTO deployments (id, name, model, version, wanted, settings, created_at) VALUES (?, 'live', 'live', 1, 'running', '{}', 0)`,
    id,
  );
  return new SampleStore(database);
}

function sample(changes: Partial<Sample>): Sample {
  return { ...noSample, reasons: {}, upSeconds: 60, memoryBytes: 1000, ...changes };
}

/** A minute of so many requests of so many milliseconds. */
function minuteOf(at: number, requests: number, milliseconds: number, changes: Partial<Sample> = {}) {
  return { at, sample: sample({ requests, latencies: [latencyBin(milliseconds), requests], ...changes }) };
}

const range = (since: number, window: 'minute' | 'ten_minutes' | 'hour' | 'day', until = now) => ({
  since,
  until,
  window,
});

test('what a server says of a minute again replaces what it said; two servers of one minute add up', () => {
  const store = openStore();
  const at = now - 10 * minute;
  store.keepMinutes(id, 1, [minuteOf(at, 10, 5)]);
  store.keepMinutes(id, 1, [minuteOf(at, 15, 5, { failed: 1 })]);
  store.keepMinutes(id, 2, [minuteOf(at, 5, 80)]);
  store.addMinutes(id, [{ at, sample: { ...noSample, readySeconds: 20, wantedSeconds: 30 } }]);
  store.addMinutes(id, [{ at, sample: { ...noSample, readySeconds: 20, wantedSeconds: 30 } }]);
  const { windows, whole } = systemOf(store, id, range(now - hour, 'minute'), now);
  expect(windows).toHaveLength(1);
  expect(windows[0]).toMatchObject({ requests: 20, failed: 1, readySeconds: 40, wantedSeconds: 60 });
  expect(windows[0]).toEqual(whole);
  expect(windows[0]?.p50).toBeCloseTo(5, 0);
  expect((windows[0]?.p95 as number) / 80).toBeCloseTo(1, 1);
});

test('time of which nothing is known is a gap, not a window of zeros', () => {
  const store = openStore();
  store.keepMinutes(id, 1, [
    minuteOf(now - 3 * hour, 10, 5),
    { at: now - hour, sample: sample({}) },
    minuteOf(now - minute, 10, 5),
  ]);
  const { windows } = systemOf(store, id, range(now - dayMilliseconds, 'hour'), now);
  expect(windows.map(({ from, requests, p50 }) => [from.slice(11, 16), requests, p50 === null])).toEqual([
    ['09:00', 10, false],
    ['11:00', 10, false],
  ]);
  const minutes = systemOf(store, id, range(now - dayMilliseconds, 'minute'), now).windows;
  expect(minutes.map(({ requests, p95 }) => [requests, p95 === null])).toEqual([
    [10, false],
    [0, true],
    [10, false],
  ]);
});

test('old minutes become hours and old hours days: no request is lost or counted twice, and quantiles stay', () => {
  const store = openStore();
  const random = seededRandom(3);
  const first = now - 120 * dayMilliseconds;
  const all: { at: number; sample: Sample }[] = [];
  for (let at = first; at < now; at += 7 * hour + 13 * minute) {
    all.push(minuteOf(at, 1 + Math.floor(random() * 50), 1 + 300 * random(), { reasons: { broken: 1 } }));
  }
  // As the engine does it: minute by minute, with sums in between.
  for (const each of all) {
    store.keepMinutes(id, 1, [each]);
    store.rollUp(each.at);
  }
  store.rollUp(now);
  store.rollUp(now);
  const kept = store.samples(id, first - dayMilliseconds, now);
  expect(mergeSamples(kept.map((placed) => placed.sample))).toEqual(mergeSamples(all.map((placed) => placed.sample)));
  expect(new Set(kept.map(({ span }) => span))).toEqual(new Set(['minute', 'hour', 'day']));
  const { windows } = systemOf(store, id, range(first - dayMilliseconds, 'minute'), now);
  const requests = windows.reduce((sum, window) => sum + window.requests, 0);
  expect(requests).toBe(all.reduce((sum, placed) => sum + placed.sample.requests, 0));
  const lengths = new Set(windows.map(({ from, to }) => Date.parse(to) - Date.parse(from)));
  expect(lengths).toEqual(new Set([minute, hour, dayMilliseconds]));
});

test('a server that tells of minutes that are in hours already is not counted twice', () => {
  const store = openStore();
  const old = minuteOf(now - 5 * dayMilliseconds, 10, 5);
  store.keepMinutes(id, 1, [old]);
  store.rollUp(now);
  store.keepMinutes(id, 1, [old]);
  expect(store.totals(id, 0, now).requests).toBe(10);
});

test('what is older than all spans are kept is removed', () => {
  const store = openStore();
  store.keepMinutes(id, 1, [minuteOf(now - 1200 * dayMilliseconds, 10, 5), minuteOf(now - minute, 3, 5)]);
  store.rollUp(now);
  expect(store.totals(id, 0, now).requests).toBe(3);
});

test('an objective is reached by the lesser of requests and time; its budget is what may still fail', () => {
  const store = openStore();
  expect(objectiveOf(store, id, now)).toEqual({
    availability: 0.995,
    days: 30,
    answered: null,
    ready: null,
    achieved: null,
    budgetLeft: null,
  });
  store.keepMinutes(id, 1, [minuteOf(now - dayMilliseconds, 1000, 5, { failed: 2, refused: 300 })]);
  store.addMinutes(id, [
    { at: now - dayMilliseconds, sample: { ...noSample, readySeconds: 9990, wantedSeconds: 10_000 } },
  ]);
  const reached = objectiveOf(store, id, now);
  expect(reached).toMatchObject({ answered: 0.998, ready: 0.999, achieved: 0.998 });
  expect(reached.budgetLeft).toBeCloseTo(0.6, 10);
  store.setObjective(id, { availability: 0.999, days: 7 });
  expect(objectiveOf(store, id, now).budgetLeft).toBeCloseTo(-1, 10);
  expect(objectiveOf(store, id, now + 8 * dayMilliseconds).achieved).toBeNull();
});

test('a range is the last day where none is given, in windows that can be read', () => {
  expect(systemRange(now, {})).toEqual(range(now - dayMilliseconds, 'ten_minutes'));
  expect(systemRange(now, { since: now - hour }).window).toBe('minute');
  expect(systemRange(now, { since: now - 10 * dayMilliseconds }).window).toBe('hour');
  expect(systemRange(now, { since: now - 90 * dayMilliseconds }).window).toBe('day');
});
