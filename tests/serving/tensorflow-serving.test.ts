import { expect, test } from 'vitest';
import { ridersConfig, ridersRow, runningServer, send, singleModelConfig } from './running-server.ts';

const get = (url: string, path: string) => send(url, { method: 'GET', path });

const predict = (url: string, body: unknown, path = '/v1/models/riders:predict') =>
  send(url, { path, body: typeof body === 'string' ? body : JSON.stringify(body) });

test('instances are answered row by row, inputs as columns; one output stands without its name', async () => {
  const { url } = await runningServer();
  const instances = [ridersRow, { ...ridersRow, temperature: [0] }];
  expect(await predict(url, { instances })).toMatchObject({ status: 200, body: { predictions: [137, 97] } });
  const inputs = {
    temperature: [[20], [0]],
    rain: [1, 1],
    holiday: [false, false],
    line: ['red', null],
    day: ['2004-02-29', '2004-02-29'],
  };
  const { status, body } = await predict(url, { signature_name: 'serving_default', inputs });
  expect([status, body]).toEqual([200, { outputs: [137, expect.any(Number)] }]);
});

test('several outputs stand by their names', async () => {
  const { url } = await runningServer(singleModelConfig('spam'));
  const path = '/v1/models/spam:predict';
  const { body } = await predict(url, { instances: [{ free: 0.2 }, { free: 1 }] }, path);
  expect(body.predictions).toMatchObject([{ label: 'ham' }, { label: 'spam' }]);
  const [ham, spam] = body.predictions[0].probabilities;
  expect(spam).toBeCloseTo(1 / (1 + Math.exp(-0.6)), 6);
  expect(ham + spam).toBeCloseTo(1, 6);
  const columnar = await predict(url, { inputs: { free: [0.2, 1] } }, path);
  expect(columnar.body.outputs).toEqual({
    label: ['ham', 'spam'],
    probabilities: body.predictions.map(({ probabilities }: { probabilities: number[] }) => probabilities),
  });
});

test('NaN is a missing number, an infinite one is refused, and an answer that is none is written as the client reads it', async () => {
  const { url } = await runningServer();
  const rest = '"rain": 1, "holiday": false, "line": "NaN, \\"Infinity", "day": "2004-02-29"';
  const asNull = await predict(url, `{"instances": [{"temperature": null, ${rest}}]}`);
  const asNaN = await predict(url, `{"instances": [{"temperature": NaN, ${rest}}]}`);
  expect(asNaN.status).toBe(200);
  expect(asNaN.body).toEqual(asNull.body);
  for (const token of ['Infinity', '-Infinity', 'Inf', '1e999']) {
    const answer = await predict(url, `{"instances": [{"temperature": ${token}, ${rest}}]}`);
    expect([answer.status, answer.body]).toEqual([
      400,
      { error: 'Row 0: temperature is a number that the model cannot hold.' },
    ]);
  }
  const text = await predict(url, '{"instances": [{"line": NaN, "rain": NaN, "holiday": NaN, "day": "2004-02-29"}]}');
  expect(text.body.error).toMatch(
    /rain is missing.*holiday must be true or false, not NaN.*line must be a text, not NaN/,
  );
  const response = await fetch(`${url}/v1/models/riders:predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ instances: [{ ...ridersRow, temperature: 3e38 }] }),
  });
  expect(await response.text()).toMatch(/^\{"predictions":\[Infinity\],"flags":\[.*"not_finite"\}\]\}$/);
});

test('the body of curl without a content type is taken, as in the examples of the specification', async () => {
  const { url } = await runningServer();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const body = JSON.stringify({ instances: [ridersRow] });
  expect((await send(url, { path: '/v1/models/riders:predict', body, headers })).body).toEqual({ predictions: [137] });
});

test('versions and labels name what is loaded, and nothing else', async () => {
  const server = await runningServer(ridersConfig({ label: 'champion' }));
  const { url } = server;
  const status = {
    model_version_status: [{ version: '1', state: 'AVAILABLE', status: { error_code: 'OK', error_message: '' } }],
  };
  for (const path of ['/v1/models/riders', '/v1/models/riders/versions/1', '/v1/models/riders/labels/champion']) {
    expect(await get(url, path)).toMatchObject({ status: 200, body: status });
    expect((await predict(url, { instances: [ridersRow] }, `${path}:predict`)).body).toEqual({ predictions: [137] });
  }
  for (const path of ['/v1/models/other', '/v1/models/riders/versions/2', '/v1/models/riders/labels/challenger']) {
    expect(await get(url, path)).toMatchObject({ status: 404, body: { error: expect.stringMatching(/\.$/) } });
    expect((await predict(url, { instances: [ridersRow] }, `${path}:predict`)).status).toBe(404);
  }
  await server.activate({ version: 2, label: 'challenger' });
  const path = '/v1/models/riders/labels/challenger:predict';
  expect((await predict(url, { instances: [ridersRow] }, path)).body).toEqual({ predictions: [177] });
});

test('the metadata name inputs and outputs with their types', async () => {
  const { url } = await runningServer(singleModelConfig('spam'));
  const { body } = await get(url, '/v1/models/spam/metadata');
  expect(body.model_spec).toEqual({ name: 'spam', signature_name: '', version: '3' });
  const { inputs, outputs } = body.metadata.signature_def.signature_def.serving_default;
  const dim = (...sizes: string[]) => ({ dim: sizes.map((size) => ({ size, name: '' })), unknown_rank: false });
  expect(inputs.free).toEqual({ dtype: 'DT_DOUBLE', tensor_shape: dim('-1'), name: 'free' });
  expect(outputs.label).toEqual({ dtype: 'DT_STRING', tensor_shape: dim('-1'), name: 'label' });
  expect(outputs.probabilities).toMatchObject({ dtype: 'DT_FLOAT', tensor_shape: dim('-1', '2') });
});

test.each<[string, unknown, RegExp]>([
  ['neither form', {}, /either "instances" or "inputs"/],
  ['both forms', { instances: [ridersRow], inputs: {} }, /either "instances" or "inputs"/],
  ['an unknown member', { instances: [ridersRow], rows: [] }, /no member "rows"/],
  ['another signature', { signature_name: 'x', instances: [ridersRow] }, /"serving_default"/],
  ['no instances', { instances: [] }, /at least one/],
  ['columns of two lengths', { inputs: { rain: [1], line: ['a', 'b'] } }, /inputs\.line has 2 values/],
  ['a column that is no list', { inputs: { rain: 1 } }, /inputs\.rain must be a list/],
  ['a bare value for several inputs', { instances: [1] }, /Row 0: A row must be an object/],
  [
    'rows that do not fit',
    {
      instances: [
        { ...ridersRow, rain: '1' },
        { ...ridersRow, holiday: 1 },
      ],
    },
    /^Row 0: rain must be a whole number, not the text "1"\. Row 1: holiday must be true or false, not 1\.$/,
  ],
])('%s: refused in words', async (_, body, words) => {
  const { url } = await runningServer();
  const answer = await predict(url, body);
  expect([answer.status, answer.body]).toEqual([400, { error: expect.stringMatching(words) }]);
});

test('paths and methods that it does not have are refused in its form', async () => {
  const { url } = await runningServer();
  expect(await get(url, '/v1/nothing')).toMatchObject({ status: 404, body: { error: expect.any(String) } });
  expect(await get(url, '/v1/models/%zz')).toMatchObject({ status: 404, body: { error: expect.any(String) } });
  expect(await get(url, '/v1/models/riders:predict')).toMatchObject({
    status: 405,
    body: { error: expect.any(String) },
  });
});
