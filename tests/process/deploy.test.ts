import { expect, test } from 'vitest';
import { parquetTable } from '../../engine/store/duck.ts';
import { openDeploy, ridersRow } from '../deploy/open-deploy.ts';
import { predict } from '../serving/running-server.ts';

const callers = 4;
/** A record is durable at most so long after its answer. */
const durableMilliseconds = 250;

test('a server killed under traffic is back at its address, and its log is whole', async () => {
  const { context, deploy } = openDeploy();
  const { url, id } = await deploy.handlers.start({ reference: 'riders@1' });
  const answeredAt = new Map<string, number>();
  let sending = true;
  const call = async (caller: number) => {
    for (let number = 0; sending; number++) {
      const row = `${caller}-${number}`;
      const answer = await predict(url, { row: ridersRow(20), id: row }).catch(() => null);
      if (answer?.status === 200) answeredAt.set(row, performance.now());
      else await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const traffic = Promise.all(Array.from({ length: callers }, (_, caller) => call(caller)));
  const kills: number[] = [];
  for (let kill = 0; kill < 2; kill++) {
    const before = answeredAt.size;
    await expect.poll(() => answeredAt.size, { timeout: 20_000 }).toBeGreaterThan(before + 300);
    const pid = deploy.processId(id) as number;
    kills.push(performance.now());
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => deploy.processId(id) ?? pid, { timeout: 20_000 }).not.toBe(pid);
    await deploy.collect(id);
  }
  await expect.poll(() => Math.max(...answeredAt.values()), { timeout: 20_000 }).toBeGreaterThan(kills[1] as number);
  sending = false;
  await traffic;
  await deploy.handlers.stop({ deployment: id });

  const paths = deploy.logParts(id, null, null).map(({ path }) => path);
  const rows = await context.duck.rows(`SELECT row_id FROM ${parquetTable(paths)}`);
  const logged = new Set(rows.map(([row]) => String(row)));
  expect(logged.size).toBe(rows.length);
  const mayBeLost = (at: number) => kills.some((kill) => at > kill - durableMilliseconds && at < kill + 100);
  const lost = [...answeredAt].filter(([row, at]) => !logged.has(row) && !mayBeLost(at));
  expect(lost).toEqual([]);
  expect(logged.size).toBeGreaterThan(600);
});
