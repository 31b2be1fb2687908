import { expect, test } from 'vitest';
import { predict, send } from '../serving/running-server.ts';
import { openDeploy, ridersRow } from './open-deploy.ts';

const profileOf = async (url: string) => (await send(url, { method: 'GET', path: '/profile' })).body;

test('a deployment sums up its rows unless it is told not to, and answers the sums unless it is told not to', async () => {
  const { deploy } = openDeploy();
  const { url } = await deploy.handlers.start({ reference: 'riders@1' });
  const configured = async (profile: { enabled?: boolean | null; answered?: boolean | null }) => {
    const { deployment } = await deploy.handlers.configure({ deployment: 'riders', settings: { profile } });
    await predict(deployment.url as string, { row: ridersRow(20) });
    return deployment.url as string;
  };
  expect((await deploy.handlers.settings({ deployment: 'riders' })).effective.profile).toEqual({
    enabled: true,
    answered: true,
  });
  const pid = deploy.processId('riders');
  expect((await profileOf(await configured({ enabled: false }))).error).toMatchObject({
    code: 'serving.no_profile',
    message: 'This server does not sum up its rows.',
  });
  expect(deploy.processId('riders')).not.toBe(pid);
  const silent = await configured({ enabled: null, answered: false });
  expect((await profileOf(silent)).error.message).toContain('told not to answer');
  expect(silent).toBe(url);
  expect((await deploy.handlers.settings({ deployment: 'riders' })).settings).toEqual({ profile: { answered: false } });
});
