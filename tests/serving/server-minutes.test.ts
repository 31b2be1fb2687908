import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { invalidRows } from '../../engine/serving/checked-rows.ts';
import { RowFaults, refusalReason } from '../../engine/serving/row-faults.ts';
import { ServerMinutes } from '../../engine/serving/server-minutes.ts';
import { addLatencyPairs, latencyBins } from '../../engine/statistics/latency-histogram.ts';
import { fixedClock } from '../support/fixed.ts';

function watched() {
  const clock = fixedClock();
  const room = { rows: 0, limit: 100 };
  const vitals = { cpuSeconds: 5, memoryBytes: 1000, loopBusy: 0 };
  const minutes = new ServerMinutes(
    clock,
    () => room,
    () => vitals,
  );
  return { clock, room, vitals, minutes };
}

const ok = { status: 200, milliseconds: 4, rows: 2, reason: null };
const overloaded = { status: 503, milliseconds: 1, rows: 0, reason: 'serving.overloaded' };
const unfit = { status: 422, milliseconds: 1, rows: 0, reason: 'serving.invalid_rows unknown_field rain' };

test('answers, failures and refusals stand apart, with their reasons; latencies are of answers alone', () => {
  const { minutes } = watched();
  for (const answer of [ok, ok, ok, overloaded, unfit, unfit]) minutes.answered(answer);
  const [minute] = minutes.list();
  expect(minute).toMatchObject({
    at: '2025-01-01T00:00:00.000Z',
    requests: 6,
    rows: 6,
    failed: 1,
    refused: 2,
    reasons: { 'serving.overloaded': 1, 'serving.invalid_rows unknown_field rain': 2 },
  });
  const counts = new Float64Array(latencyBins);
  addLatencyPairs(counts, minute?.latencies ?? []);
  expect(counts.reduce((sum, count) => sum + count)).toBe(3);
});

test('time, processors and memory are of the minutes in which the server looked', () => {
  const { clock, room, vitals, minutes } = watched();
  clock.advance(30_000);
  vitals.cpuSeconds += 6;
  vitals.memoryBytes = 5000;
  minutes.look();
  vitals.memoryBytes = 2000;
  room.rows = 50;
  minutes.answered(ok);
  room.rows = 0;
  clock.advance(30_000);
  vitals.cpuSeconds += 3;
  const list = minutes.list();
  expect(list).toHaveLength(2);
  expect(list[0]).toMatchObject({ upSeconds: 30, cpuSeconds: 6, memoryBytes: 5000, waitingRows: 50, saturation: 0.5 });
  expect(list[1]).toMatchObject({ upSeconds: 30, cpuSeconds: 3, memoryBytes: 2000, waitingRows: 0 });
  expect(list[1]?.saturation).toBeCloseTo(0.1 / availableParallelism(), 12);
});

test('a minute that is an hour old makes room for a new one', () => {
  const { clock, minutes } = watched();
  minutes.answered(ok);
  clock.advance(3_600_000);
  minutes.answered(overloaded);
  const requests = minutes.list().map(({ at, requests }) => [at, requests]);
  expect(requests).toEqual([['2025-01-01T01:00:00.000Z', 1]]);
});

test('very many reasons of one minute are counted as others', () => {
  const { minutes } = watched();
  for (let field = 0; field < 50; field++) minutes.answered({ ...unfit, reason: `serving.invalid_rows ${field}` });
  const { reasons = {} } = minutes.list()[0] ?? {};
  expect(Object.keys(reasons)).toHaveLength(21);
  expect(reasons.other).toBe(30);
});

test('the reason of rows that do not fit names the first fault and its field', () => {
  const faults = new RowFaults();
  faults.add(3, () => ({ field: 'snow depth', code: 'unknown_field', message: '' }));
  faults.add(4, () => ({ field: 'rain', code: 'missing', message: '' }));
  expect(refusalReason(invalidRows(faults))).toBe('serving.invalid_rows unknown_field snow depth');
  expect(refusalReason(new Error('broken'))).toBe('internal.bug');
});
