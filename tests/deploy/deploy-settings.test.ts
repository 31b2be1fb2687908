import { expect, test } from 'vitest';
import { changedSettings, defaultSettings, wholeSettings } from '../../engine/contract/deploy-settings.ts';
import { predict } from '../serving/running-server.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { openDeploy, ridersRow } from './open-deploy.ts';

test('a change replaces members, null takes one or a group back, and what is absent stays', () => {
  const settings = { limits: { rows: 10, bodyBytes: 1000 }, batch: { rows: 8 } };
  expect(changedSettings(settings, { limits: { rows: 20 }, cors: { origins: [] } })).toEqual({
    limits: { rows: 20, bodyBytes: 1000 },
    batch: { rows: 8 },
    cors: { origins: [] },
  });
  expect(changedSettings(settings, { limits: { rows: null }, batch: null })).toEqual({ limits: { bodyBytes: 1000 } });
  expect(changedSettings(settings, { batch: { rows: null } })).toEqual({ limits: settings.limits });
  expect(wholeSettings(settings)).toEqual({
    ...defaultSettings,
    limits: { ...defaultSettings.limits, rows: 10, bodyBytes: 1000 },
    batch: { rows: 8, milliseconds: 0 },
  });
});

test('a limit holds at once in the server that runs, and again in the next one', async () => {
  const path = temporaryFolder();
  const { deploy, close } = openDeploy(path);
  const { url } = await deploy.handlers.start({ reference: 'riders@1' });
  const pid = deploy.processId('riders');
  const answer = await deploy.handlers.configure({ deployment: 'riders', settings: { limits: { rows: 1 } } });
  expect(answer).toMatchObject({
    deployment: { name: 'riders', url, status: 'running' },
    settings: { limits: { rows: 1 } },
    effective: { limits: { rows: 1, bodyBytes: defaultSettings.limits.bodyBytes } },
  });
  const two = { rows: [ridersRow(20), ridersRow(21)] };
  expect((await predict(url, two)).body.error.message).toContain('1');
  expect((await predict(url, two)).status).toBe(422);
  await deploy.handlers.configure({ deployment: 'riders', settings: { limits: null } });
  expect((await predict(url, two)).status).toBe(200);
  expect(deploy.processId('riders')).toBe(pid);

  await deploy.handlers.configure({ deployment: 'riders', settings: { limits: { rows: 1 } } });
  await close();
  const again = openDeploy(path);
  const started = await again.deploy.handlers.start({ reference: 'riders@1' });
  expect((await predict(started.url, two)).status).toBe(422);
  expect((await again.deploy.handlers.settings({ deployment: 'riders' })).settings).toEqual({ limits: { rows: 1 } });
});

test('another port starts the server again, there', async () => {
  const { deploy } = openDeploy();
  const { url, port } = await deploy.handlers.start({ reference: 'riders@1' });
  const next = port === 65_535 ? port - 1 : port + 1;
  const { deployment } = await deploy.handlers.configure({ deployment: 'riders', settings: {}, port: next });
  expect(deployment).toMatchObject({ status: 'running', error: null });
  expect(deployment.url).not.toBe(url);
  expect((await predict(deployment.url as string, { row: ridersRow(20) })).status).toBe(200);
  await expect(fetch(url)).rejects.toThrow();
});

test('a port that is taken back starts the server again at a free one', async () => {
  const { deploy } = openDeploy();
  const { port } = await deploy.handlers.start({ reference: 'riders@1' });
  const { deployment } = await deploy.handlers.configure({ deployment: 'riders', settings: {}, port: null });
  expect(deployment).toMatchObject({ status: 'running', error: null, port: expect.any(Number) });
  expect(deployment.port).not.toBe(port);
  expect((await predict(deployment.url as string, { row: ridersRow(20) })).status).toBe(200);
  await deploy.handlers.stop({ deployment: 'riders' });
  const { deployment: off } = await deploy.handlers.configure({ deployment: 'riders', settings: {}, port: null });
  expect(off).toMatchObject({ status: 'stopped', port: null });
});
