import { beforeEach, expect, test, vi } from 'vitest';
import { watchDeployments } from '../../engine/monitor/watch.ts';

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

/** A deployment of which a test says how much it has answered. */
function watched() {
  const state = {
    rows: 10,
    lastReceivedAt: 0,
    revision: 0,
    failing: '',
    movesOn: false,
    ids: ['dep_1'],
    version: 1,
    rules: '',
  };
  const checked: string[] = [];
  const spec = {
    id: 'dep_1',
    name: 'live',
    model: 'live',
    follows: null,
    version: 1,
    port: null,
    logMask: null,
    settings: {},
    createdAt: 0,
  };
  const deploy = {
    list: () => state.ids.map((id) => ({ ...spec, id, version: state.version, wanted: 'running' as const })),
    collect: async () => {},
    logParts: () => [
      {
        version: 1,
        path: '',
        rows: state.rows,
        firstEventTime: 0,
        lastEventTime: 0,
        lastReceivedAt: state.lastReceivedAt,
        bytes: 0,
        isShadow: false,
      },
    ],
  };
  const labels = {
    get revision() {
      return state.revision;
    },
  };
  const check = async (id: string) => {
    checked.push(id);
    if (state.failing === id) throw new Error('it cannot be checked');
  };
  const watch = watchDeployments(
    deploy,
    labels,
    { check, movesOn: async () => state.movesOn, rulesOf: () => state.rules },
    1000,
  );
  return { state, checked, watch };
}

test('a deployment is checked when it got rows or labels since the last look', async () => {
  const { state, checked, watch } = watched();
  watch.start();
  await vi.advanceTimersByTimeAsync(999);
  expect(checked).toEqual([]);
  await vi.advanceTimersByTimeAsync(2001);
  expect(checked).toEqual(['dep_1']);
  state.rows++;
  await vi.advanceTimersByTimeAsync(1000);
  state.revision++;
  await vi.advanceTimersByTimeAsync(1000);
  expect(checked).toHaveLength(3);
  await watch.stop();
  state.rows++;
  await vi.advanceTimersByTimeAsync(5000);
  expect(checked).toHaveLength(3);
});

test('a deployment is checked when its rules changed or another version answers', async () => {
  const { state, checked, watch } = watched();
  watch.start();
  await vi.advanceTimersByTimeAsync(1000);
  state.rules = 'other';
  await vi.advanceTimersByTimeAsync(2000);
  expect(checked).toHaveLength(2);
  state.version++;
  await vi.advanceTimersByTimeAsync(2000);
  expect(checked).toHaveLength(3);
  await watch.stop();
});

test('a deployment is checked where as many rows came as were removed', async () => {
  const { state, checked, watch } = watched();
  watch.start();
  await vi.advanceTimersByTimeAsync(1000);
  state.lastReceivedAt++;
  await vi.advanceTimersByTimeAsync(2000);
  expect(checked).toHaveLength(2);
  await watch.stop();
});

test('a check that fails is said, and the next look tries again', async () => {
  const errors = vi.spyOn(console, 'error').mockImplementation(() => {});
  const { checked, watch, state } = watched();
  state.failing = 'dep_1';
  watch.start();
  await vi.advanceTimersByTimeAsync(2000);
  expect(checked).toHaveLength(2);
  expect(errors).toHaveBeenCalledTimes(2);
  errors.mockRestore();
  await watch.stop();
});

test('a deployment that cannot be checked keeps no other from being checked', async () => {
  const errors = vi.spyOn(console, 'error').mockImplementation(() => {});
  const { checked, watch, state } = watched();
  state.ids = ['dep_1', 'dep_2'];
  state.failing = 'dep_1';
  watch.start();
  await vi.advanceTimersByTimeAsync(2000);
  expect(checked).toEqual(['dep_1', 'dep_2', 'dep_1']);
  errors.mockRestore();
  await watch.stop();
});
