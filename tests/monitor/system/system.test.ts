import { expect, test } from 'vitest';
import { createSystemWatch } from '../../../engine/monitor/system/system.ts';
import { openDeploy, ridersRow } from '../../deploy/open-deploy.ts';
import { predict } from '../../serving/running-server.ts';
import { temporaryFolder } from '../../support/temporary.ts';

function openSystem(path?: string) {
  const opened = openDeploy(path);
  const { context, deploy } = opened;
  return { ...opened, ...createSystemWatch(context, deploy) };
}

async function load(url: string, count: number, rows: number): Promise<number[]> {
  const body = { rows: Array.from({ length: rows }, (_, index) => ridersRow(index % 30)) };
  const answers = await Promise.all(Array.from({ length: count }, () => predict(url, body)));
  return answers.map(({ status }) => status);
}

test('a server under load: requests, failures and refusals by reason, latencies, and what it takes of the machine', async () => {
  const { deploy, handlers } = openSystem();
  const { url } = await deploy.handlers.start({ reference: 'riders@1' });
  await deploy.handlers.configure({ deployment: 'riders', settings: { limits: { waitingRows: 1 } } });
  const statuses = await load(url, 40, 400);
  const refused = await Promise.all([
    predict(url, { row: { ...ridersRow(1), snow: 3 } }),
    predict(url, { row: { ...ridersRow(1), snow: 3 } }),
    predict(url, { row: { ...ridersRow(1), rain: 'much' } }),
  ]);
  expect(refused.map(({ status }) => status)).toEqual([422, 422, 422]);
  const failed = statuses.filter((status) => status === 503).length;
  expect(failed).toBeGreaterThan(0);
  expect(failed).toBeLessThan(40);

  const { now, whole, windows, reasons, objective, state, sampledAt } = await handlers.system({ deployment: 'riders' });
  expect(state).toBe('running');
  expect(whole).toMatchObject({ requests: 43, failed, refused: 3, rows: (40 - failed) * 400 });
  expect(now).toEqual(whole);
  expect(windows.reduce((sum, { requests }) => sum + requests, 0)).toBe(43);
  expect(whole?.p50).toBeGreaterThan(0);
  expect(whole?.p99).toBeGreaterThanOrEqual(whole?.p50 as number);
  expect(whole?.memoryBytes).toBeGreaterThan(20_000_000);
  expect(whole?.waitingRows).toBeGreaterThanOrEqual(400);
  expect(whole?.saturation).toBe(1);
  expect(whole?.readySeconds).toBeGreaterThan(0);
  expect(sampledAt).not.toBeNull();
  expect(reasons.map(({ code, fault, field, requests }) => [code, fault, field, requests])).toEqual(
    expect.arrayContaining([
      ['serving.overloaded', null, null, failed],
      ['serving.invalid_rows', 'unknown_field', 'snow', 2],
      ['serving.invalid_rows', 'wrong_type', 'rain', 1],
    ]),
  );
  expect(objective.answered).toBeCloseTo(1 - failed / 43, 12);
  expect(objective.budgetLeft).toBeLessThan(0);
});

test('a server that is killed is missed until it is ready again, and what it had counted stays', async () => {
  const { deploy, handlers } = openSystem();
  const { url, id } = await deploy.handlers.start({ reference: 'riders@1' });
  await load(url, 5, 1);
  const before = await handlers.system({ deployment: 'riders' });
  expect(before.objective.ready).toBe(1);
  const pid = deploy.processId(id) as number;
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => deploy.processId(id) ?? pid).not.toBe(pid);
  await load(url, 3, 1);
  const { whole, objective } = await handlers.system({ deployment: 'riders' });
  expect(whole).toMatchObject({ requests: 8, failed: 0 });
  expect(objective.ready).toBeLessThan(1);
  expect(objective.achieved).toBe(objective.ready);
  expect(whole?.wantedSeconds).toBeGreaterThan(whole?.readySeconds as number);
});

test('what was sampled is there after the engine has started again; its absence is no downtime', async () => {
  const path = temporaryFolder();
  const first = openSystem(path);
  const { url } = await first.deploy.handlers.start({ reference: 'riders@1' });
  await load(url, 7, 2);
  // The engine ends without having asked: the server tells it as it is ended.
  await first.sampler.stop();
  await first.close();
  const second = openSystem(path);
  const { whole, objective, state } = await second.handlers.system({ deployment: 'riders' });
  expect(state).toBe('stopped');
  expect(whole).toMatchObject({ requests: 7, rows: 14 });
  expect(objective).toMatchObject({ answered: 1, ready: 1, achieved: 1, budgetLeft: 1 });
});

test('an objective is set in part, and a range that ends before it begins is refused', async () => {
  const { deploy, handlers } = openSystem();
  await deploy.handlers.start({ reference: 'riders@1' });
  expect(await handlers.objective({ deployment: 'riders' })).toEqual({ objective: { availability: 0.995, days: 30 } });
  await handlers.objective({ deployment: 'riders', availability: 0.99 });
  expect(await handlers.objective({ deployment: 'riders', days: 7 })).toEqual({
    objective: { availability: 0.99, days: 7 },
  });
  const since = '2026-01-02T00:00:00Z';
  await expect(handlers.system({ deployment: 'riders', since, until: '2026-01-01T00:00:00Z' })).rejects.toMatchObject({
    code: 'monitor.invalid_range',
  });
});
