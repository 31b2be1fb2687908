import { expect, onTestFinished, test } from 'vitest';
import { ServingClient } from '../../engine/serving/serving-client.ts';
import { openDeploy } from '../deploy/open-deploy.ts';
import { predict, ridersConfig, ridersRow } from '../serving/running-server.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** Of load with a swap each second; `GALLEY_SWAP_SECONDS=60` for the figure in docs/prediction-server.md. */
const seconds = Number(process.env.GALLEY_SWAP_SECONDS ?? 4);
const callers = 8;
const expected: Record<number, number> = { 1: 137, 2: 177 };

test(`no request fails in ${seconds} s under load with a swap each second`, {
  timeout: (seconds + 60) * 1000,
}, async () => {
  const client = await ServingClient.start(ridersConfig({ logFolder: temporaryFolder() }));
  onTestFinished(() => client.stop());
  const { url } = client.ready;
  let sending = true;
  const answered = new Map<number, number>();
  const call = async () => {
    while (sending) {
      const { status, body } = await predict(url, { row: ridersRow });
      if (status !== 200 || body.prediction !== expected[body.version]) throw new Error(JSON.stringify(body));
      answered.set(body.version, (answered.get(body.version) ?? 0) + 1);
    }
  };
  const load = Promise.all(Array.from({ length: callers }, call));
  for (let second = 0; second < seconds; second++) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const version = second % 2 === 0 ? 2 : 1;
    await client.activate({ version });
    expect((await predict(url, { row: ridersRow })).body.version).toBe(version);
  }
  sending = false;
  await load;
  expect([...answered.keys()].sort()).toEqual([1, 2]);
  const status = await client.status();
  expect(status).toMatchObject({ errors: 0, log: { lostRows: 0 } });
  expect(status.models[0]?.versions.map(({ state }) => state)).toEqual(['ready']);
  console.log(`${status.requests} requests, ${seconds} swaps, ${status.errors} failures`);
});

test('a server that is killed under load answers again within 2 s, or where even a start takes long in a few times that', async () => {
  const { deploy } = openDeploy(undefined, {});
  const began = performance.now();
  const { url, id } = await deploy.handlers.start({ reference: 'riders@1' });
  const startMilliseconds = performance.now() - began;
  const ask = () =>
    predict(url, { row: ridersRow }).then(
      ({ status }) => status === 200,
      () => false,
    );
  let sending = true;
  const load = Promise.all(
    Array.from({ length: callers }, async () => {
      while (sending) if (!(await ask())) await new Promise((resolve) => setTimeout(resolve, 20));
    }),
  );
  await ask();
  const killed = performance.now();
  process.kill(deploy.processId(id) as number, 'SIGKILL');
  await expect.poll(ask, { interval: 5 }).toBe(false);
  await expect.poll(ask, { interval: 10 }).toBe(true);
  const awayMilliseconds = performance.now() - killed;
  console.log(`away for ${awayMilliseconds.toFixed(0)} ms; a start takes ${startMilliseconds.toFixed(0)} ms`);
  expect(awayMilliseconds).toBeLessThan(Math.max(2000, 4 * startMilliseconds));
  sending = false;
  await load;
});
