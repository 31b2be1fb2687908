import { expect, test } from 'vitest';
import { Uptime } from '../../../engine/monitor/system/uptime.ts';
import { fixedClock } from '../../support/fixed.ts';

const start = Date.UTC(2025, 0, 1);

function watched() {
  const clock = fixedClock(start);
  return { clock, uptime: new Uptime(clock, 180_000) };
}

test('time counts from the first readiness on, split at the minutes of the clock', () => {
  const { clock, uptime } = watched();
  uptime.changed('dep', 'starting');
  clock.advance(50_000);
  uptime.changed('dep', 'running');
  clock.advance(30_000);
  expect(uptime.take('dep')).toEqual([
    { at: start, readySeconds: 10, wantedSeconds: 10 },
    { at: start + 60_000, readySeconds: 20, wantedSeconds: 20 },
  ]);
  expect(uptime.take('dep')).toEqual([]);
});

test('a server that died should have been ready until it is so again, also where it has failed', () => {
  const { clock, uptime } = watched();
  uptime.changed('dep', 'running');
  clock.advance(10_000);
  uptime.changed('dep', 'starting');
  clock.advance(5000);
  uptime.changed('dep', 'failed');
  clock.advance(5000);
  uptime.changed('dep', 'running');
  clock.advance(10_000);
  expect(uptime.take('dep')).toEqual([{ at: start, readySeconds: 20, wantedSeconds: 30 }]);
});

test('a server that is ended on purpose is not missed, and what was before is still taken', () => {
  const { clock, uptime } = watched();
  uptime.changed('dep', 'running');
  clock.advance(10_000);
  uptime.changed('dep', 'stopped');
  clock.advance(10_000);
  expect(uptime.take('dep')).toEqual([{ at: start, readySeconds: 10, wantedSeconds: 10 }]);
  uptime.changed('dep', 'starting');
  clock.advance(10_000);
  expect(uptime.take('dep')).toEqual([]);
});

test('time in which nobody looked is a gap', () => {
  const { clock, uptime } = watched();
  uptime.changed('dep', 'running');
  clock.advance(60_000);
  expect(uptime.take('dep')).toHaveLength(1);
  clock.advance(180_001);
  expect(uptime.take('dep')).toEqual([]);
  clock.advance(60_000);
  expect(uptime.take('dep').map(({ readySeconds }) => readySeconds)).toEqual([expect.closeTo(59.999, 3), 0.001]);
});

test('a clock that jumps back takes no time away', () => {
  let wall = start + 3_600_000;
  let monotonic = 0;
  const uptime = new Uptime({ now: () => wall, monotonic: () => monotonic }, 180_000);
  uptime.changed('dep', 'running');
  wall -= 1_800_000;
  monotonic += 20_000;
  const minutes = uptime.take('dep');
  expect(minutes.reduce((sum, { readySeconds }) => sum + readySeconds, 0)).toBe(20);
});
