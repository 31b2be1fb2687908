import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { environmentConfig } from '../../engine/serving/environment.ts';
import { temporaryFolder } from '../support/temporary.ts';

test('the environment says where a container listens and who may call', () => {
  expect(environmentConfig({ PORT: '9000', HOST: '0.0.0.0', GALLEY_TOKEN: 'a token of the test' })).toEqual({
    port: 9000,
    host: '0.0.0.0',
    token: 'a token of the test',
  });
});

test('an empty variable says nothing', () => {
  expect(environmentConfig({ PORT: '', HOST: '', GALLEY_TOKEN: '', GALLEY_TOKEN_FILE: '' })).toEqual({});
});

test('the token may stand in a file, without the line end that editors add', () => {
  const path = join(temporaryFolder(), 'token');
  writeFileSync(path, 'a token of the test\n');
  expect(environmentConfig({ GALLEY_TOKEN_FILE: path })).toEqual({ token: 'a token of the test' });
});

test.each([['abc'], ['-1'], ['65536'], ['80.5'], ['1e3']])('the port %s is refused', (PORT) => {
  expect(() => environmentConfig({ PORT })).toThrow(
    `The environment variable PORT is "${PORT}", not a whole number from 0 to 65535.`,
  );
});

test('a token file that cannot be read, and two tokens, are refused without naming a token', () => {
  expect(() => environmentConfig({ GALLEY_TOKEN_FILE: '/no/such/file' })).toThrow(
    'The file that GALLEY_TOKEN_FILE names cannot be read: ENOENT',
  );
  expect(() => environmentConfig({ GALLEY_TOKEN: 'secret of mine', GALLEY_TOKEN_FILE: '/x' })).toThrow(
    'GALLEY_TOKEN and GALLEY_TOKEN_FILE are both set, but there is one token: take one of them away.',
  );
});
