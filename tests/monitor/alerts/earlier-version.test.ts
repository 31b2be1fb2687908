import { afterAll, beforeAll, expect, test } from 'vitest';
import { calls } from '../../../engine/contract/index.ts';
import type { Signature } from '../../../engine/contract/values.ts';
import { predict } from '../../serving/running-server.ts';
import { deploySample, rowOf, type SharedApp, sharedApp } from '../deployed-sample.ts';
import { dateOf, daysOf, ridershipFile, ridershipTraining, ridersOf } from '../ridership-days.ts';

const name = 'ridership';
const deployment = { deployment: name };

let engine: SharedApp;
let server: { url: string; signature: Signature };

/** Has a year answered, and says what came true. */
async function answered(year: number): Promise<void> {
  const days = daysOf(year);
  const ids = days.map(dateOf);
  const rows = days.map((day) => rowOf(day, server.signature));
  const { status } = await predict(server.url, { rows, ids, event_times: ids });
  expect(status).toBe(200);
  const labels = days.map((day) => ({ id: dateOf(day), label: ridersOf(day) }));
  await engine.call(calls.monitor.addLabels, { ...deployment, labels });
}

afterAll(() => engine.close());

beforeAll(async () => {
  engine = await sharedApp();
  const files = [2001, 2002, 2003].map(ridershipFile);
  server = await deploySample(engine, name, files, ridershipTraining);
}, 240_000);

test('how well the version before answered raises nothing against the one that answers now, whose own answers do', async () => {
  const check = () => engine.call(calls.monitor.check, deployment);
  await engine.call(calls.monitor.limits, { ...deployment, bound: 0.999 });
  await engine.call(calls.monitor.setRule, { ...deployment, name: 'performance', window: 'year' });
  await engine.call(calls.monitor.setRule, { ...deployment, name: 'drift', isOn: false });
  for (const year of [2004, 2005, 2006]) await answered(year);
  expect((await check()).open).toMatchObject([{ rule: 'performance', version: 1 }]);

  const { runs } = await engine.call(calls.train.list, {});
  await engine.call(calls.package.add, { run: runs[0]?.id as string, model: name });
  await engine.call(calls.deploy.start, { reference: `${name}@2` });
  expect(await check()).toMatchObject({ raised: [], open: [] });

  for (const year of [2007, 2008]) await answered(year);
  const found = { rule: 'performance', version: 2, eventTime: '2007-01-01T00:00:00.000Z' };
  expect((await check()).raised).toMatchObject([found]);

  await engine.call(calls.deploy.start, { reference: `${name}@1` });
  expect(await check()).toMatchObject({ raised: [], open: [] });
}, 240_000);
