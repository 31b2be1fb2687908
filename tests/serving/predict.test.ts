import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { seededRandom } from '../../engine/base/random.ts';
import type { PredictionRecord } from '../../engine/contract/serving.ts';
import type { Signature } from '../../engine/contract/values.ts';
import { openSegment } from '../../engine/serving/log-reader.ts';
import { fixedClock } from '../support/fixed.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { modelFolder, predict, ridersConfig, ridersRow, runningServer, singleModelConfig } from './running-server.ts';

test('one row is answered as one prediction', async () => {
  const { url } = await runningServer();
  const { status, body, headers } = await predict(url, { row: ridersRow, id: 'trip-1' });
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(body).toEqual({ model: 'riders', version: 1, deployment: 'riders-live', row_id: 'trip-1', prediction: 137 });
});

test('many rows are answered in their order, with ids of their own where none are given', async () => {
  const { url } = await runningServer();
  const rows = [ridersRow, { ...ridersRow, temperature: 0 }, { ...ridersRow, holiday: true }];
  const { body } = await predict(url, { rows });
  expect(body).toMatchObject({ model: 'riders', version: 1, deployment: 'riders-live' });
  expect(body.predictions.map(({ prediction }: { prediction: number }) => prediction)).toEqual([137, 97, 147]);
  const ids: string[] = body.predictions.map(({ row_id }: { row_id: string }) => row_id);
  expect(new Set(ids).size).toBe(3);
  for (const id of ids) expect(id).toMatch(/^row_[0-9a-f]{32}$/);
});

test('a classifier answers with a label by its threshold, and probabilities by class', async () => {
  const { url } = await runningServer(singleModelConfig('spam'));
  const { body } = await predict(url, { rows: [{ free: 0.2 }, { free: 1 }] });
  const [below, above] = body.predictions;
  expect(below.label).toBe('ham');
  expect(below.probabilities.spam).toBeCloseTo(1 / (1 + Math.exp(-0.6)), 6);
  expect(below.probabilities.ham + below.probabilities.spam).toBeCloseTo(1, 6);
  expect(above.label).toBe('spam');
});

test('probabilities are left out where they are not wanted', async () => {
  const { url } = await runningServer(singleModelConfig('spam'));
  const { body } = await predict(url, { rows: [{ free: 1 }], options: { probabilities: false } });
  expect(body.predictions).toEqual([{ row_id: expect.any(String), label: 'spam' }]);
});

test('an interval of a level that the version has stands beside the prediction', async () => {
  const folder = temporaryFolder();
  const signature = JSON.parse(readFileSync(join(modelFolder('riders-1'), 'signature.json'), 'utf8')) as Signature;
  const intervals = [
    { level: 0.8, halfWidth: 10 },
    { level: 0.95, halfWidth: 20.5 },
  ];
  writeFileSync(join(folder, 'signature.json'), JSON.stringify({ ...signature, intervals }));
  copyFileSync(join(modelFolder('riders-1'), 'model.onnx'), join(folder, 'model.onnx'));
  const { url } = await runningServer(ridersConfig({ versions: [{ version: 1, folder }] }));
  const { body } = await predict(url, { row: ridersRow, options: { interval: 0.95 } });
  expect(body).toMatchObject({ prediction: 137, interval: { level: 0.95, lower: 116.5, upper: 157.5 } });
  expect((await predict(url, { row: ridersRow })).body).not.toHaveProperty('interval');
  const refused = await predict(url, { row: ridersRow, options: { interval: 0.9 } });
  expect([refused.status, refused.body.error.message]).toEqual([422, 'options.interval must be one of 0.8, 0.95.']);
});

test('a caller may name the version that must answer', async () => {
  const server = await runningServer();
  const ask = () => predict(server.url, { row: ridersRow, options: { version: 1 } });
  expect((await ask()).body).toMatchObject({ version: 1, prediction: 137 });
  await server.activate({ version: 2 });
  expect(await ask()).toMatchObject({ status: 404, body: { error: { code: 'serving.version_not_loaded' } } });
});

test.each([
  [[]],
  [{ interval: '0.9' }],
  [{ interval: 0.9 }],
  [{ probabilities: 1 }],
  [{ version: '1' }],
  [{ explanation: true }],
])('options %j are refused', async (options) => {
  const { url } = await runningServer();
  const { status, body } = await predict(url, { row: ridersRow, options });
  expect([status, body.error.code]).toEqual([422, 'serving.invalid_request']);
});

