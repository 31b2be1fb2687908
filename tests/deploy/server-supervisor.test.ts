import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../engine/base/clock.ts';
import { GalleyError } from '../../engine/base/errors.ts';
import { undividedTraffic } from '../../engine/contract/traffic.ts';
import { ServerSupervisor } from '../../engine/deploy/server-supervisor.ts';
import type { DeploymentSpec } from '../../engine/deploy/store.ts';
import { modelFolder, predict } from '../serving/running-server.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { quickBackOff, ridersRow } from './open-deploy.ts';

const diskFull = () => {
  throw new GalleyError('store.disk_full', 'The disk is full.');
};

/** A supervisor of riders@1 whose three callbacks fail while their name is in `failing`. */
function supervise() {
  const failing = new Set<'spec' | 'changed' | 'ending'>();
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
    live: async () => ({}),
    clock: systemClock,
    backOff: quickBackOff,
  });
  onTestFinished(() => supervisor.close());
  return { supervisor, spec, failing };
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
