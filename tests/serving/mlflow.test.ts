import { expect, test } from 'vitest';
import { ridersConfig, ridersRow, runningServer, send, singleModelConfig } from './running-server.ts';

const invoke = (url: string, body: unknown) => send(url, { path: '/invocations', body: JSON.stringify(body) });

const invokeCsv = (url: string, body: string, type = 'text/csv') =>
  send(url, { path: '/invocations', body, headers: { 'content-type': type } });

const split = { columns: Object.keys(ridersRow), data: [Object.values(ridersRow)], index: [0] };
const columns = Object.fromEntries(Object.entries(ridersRow).map(([name, value]) => [name, [value]]));

test.each<[string, unknown]>([
  ['dataframe_split', { dataframe_split: split }],
  ['dataframe_records', { dataframe_records: [ridersRow] }],
  ['instances', { instances: [ridersRow], params: {} }],
  ['inputs', { inputs: columns }],
])('%s is answered', async (_, body) => {
  const { url } = await runningServer();
  expect(await invoke(url, body)).toMatchObject({ status: 200, body: { predictions: [137] } });
});

test('CSV is read by the types of the columns; what stands between two commas alone is missing', async () => {
  const { url } = await runningServer();
  const csv = 'temperature,rain,holiday,line,day\r\n20,1,false,"r""ed",2004-02-29\r\n,1,false,,2004-02-29';
  const { status, body } = await invokeCsv(url, csv, 'text/csv; charset=utf-8');
  expect(status).toBe(200);
  const { body: same } = await invoke(url, {
    dataframe_records: [
      { ...ridersRow, line: 'r"ed' },
      { ...ridersRow, temperature: null, line: null },
    ],
  });
  expect(body).toEqual(same);
  expect(body.flags).toEqual([{ row: 0, field: 'line', flag: 'unseen_category' }]);
});

test('a classifier answers records with label and probabilities', async () => {
  const { url } = await runningServer(singleModelConfig('spam'));
  const { body } = await invoke(url, { dataframe_records: [{ free: 1 }] });
  expect(body.predictions).toEqual([
    { label: 'spam', probabilities: { ham: expect.any(Number), spam: expect.any(Number) } },
  ]);
});

test('it is healthy and says its version', async () => {
  const { url } = await runningServer();
  for (const path of ['/ping', '/health']) {
    expect(await send(url, { method: 'GET', path })).toMatchObject({ status: 200, body: '\n' });
  }
  const version = await send(url, { method: 'GET', path: '/version' });
  expect([version.status, version.body]).toEqual([200, expect.stringMatching(/^\d+\.\d+\.\d+/)]);
});

const bad = (message: RegExp) => [400, { error_code: 'BAD_REQUEST', message: expect.stringMatching(message) }];

test.each<[string, unknown, RegExp]>([
  ['no form', {}, /exactly one of/],
  ['the form of MLflow 1', { columns: ['rain'], data: [[1]] }, /no member "columns"/],
  ['two forms', { instances: [ridersRow], inputs: columns }, /exactly one of/],
  ['parameters', { instances: [ridersRow], params: { temperature: 1 } }, /"params" must be empty/],
  ['columns twice', { dataframe_split: { columns: ['rain', 'rain'], data: [[1, 1]] } }, /"rain" twice/],
  ['a row too short', { dataframe_split: { ...split, data: [[1]] } }, /row 0 must have 5 values/],
  ['records that are no list', { dataframe_records: ridersRow }, /"dataframe_records" must be a list/],
  ['rows without names', { instances: [[20, 1, false, 'red', '2004-02-29']] }, /Row 0: A row must be an object/],
  ['a text as a number', { dataframe_records: [{ ...ridersRow, rain: '1' }] }, /rain must be a whole number/],
])('%s: refused in words', async (_, body, words) => {
  const { url } = await runningServer();
  const answer = await invoke(url, body);
  expect([answer.status, answer.body]).toEqual(bad(words));
});

test.each<[string, string, RegExp]>([
  ['an empty CSV', '', /no line with the names/],
  ['names alone', 'rain,day\n', /at least one/],
  ['an unknown column', 'wind\n1\n', /no field "wind"/],
  [
    'a cell that is no number',
    'rain,holiday,day\n1.5x,true,2004-02-29',
    /rain must be a whole number, not the text "1\.5x"/,
  ],
  ['a line that is too short', 'rain,holiday,day\n1,true\n', /row 0 must have 3 values/],
  ['an open quote', 'rain\n"1', /not closed/],
  ['a quote in a cell', 'rain\n1"2\n', /middle of a cell/],
  ['text after a quote', 'rain\n"1"2\n', /closing quote/],
])('%s: refused in words', async (_, csv, words) => {
  const { url } = await runningServer();
  const answer = await invokeCsv(url, csv);
  expect([answer.status, answer.body]).toEqual(bad(words));
});

test('very many columns and lines are refused at once', async () => {
  const { url } = await runningServer(ridersConfig({ limits: { rows: 1000 } }));
  const names = Array.from({ length: 300_000 }, (_, number) => `c${number}`).join(',');
  const columns = await invokeCsv(url, `${names}\n1\n`);
  expect([columns.status, columns.body]).toEqual(bad(/row 0 must have 300000 values/));
  const lines = await invokeCsv(url, `rain\n${'1\n'.repeat(2_000_000)}`);
  expect([lines.status, lines.body]).toEqual(bad(/more than 1001 lines/));
  const tall = await invoke(url, { inputs: { rain: new Array(2_000_000).fill(1) } });
  expect([tall.status, tall.body]).toEqual(bad(/There are 2000000 rows; one request may have 1000/));
});

test('other content types are refused with those that are taken', async () => {
  const { url } = await runningServer();
  const answer = await invokeCsv(url, 'x', 'text/plain');
  expect(answer).toMatchObject({ status: 415, body: { error_code: 'BAD_REQUEST' } });
});
