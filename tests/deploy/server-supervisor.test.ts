import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../engine/base/clock.ts';
import { GalleyError } from '../../engine/base/errors.ts';
import { undividedTraffic } from '../../engine/contract/traffic.ts';
import { type BackOff, ServerSupervisor } from '../../engine/deploy/server-supervisor.ts';
import type { DeploymentSpec } from '../../engine/deploy/store.ts';
import { modelFolder, predict } from '../serving/running-server.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { quickBackOff, ridersRow } from './open-deploy.ts';

const diskFull = () => {
  throw new GalleyError('store.disk_full', 'The disk is full.');
};

/** A supervisor of riders@1 whose callbacks fail while their name is in `failing`. */
function supervise(backOff: BackOff = quickBackOff) {
  const failing = new Set<'spec' | 'changed' | 'ending' | 'live'>();
  const tried = { starts: 0 };
  const spec: DeploymentSpec = {
    id: 'dep_1',
    name: 'riders',
    model: 'riders',
    follows: null,
    version: 1,
    wanted: 'running',
    port: null,
    logMask: null,
    settings: {},
    createdAt: 0,
  };
  const supervisor = new ServerSupervisor({
    spec: () => (failing.has('spec') ? diskFull() : spec),
    changed: () => failing.has('changed') && diskFull(),
    ending: () => failing.has('ending') && diskFull(),
    traffic: () => undividedTraffic,
    breached: () => {},
    served: async () => ({ version: 1, folder: modelFolder('riders-1') }),
    logFolder: temporaryFolder(),
    serverLog: () => {},
    live: async () => {
      tried.starts++;
      return failing.has('live') ? diskFull() : {};
    },
    clock: systemClock,
    backOff,
  });
  onTestFinished(() => supervisor.close());
  return { supervisor, spec, failing, tried };
}

test('a deployment whose wish cannot be read is tried again, and starts once it can', async () => {
  const { supervisor, failing } = supervise();
  failing.add('spec');
  await supervisor.restart();
  expect(supervisor.state).toMatchObject({ status: 'starting', error: { code: 'store.disk_full' } });
  failing.clear();
  await expect.poll(() => supervisor.state, { timeout: 10_000 }).toMatchObject({ status: 'running', error: null });
  failing.add('spec');
  await supervisor.reconcile();
  expect(supervisor.state).toMatchObject({ status: 'running', error: { code: 'store.disk_full' } });
});

test('a server whose start cannot be written down answers, says why, and heals at the next try', async () => {
  const { supervisor, spec, failing } = supervise();
  failing.add('changed');
  await supervisor.restart();
  expect(supervisor.state).toMatchObject({ status: 'running', error: { code: 'store.disk_full' } });
  expect((await predict(supervisor.state.url as string, { row: ridersRow(20) })).body.prediction).toBe(137);
  failing.clear();
  await supervisor.restart();
  expect(supervisor.state).toMatchObject({ status: 'running', error: null });
  failing.add('ending');
  spec.wanted = 'stopped';
  await supervisor.reconcile();
  expect(supervisor.state).toMatchObject({ status: 'stopped', url: null, error: { code: 'store.disk_full' } });
  expect(supervisor.client).toBeNull();
});

/** No second try comes by itself. */
const patientBackOff = { ...quickBackOff, firstMilliseconds: 600_000, longestMilliseconds: 600_000 };

test('a step that is taken while a try is waited for uses none up, whatever asks for it', async () => {
  const { supervisor, failing, tried } = supervise(patientBackOff);
  failing.add('live');
  await supervisor.restart();
  for (let step = 0; step < 2 * patientBackOff.tries; step++) await supervisor.reconcile();
  expect(tried.starts).toBe(1);
  failing.add('spec');
  await supervisor.reconcile();
  failing.delete('spec');
  expect(supervisor.state).toMatchObject({ status: 'starting', error: { code: 'store.disk_full' } });
  await supervisor.restart();
  expect(tried.starts).toBe(2);
});

test('what is wanted otherwise while a try is waited for is tried at once, with all its tries', async () => {
  const { supervisor, spec, failing, tried } = supervise({ ...patientBackOff, tries: 1 });
  failing.add('live');
  await supervisor.restart();
  spec.settings = { limits: { rows: 10 } };
  await supervisor.reconcile();
  expect([tried.starts, supervisor.state.status]).toEqual([2, 'starting']);
  failing.clear();
  spec.follows = 'champion';
  await supervisor.reconcile();
  expect(supervisor.state).toMatchObject({ status: 'running', error: null });
});

test('an engine that starts no servers starts none again either', async () => {
  const { supervisor, tried } = supervise();
  await supervisor.startAgain();
  expect([tried.starts, supervisor.state.status]).toEqual([0, 'stopped']);
});