test('missing values go to the model as missing, left out or null', async () => {
  const { url } = await runningServer();
  const { temperature: _, ...without } = ridersRow;
  const { body } = await predict(url, { rows: [without, { ...ridersRow, temperature: null, line: null }] });
  expect(body.predictions.map(({ prediction }: { prediction: number }) => prediction)).toEqual([121, 71]);
});

test('dates reach the model as ISO text', async () => {
  const { url } = await runningServer();
  const { body } = await predict(url, { row: { ...ridersRow, day: '2001-01-01' } });
  expect(body.prediction).toBe(1137);
});

test('unseen categories and values out of range are answered and flagged', async () => {
  const { url } = await runningServer();
  const { status, body } = await predict(url, { rows: [{ ...ridersRow, line: 'green', rain: 81 }, ridersRow] });
  expect(status).toBe(200);
  expect(body.predictions[0].flags).toEqual([
    { field: 'rain', flag: 'out_of_range' },
    { field: 'line', flag: 'unseen_category' },
  ]);
  expect(body.predictions[1]).not.toHaveProperty('flags');
});

test('an answer that is no number is null and flagged', async () => {
  const { url } = await runningServer();
  const { status, body } = await predict(url, { row: { ...ridersRow, temperature: 3e38 } });
  expect(status).toBe(200);
  expect(body.prediction).toBeNull();
  expect(body.flags).toContainEqual({ field: 'riders', flag: 'not_finite' });
});

test('each answered row is logged with all that belongs to it', async () => {
  const clock = fixedClock();
  const server = await runningServer(ridersConfig({ logFolder: temporaryFolder() }), clock);
  const { line: _, ...withoutLine } = ridersRow;
  const rows = [{ ...withoutLine, rain: 90 }, ridersRow];
  const sent = { rows, ids: ['a', 'b'], event_times: ['2004-02-29T12:00:00+01:00', null] };
  const { body } = await predict(server.url, sent);
  await predict(server.url, { row: { ...ridersRow, rain: 'much' } });
  const [path] = await server.rotate();
  const segment = await openSegment(path as string);
  const records = [...(segment?.records() ?? [])];
  const received = Date.UTC(2025, 0, 1);
  expect(records).toEqual([
    {
      row_id: 'a',
      request_id: expect.stringMatching(/^req_/),
      event_time: Date.UTC(2004, 1, 29, 11),
      received_at: received,
      version: 1,
      inputs: { temperature: 20, rain: 90, holiday: false, line: null, day: '2004-02-29' },
      outputs: { prediction: body.predictions[0].prediction },
      latency: 0,
      flags: [{ field: 'rain', flag: 'out_of_range' }],
    },
    {
      row_id: 'b',
      request_id: (records[0] as PredictionRecord).request_id,
      event_time: received,
      received_at: received,
      version: 1,
      inputs: ridersRow,
      outputs: { prediction: 137 },
      latency: 0,
      flags: [],
    },
  ]);
});

test('answers equal those of the model asked directly, whatever the batch', async () => {
  const random = seededRandom(7);
  const names = Array.from({ length: 20 }, (_, index) => `feature_${String(index + 1).padStart(2, '0')}`);
  const rows = Array.from({ length: 300 }, () =>
    Object.fromEntries(names.map((name) => [name, random() < 0.1 ? null : random() * 4 - 2])),
  );
  const session = await InferenceSession.create(`${modelFolder('wide')}/model.onnx`);
  const direct: number[] = [];
  for (const row of rows) {
    const feeds = names.map((name) => [name, new Tensor('float32', [row[name] ?? Number.NaN], [1, 1])]);
    const outputs = await session.run(Object.fromEntries(feeds));
    direct.push(Number((outputs.probabilities as Tensor).data[1]));
  }
  await session.release();

  const config = singleModelConfig('wide');
  const { url } = await runningServer({ ...config, batch: { rows: 32 } });
  const [together, ...apart] = await Promise.all([
    predict(url, { rows }),
    ...rows.slice(0, 100).map((row) => predict(url, { row })),
  ]);
  const answered = together.body.predictions as { probabilities: { yes: number } }[];
  for (const [index, value] of direct.entries()) {
    expect(Math.abs((answered[index] as (typeof answered)[number]).probabilities.yes - value)).toBeLessThan(1e-6);
  }
  for (const [index, { body }] of apart.entries()) {
    expect(Math.abs(body.probabilities.yes - (direct[index] as number))).toBeLessThan(1e-6);
  }
});
