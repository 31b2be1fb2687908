import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LoggedRows } from '../../engine/monitor/logged-rows.ts';
import { openDeploy, send } from '../deploy/open-deploy.ts';
import { temporaryFolder } from '../support/temporary.ts';

const table = `event_time,prediction,temperature,rain,holiday,line,day
2025-03-01T10:00:00Z,231,17,1,false,red,2025-03-01
2025-03-01T11:00:00Z,233,18,1,true,red,2025-03-01
`;

test('the rows of an imported table are counted as rows, not as requests', async () => {
  const { context, deploy } = openDeploy();
  const { id, url } = await deploy.handlers.start({ reference: 'riders@1' });
  const everything = { since: null, until: null };
  const summary = async () => {
    const parts = deploy.logParts(id, null, null);
    const rows = await LoggedRows.of(context.duck, parts, (version) => deploy.signature('riders', version), everything);
    return rows.summary();
  };
  const path = join(temporaryFolder(), 'old.csv');
  writeFileSync(path, table);
  const job = await deploy.handlers.importLog({ deployment: 'riders', path });
  await context.jobs.result(job.id);
  expect(await summary()).toMatchObject({ rows: 2, requests: 0, latency: { p50: null, p95: null, p99: null } });
  await send(url, ['one', 'two', 'three']);
  await send(url, ['four']);
  await deploy.collect(id);
  expect(await summary()).toMatchObject({ rows: 6, requests: 2, latency: { p50: expect.any(Number) } });
});
