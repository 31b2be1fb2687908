import { expect, test } from 'vitest';
import type { HttpCall } from '../../engine/serving/http-routes.ts';
import type { ServingHost } from '../../engine/serving/protocols/host.ts';
import { openInference } from '../../engine/serving/protocols/open-inference.ts';
import { ridersConfig, ridersRow, runningServer, send, singleModelConfig } from './running-server.ts';

const get = (url: string, path: string) => send(url, { method: 'GET', path });

const infer = (url: string, body: unknown, path = '/v2/models/riders/infer') =>
  send(url, { path, body: JSON.stringify(body) });

/** `ridersRow` as tensors. */
const tensors = [
  { name: 'temperature', shape: [1, 1], datatype: 'FP64', data: [[20]] },
  { name: 'rain', shape: [1], datatype: 'INT32', data: [1] },
  { name: 'holiday', shape: [1], datatype: 'BOOL', data: [false] },
  { name: 'line', shape: [1], datatype: 'BYTES', data: ['red'] },
  { name: 'day', shape: [1], datatype: 'BYTES', data: ['2004-02-29'] },
];

const changed = (name: string, change: object) =>
  tensors.map((tensor) => (tensor.name === name ? { ...tensor, ...change } : tensor));

test('the server and its model say what they are, and whether they are ready', async () => {
  const { url } = await runningServer();
  expect(await get(url, '/v2')).toMatchObject({
    status: 200,
    body: { name: 'galley', version: expect.stringMatching(/^\d+\.\d+\.\d+/), extensions: [] },
  });
  expect(await get(url, '/v2/health/live')).toMatchObject({ status: 200, body: { live: true } });
  expect(await get(url, '/v2/health/ready')).toMatchObject({ status: 200, body: { ready: true } });
  expect((await get(url, '/v2/models/riders/ready')).body).toEqual({ name: 'riders', ready: true });
  expect((await send(url, { path: '/v2/repository/index', body: '{}' })).body).toEqual([
    { name: 'riders', version: '1', state: 'READY', reason: '' },
  ]);
  const expected = {
    name: 'riders',
    versions: ['1'],
    platform: 'onnxruntime_onnx',
    inputs: [
      { name: 'temperature', datatype: 'FP64', shape: [-1, 1] },
      { name: 'rain', datatype: 'INT64', shape: [-1, 1] },
      { name: 'holiday', datatype: 'BOOL', shape: [-1, 1] },
      { name: 'line', datatype: 'BYTES', shape: [-1, 1] },
      { name: 'day', datatype: 'BYTES', shape: [-1, 1] },
    ],
    outputs: [{ name: 'prediction', datatype: 'FP32', shape: [-1, 1] }],
  };
  expect((await get(url, '/v2/models/riders')).body).toEqual(expected);
  expect((await get(url, '/v2/models/riders/versions/1')).body).toEqual(expected);
});

test('a server that is not ready says so to health checks', async () => {
  const { routes } = openInference({ isReady: false } as ServingHost);
  const route = routes.find(({ path }) => path === '/v2/health/ready');
  expect(await route?.answer({} as HttpCall)).toMatchObject({ status: 503, body: '{"ready":false}' });
});

test('tensors are answered as tensors, with the id of the request', async () => {
  const { url } = await runningServer();
  const answer = await infer(url, { id: 'trip', inputs: tensors });
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({
    model_name: 'riders',
    model_version: '1',
    id: 'trip',
    outputs: [{ name: 'prediction', shape: [1, 1], datatype: 'FP32', data: [137] }],
  });
  const parameters = { sequence_id: 3 };
  const pinned = await infer(url, { parameters, inputs: tensors }, '/v2/models/riders/versions/1/infer');
  expect(pinned.body).not.toHaveProperty('id');
  expect(pinned.body.outputs).toEqual(answer.body.outputs);
});

test('a body without a content type is taken, as the client of Triton sends it; one with another type is not', async () => {
  const { url } = await runningServer();
  const path = '/v2/models/riders/infer';
  const body = Buffer.from(JSON.stringify({ inputs: tensors }));
  expect((await send(url, { path, body, headers: {} })).body.outputs[0].data).toEqual([137]);
  const refused = await send(url, { path, body, headers: { 'content-type': 'text/plain' } });
  expect([refused.status, refused.body]).toEqual([415, { error: expect.stringContaining('text/plain') }]);
});

