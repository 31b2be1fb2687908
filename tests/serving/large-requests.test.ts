import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../engine/base/clock.ts';
import { resolveConfig } from '../../engine/serving/config.ts';
import { errorAnswer, jsonAnswer, type TextAnswer } from '../../engine/serving/http-answer.ts';
import type { HttpRoute } from '../../engine/serving/http-routes.ts';
import { bodyAsRequest, LargeRequests, type ThreadState } from '../../engine/serving/large-requests.ts';
import { openSegment } from '../../engine/serving/log-reader.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { modelFolder, predict, ridersConfig, ridersRow, runningServer, send } from './running-server.ts';

const many = 20_000;
const rows = Array.from({ length: many }, (_, index) => ({ ...ridersRow, temperature: index % 100 }));
const ids = rows.map((_, index) => `row-${index}`);

test('a large request has the answers and the log of small ones, over every protocol', async () => {
  const logFolder = temporaryFolder();
  const server = await runningServer(ridersConfig({ logFolder, label: 'champion' }));
  const expected = rows.map(({ temperature }) => 2 * temperature - 3 + 100);
  const { status, body } = await predict(server.url, { rows, ids });
  expect(status).toBe(200);
  expect(body.version).toBe(1);
  expect(body.predictions.map(({ prediction }: { prediction: number }) => prediction)).toEqual(expected);
  expect(body.predictions[7].row_id).toBe('row-7');
  const instances = JSON.stringify({ instances: rows });
  for (const path of ['/v1/models/riders/labels/champion:predict', '/invocations']) {
    expect((await send(server.url, { path, body: instances })).body.predictions).toEqual(expected);
  }
  expect(server.status()).toMatchObject({ requests: 3, rows: 3 * many, errors: 0 });
  expect(server.status().models[0]?.versions[0]).toMatchObject({ requests: 3, rows: 3 * many });
  const logged: string[] = [];
  for (const path of await server.rotate()) {
    for (const { row_id } of (await openSegment(path))?.records() ?? []) logged.push(row_id);
  }
  expect(logged).toHaveLength(3 * many);
  expect(logged.slice(0, many)).toEqual(ids);
});

test('small requests are answered while a large one is worked on, whether it fits or not', async () => {
  const { url } = await runningServer();
  for (const [what, status] of [
    [rows, 200],
    [rows.map((row) => ({ ...row, temperature: 'warm' })), 422],
  ] as const) {
    let done = false;
    const large = predict(url, { rows: what }).finally(() => {
      done = true;
    });
    let small = 0;
    while (!done) {
      expect((await predict(url, { row: ridersRow })).status).toBe(200);
      small++;
    }
    const answer = await large;
    expect(answer.status).toBe(status);
    if (status === 422) expect(answer.body.error.details).toMatchObject({ total: many });
    expect(small).toBeGreaterThan(10);
  }
});

test('a large request meets the version that is active, also after a swap, and only versions that are loaded', async () => {
  const server = await runningServer();
  const version = async (options = {}) => (await predict(server.url, { rows, options })).body;
  expect((await version()).version).toBe(1);
  await server.activate({ version: 2 });
  expect((await version()).version).toBe(2);
  expect((await version({ version: 1 })).error.code).toBe('serving.version_not_loaded');
  server.configure({ limits: { rows: 10 } });
  expect((await version()).error).toMatchObject({ code: 'serving.invalid_request' });
});

test('a server that ends answers the large request that it has begun', async () => {
  const server = await runningServer(ridersConfig({ batch: { rows: 8 } }));
  const large = predict(server.url, { rows });
  const metrics = async () => (await send(server.url, { method: 'GET', path: '/metrics' })).body;
  await expect.poll(metrics, { interval: 1 }).not.toContain('galley_batch_rows_count 0');
  const [{ status, body }] = await Promise.all([large, server.stop()]);
  expect(status).toBe(200);
  expect(body.predictions).toHaveLength(many);
});

/** Large requests to /predict with a state of the thread that the test sets; without the thread the answer is `here`. */
function threadWith(state: ThreadState) {
  const unable: Error[] = [];
  const large = new LargeRequests({
    state: () => state,
    clock: systemClock,
    reported: () => {},
    unable: (error) => unable.push(error),
  });
  onTestFinished(() => large.stop());
  const here: HttpRoute = { method: 'POST', path: '/predict', predicts: true, answer: () => jsonAnswer('here') };
  const [route] = large.around({ routes: [here], refusal: errorAnswer }).routes as [HttpRoute];
  const headers = { 'content-type': 'application/json' };
  const answer = async () => {
    const request = Object.assign(bodyAsRequest(Buffer.from(JSON.stringify({ rows })), headers), { url: '/predict' });
    const receipt = { id: 'req_1', at: systemClock.now(), monotonic: systemClock.monotonic() };
    return JSON.parse(
      ((await route.answer({ request, receipt, parameters: {}, takeMore: () => 0 })) as TextAnswer).body,
    );
  };
  const become = (changed: ThreadState) => {
    state = changed;
    large.changed();
  };
  return { answer, become, unable };
}

function ridersState(version: number, folder = modelFolder(`riders-${version}`)): ThreadState {
  const activation = { version, versions: [{ version, folder }] };
  return { settings: resolveConfig(ridersConfig()), models: [{ model: 'riders', activation }] };
}

test('a thread that cannot load what is live now answers nothing with the version before, and the next one may', async () => {
  const { answer, become, unable } = threadWith(ridersState(1));
  expect((await answer()).version).toBe(1);
  become(ridersState(5, temporaryFolder()));
  expect(await answer()).toBe('here');
  expect(unable).toMatchObject([{ code: 'serving.model_unreadable' }]);
  become(ridersState(2));
  expect((await answer()).version).toBe(2);
});

test('an error in the thread that nobody expected has its stack in the log of the server, and its answer none', async () => {
  const settings = { ...resolveConfig(ridersConfig()), logFolder: 'anywhere', log: undefined as never };
  const { answer } = threadWith({ ...ridersState(1), settings });
  const error = await answer().catch((thrown) => thrown);
  expect(error.code).toBe('internal.bug');
  expect(error.stack).toMatch(/reading 'sampling'\)(\n +at .*\.[jt]s:\d+:\d+\)?)+/);
  expect(JSON.stringify(errorAnswer(error))).not.toMatch(/\bat .*\.[jt]s:\d+/);
});
