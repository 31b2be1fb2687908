import { expect, test } from 'vitest';
import { DeploymentStore } from '../../../engine/deploy/store.ts';
import { here, ProfileStore, preparedRow } from '../../../engine/monitor/profiles/profile-store.ts';
import { encodeWindow } from '../../../engine/statistics/profile/encode.ts';
import { referenceBins } from '../../../engine/statistics/profile/reference-bins.ts';
import { type PreparedReference, prepareReference } from '../../../engine/statistics/profile/reference-profile.ts';
import { WindowSketch } from '../../../engine/statistics/profile/window-sketch.ts';
import { openEngine } from '../../deploy/open-engine.ts';

const hour = 3_600_000;
const deploymentId = 'dep_1';
const owner = { deploymentId, source: here, instance: '', version: 1 };
const all = { unit: 'hour' as const, from: null, to: null };

function openStore(): ProfileStore {
  const { database } = openEngine();
  new DeploymentStore(database).save({
    ...{ id: deploymentId, name: 'live', model: 'price', follows: null, version: 1, wanted: 'stopped' as const },
    ...{ port: null, logMask: null, settings: {}, createdAt: 0 },
  });
  return new ProfileStore(database);
}

function numbers(): PreparedReference {
  const values = Float64Array.from({ length: 100 }, (_, row) => row);
  const bins = referenceBins({ name: 'x', kind: 'number', values });
  return prepareReference({ format: 1, model: 'price', version: 1, columns: [{ role: 'input', bins }] });
}

/** Hours with one row each. */
function fill(store: ProfileStore, reference: PreparedReference, hours: number): void {
  store.transaction(() => {
    for (let index = 0; index < hours; index++) {
      const window = new WindowSketch(reference, 'hour', index * hour);
      window.add(index * hour + 5, [index % 120], false);
      for (const version of [1, 2]) store.put({ ...owner, version }, preparedRow(window));
    }
  });
}

test('many windows are decoded over many turns of the event loop, each of them once', async () => {
  const store = openStore();
  const reference = numbers();
  fill(store, reference, 200);
  let turns = 0;
  let waiting = setImmediate(function turn() {
    turns++;
    waiting = setImmediate(turn);
  });
  const found: string[] = [];
  for await (const { version, window } of store.windows(deploymentId, all, here, () => reference)) {
    found.push(`${version} ${JSON.stringify(encodeWindow(window))}`);
  }
  clearImmediate(waiting);
  expect(turns).toBeGreaterThan(10);
  const atOnce = [1, 2].flatMap((version) =>
    store
      .windowsOf({ ...owner, version }, all, reference)
      .map((window) => `${version} ${JSON.stringify(encodeWindow(window))}`),
  );
  expect(found).toHaveLength(400);
  expect(found.toSorted()).toEqual(atOnce.toSorted());
  const counted: number[] = [];
  for await (const { start } of store.counted(deploymentId, { ...all, from: hour, to: 3 * hour }, here))
    counted.push(start);
  expect(counted).toEqual([hour, hour, 2 * hour, 2 * hour]);
});

test('windows that change while they are read are told by the revision, and versions with windows are known', () => {
  const store = openStore();
  const { revision } = store;
  fill(store, numbers(), 1);
  expect(store.revision).toBeGreaterThan(revision);
  expect([1, 2, 3].map((version) => store.hasWindowsOf(deploymentId, version))).toEqual([true, true, false]);
  expect(store.rowsByStart(deploymentId, all)).toEqual([{ start: 0, rows: 2 }]);
});

test('the newest minutes of arrival are kept, each once', () => {
  const store = openStore();
  store.addArrivals(deploymentId, [5, 3, 9], 4);
  store.addArrivals(deploymentId, [9, 4], 4);
  expect(store.arrivals(deploymentId)).toEqual([3, 4, 5, 9]);
  store.addArrivals(deploymentId, [12, 1], 4);
  expect(store.arrivals(deploymentId)).toEqual([4, 5, 9, 12]);
  expect(store.arrivals('dep_2')).toEqual([]);
});