test('outputs are chosen by name, row ids among them', async () => {
  const { url } = await runningServer(singleModelConfig('spam'));
  const inputs = [{ name: 'free', shape: [2], datatype: 'FP32', data: [0.2, 1] }];
  const path = '/v2/models/spam/infer';
  const all = (await infer(url, { inputs }, path)).body.outputs;
  expect(all).toEqual([
    { name: 'label', shape: [2, 1], datatype: 'BYTES', data: ['ham', 'spam'] },
    { name: 'probabilities', shape: [2, 2], datatype: 'FP32', data: expect.any(Array) },
  ]);
  expect(all[1].data).toHaveLength(4);
  const outputs = [{ name: 'row_id' }, { name: 'label', parameters: { binary_data: false } }];
  const chosen = (await infer(url, { inputs, outputs }, path)).body.outputs;
  expect(chosen).toEqual([
    { name: 'row_id', shape: [2, 1], datatype: 'BYTES', data: [expect.stringMatching(/^row_/), expect.any(String)] },
    all[0],
  ]);
});

test('flags stand in a parameter of the answer', async () => {
  const { url } = await runningServer();
  const { body } = await infer(url, { inputs: changed('line', { data: ['green'] }) });
  expect(JSON.parse(body.parameters.flags)).toEqual([{ row: 0, field: 'line', flag: 'unseen_category' }]);
});

test.each<[string, unknown, RegExp]>([
  ['no inputs', {}, /"inputs" must be a list/],
  ['empty inputs', { inputs: [] }, /no columns/],
  ['an unknown input', { inputs: [{ ...tensors[0], name: 'wind' }] }, /inputs\[0\]\.name is "wind"/],
  ['an input twice', { inputs: [...tensors, tensors[0]] }, /inputs\[5\] is the second/],
  [
    'the datatype of another column',
    { inputs: changed('rain', { datatype: 'FP32' }) },
    /inputs\[1\]\.datatype must be INT64/,
  ],
  [
    'a value beyond its datatype',
    { inputs: changed('rain', { datatype: 'INT8', data: [200] }) },
    /data\[0\] is no INT8/,
  ],
  ['a fraction as a whole number', { inputs: changed('rain', { data: [1.5] }) }, /^Row 0: rain must be a whole number/],
  ['a text as a number', { inputs: changed('temperature', { data: ['20'] }) }, /not the text "20"/],
  [
    'a shape that the data does not have',
    { inputs: changed('rain', { shape: [2] }) },
    /1 values where its shape says 2/,
  ],
  ['a wide shape', { inputs: changed('rain', { shape: [1, 2] }) }, /inputs\[1\]\.shape must be \[rows\]/],
  ['rows of two lengths', { inputs: changed('rain', { shape: [2], data: [1, 2] }) }, /others have 1/],
  ['an unknown output', { inputs: tensors, outputs: [{ name: 'x' }] }, /outputs\[0\]\.name must be one of prediction/],
  [
    'an output twice',
    { inputs: tensors, outputs: [{ name: 'row_id' }, { name: 'row_id' }] },
    /outputs\[1\]\.name must be one of .*each once/,
  ],
  [
    'an output without a text as its name',
    { inputs: tensors, outputs: [{ name: { toString: 1 } }] },
    /outputs\[0\]\.name must be one of/,
  ],
  ['an id that is no text', { id: 7, inputs: tensors }, /"id" must be a text/],
  ['an unknown member', { rows: [], inputs: tensors }, /no member "rows"/],
  ['missing columns', { inputs: tensors.slice(0, 2) }, /Row 0: holiday is missing.* Row 0: day is missing/],
  ['no rows', { inputs: [{ name: 'rain', shape: [0], datatype: 'INT64', data: [] }] }, /at least one/],
])('%s: refused in words', async (_, body, words) => {
  const { url } = await runningServer();
  const answer = await infer(url, body);
  expect([answer.status, answer.body]).toEqual([400, { error: expect.stringMatching(words) }]);
});

test('binary tensors, other models and other paths are refused in its form', async () => {
  const { url } = await runningServer(ridersConfig());
  const headers = { 'content-type': 'application/json', 'inference-header-content-length': '20' };
  const body = JSON.stringify({ inputs: tensors });
  const binary = await send(url, { path: '/v2/models/riders/infer', headers, body });
  expect(binary).toMatchObject({ status: 400, body: { error: expect.stringContaining('binary') } });
  for (const path of ['/v2/models/other', '/v2/models/riders/versions/2', '/v2/models/riders/stats', '/v2/x']) {
    expect(await get(url, path)).toMatchObject({ status: 404, body: { error: expect.stringMatching(/\.$/) } });
  }
  expect((await infer(url, { inputs: [{ ...ridersRow }] })).status).toBe(400);
});
