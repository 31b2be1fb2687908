import { expect, test } from 'vitest';
import { mqttFailure } from '../../engine/serving/streams/mqtt-failure.ts';

const url = 'mqtt://broker.example:1883';
const failure = (message: string, code?: unknown) => Object.assign(new Error(message), { code });

test.each([
  [failure('getaddrinfo ENOTFOUND broker.example', 'ENOTFOUND'), 'cannot be found: check the name of its machine.'],
  [failure('connect ECONNREFUSED 127.0.0.1:1883', 'ECONNREFUSED'), 'does not answer: nothing listens at that port.'],
  [failure('Connection refused: Bad username or password', 4), 'refuses the user name or the password.'],
  [
    failure('Connection refused: Not authorized', 5),
    'does not let this user in: check the user name and the password.',
  ],
  [failure('connack timeout'), 'does not answer as a broker does.'],
  [failure('self-signed certificate', 'DEPTH_ZERO'), 'cannot be reached: self-signed certificate.'],
  [failure('', 'EODD'), 'cannot be reached: EODD.'],
])('%s is said in words', (error, words) => {
  expect(mqttFailure(url, error)).toBe(`The broker broker.example:1883 ${words}`);
});
