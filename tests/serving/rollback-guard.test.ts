import { expect, test } from 'vitest';
import { resolveConfig } from '../../engine/serving/config.ts';
import { RollbackGuard } from '../../engine/serving/rollback-guard.ts';
import { ServedModel } from '../../engine/serving/served-model.ts';
import { fixedClock } from '../support/fixed.ts';
import { ridersConfig } from './running-server.ts';

/** A clock that stands still until it is moved. */
function handClock() {
  let at = 0;
  return { now: () => at, monotonic: () => at, move: (milliseconds: number) => (at += milliseconds) };
}

test('the share of failed requests is judged once there are enough, over the last ones only', () => {
  const guard = new RollbackGuard({ errorShare: 0.2, requests: 10 }, handClock());
  for (let request = 0; request < 8; request++) expect(guard.request(request < 2, 1)).toBeNull();
  expect(guard.request(false, 1)).toBeNull();
  // Two of ten are not above a fifth; then the two fall out, and two others come.
  expect(guard.request(false, 1)).toBeNull();
  expect(guard.request(true, 1)).toBeNull();
  expect(guard.request(true, 1)).toBeNull();
  expect(guard.request(true, 1)).toBe('30 % of the last 10 requests failed, above 20 %');
});

test('the 95th percentile passes its bound when more than one request in twenty is slower', () => {
  const guard = new RollbackGuard({ p95Milliseconds: 50, requests: 20 }, handClock());
  for (let request = 0; request < 19; request++) expect(guard.request(false, request === 3 ? 51 : 50)).toBeNull();
  expect(guard.request(false, 50)).toBeNull();
  expect(guard.request(false, 50.5)).toBe('the 95th percentile of the last 20 requests is above 50 ms');
});

test('requests that are too old do not count, so few of them are never judged', () => {
  const clock = handClock();
  const guard = new RollbackGuard({ errorShare: 0, requests: 5, minutes: 1 }, clock);
  for (let request = 0; request < 4; request++) guard.request(true, 1);
  clock.move(60_001);
  expect(guard.request(true, 1)).toBeNull();
  for (let request = 0; request < 3; request++) expect(guard.request(false, 1)).toBeNull();
  expect(guard.request(false, 1)).toBe('20 % of the last 5 requests failed, above 0 %');
});

test('the disagreement is the mean over the last rows', () => {
  const guard = new RollbackGuard({ disagreement: 1.5, requests: 5 }, handClock());
  for (const difference of [1, 1, 1, 1]) expect(guard.compared(difference)).toBeNull();
  expect(guard.compared(3)).toBeNull();
  expect(guard.compared(2)).toBe('the disagreement with the active version over the last 5 rows is 1.6, above 1.5');
});

test('a version is watched no longer than its release lasts', async () => {
  const clock = fixedClock();
  const { versions, active, ...config } = ridersConfig();
  const { batch, limits } = resolveConfig(ridersConfig());
  const predictor = {
    model: config.model,
    limits: () => limits,
    log: null,
    sampling: () => 1,
    logMask: () => ({ inputs: [] }),
    clock,
    newId: () => 'id',
  };
  const served = new ServedModel({
    model: config.model,
    versions,
    loading: { batch: () => batch, observe: () => {} },
    predictor,
    breached: () => {},
  });
  const traffic = { canary: null, shadow: null, bounds: { errorShare: 0, minutes: 1 } };
  await served.activate({ version: active });
  await served.activate({ version: 2, traffic });
  const released = served.active;
  expect(released?.isWatched).toBe(true);
  clock.advance(60_001);
  expect(released?.isWatched).toBe(false);
  await served.activate({ version: 1 });
  const other = served.active;
  expect(other?.isWatched).toBe(true);
  await served.activate({ version: 2, traffic: { ...traffic, shadow: 1 } });
  expect(other?.isWatched).toBe(false);
});

test('what has no bound is never judged', () => {
  const guard = new RollbackGuard({ requests: 5 }, handClock());
  for (let request = 0; request < 10; request++) {
    expect(guard.request(true, 1e6)).toBeNull();
    expect(guard.compared(1e6)).toBeNull();
  }
});
