import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { InputValue } from '../../engine/serving/field-rule.ts';
import { anyRun, type LoadedModel, loadModel } from '../../engine/serving/model.ts';
import { ModelThread } from '../../engine/serving/model-thread.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { modelFolder, predict, ridersConfig, ridersRow, runningServer, send } from './running-server.ts';
import { roundsOf, slowModel } from './slow-model.ts';

const noRun = { row: 0, batch: 0 };
const batch = () => ({ rows: 8 });

async function loaded(folder: string, longest: typeof noRun): Promise<LoadedModel> {
  const model = await loadModel({ version: 1, folder: modelFolder(folder) }, batch, undefined, longest);
  onTestFinished(() => model.release());
  return model;
}

const ridersRows: InputValue[][] = [
  [20, 1, false, 'red', '2004-02-29'],
  [null, 80, true, null, '2001-01-01'],
  [-3.5, 0, true, 'Orée', '2024-12-31'],
];
const spamRows: InputValue[][] = [
  [0.5, 120],
  [null, 3],
];

test.each([
  ['riders-1', ridersRows],
  ['spam', spamRows],
])('%s gives the same answers in a thread of its own as beside the protocols', async (folder, rows) => {
  const [here, there] = [await loaded(folder, anyRun), await loaded(folder, noRun)];
  expect([here.hasThread, there.hasThread]).toEqual([false, true]);
  const many = Array.from({ length: 50 }, (_, index) => rows[index % rows.length] as InputValue[]);
  expect(await there.batcher.add(many)).toEqual(await here.batcher.add(many));
});

test('a model whose runs are short stays where it is', async () => {
  const model = await loadModel({ version: 1, folder: modelFolder('slow') }, batch);
  expect(model.hasThread).toBe(false);
  await model.release();
});

test('a thread that is released answers what it was asked for and nothing more, and what it cannot load is told', async () => {
  const thread = new ModelThread({ version: 1, folder: modelFolder('riders-1') });
  const asked = thread.runRows([[20, 1, false, 'red', '2004-02-29']]);
  await Promise.resolve();
  const released = thread.release();
  expect([...(await asked).scores]).toEqual([137]);
  await released;
  await expect(thread.runRows([[21, 1, false, 'red', '2004-02-29']])).rejects.toMatchObject({
    code: 'serving.stopping',
  });

  const missing = new ModelThread({ version: 1, folder: join(temporaryFolder(), 'none') });
  onTestFinished(() => missing.release());
  await expect(missing.runRows([[1]])).rejects.toMatchObject({ code: expect.stringMatching(/^serving\./) });
});

test('other models and /livez are answered while a large model computes, which is ended with the server', async () => {
  const rounds = await roundsOf(60);
  const slow = { model: 'slow', versions: [{ version: 1, folder: slowModel(rounds) }], active: 1 };
  const config = ridersConfig({ batch: { rows: 1 }, models: [slow] });
  const server = await runningServer(config);
  const path = '/v1/models/slow:predict';
  let done = false;
  const large = send(server.url, { path, body: JSON.stringify({ instances: new Array(12).fill({ rounds }) }) }).finally(
    () => {
      done = true;
    },
  );
  let small = 0;
  while (!done) {
    expect((await predict(server.url, { row: ridersRow })).status).toBe(200);
    expect((await fetch(`${server.url}/livez`)).status).toBe(200);
    small++;
  }
  const { status, body } = await large;
  expect(status).toBe(200);
  expect(body.predictions).toHaveLength(12);
  // Without its thread each of the twelve runs would let through one of them at most.
  expect(small).toBeGreaterThan(12);
  await server.stop();
  expect(server.isHeldUp).toBe(false);
});

test('a server that ends while a long model has more to do than it may take refuses the rest and leaves no thread', async () => {
  const rounds = await roundsOf(300);
  const versions = [{ version: 1, folder: slowModel(rounds) }];
  const server = await runningServer({ deployment: 'slow', model: 'slow', versions, active: 1, batch: { rows: 1 } });
  const asked = Array.from({ length: 40 }, () => predict(server.url, { row: { rounds } }));
  await expect.poll(async () => server.status().models[0]?.versions[0]?.requests).toBeGreaterThan(0);
  const began = performance.now();
  await server.stop();
  expect(performance.now() - began).toBeLessThan(5000);
  const outcomes = (await Promise.all(asked)).map(({ status, body }) => (status === 200 ? 200 : body.error.code));
  expect(new Set(outcomes)).toEqual(new Set([200, 'serving.stopping']));
  await expect.poll(() => server.isHeldUp).toBe(false);
});
