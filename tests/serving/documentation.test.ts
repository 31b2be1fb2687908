import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary.ts';
import { modelFolder, runningServer, send } from './running-server.ts';

const page = readFileSync(new URL('../../docs/prediction-server.md', import.meta.url), 'utf8');

/** Every `curl` of the page with the answer that stands behind it. */
const examples = [...page.matchAll(/^ {4}(curl -s http.+(?:\n {4}.*)*)\n\n {4}(\{.*\})$/gm)].map(
  ([, call, answer]) => ({
    call: (call as string).replaceAll('\n    ', '\n'),
    answer: JSON.parse(answer as string),
  }),
);

/** What curl would send. */
function requestOf(call: string) {
  const [, path] = /http:\/\/127\.0\.0\.1:8080(\S+)/.exec(call) ?? [];
  const [, type = 'application/x-www-form-urlencoded'] = /-H 'content-type: ([^']+)'/.exec(call) ?? [];
  const [, body] = /(?:-d|--data-binary)[\s\\]+'([^']*)'/.exec(call) ?? [];
  if (body === undefined) return { path, method: 'GET' };
  return { path, body, headers: { 'content-type': type } };
}

test('there is an example of each protocol', () => {
  const paths = examples.map(({ call }) => requestOf(call).path);
  for (const begin of ['/predict', '/v1/', '/v2/', '/invocations']) {
    expect(paths.some((path) => path?.startsWith(begin))).toBe(true);
  }
});

test.each(examples)('the example $call is answered so', async ({ call, answer }) => {
  const versions = [{ version: 3, folder: modelFolder('riders-1') }];
  const logFolder = temporaryFolder();
  const { url } = await runningServer({ deployment: 'riders-live', model: 'riders', versions, active: 3, logFolder });
  const { status, body } = await send(url, requestOf(call));
  expect([status, body]).toEqual([200, answer]);
});
