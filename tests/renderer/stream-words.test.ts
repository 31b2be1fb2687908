import { describe, expect, test } from 'vitest';
import type { StreamSpec, StreamStatus } from '../../engine/contract/deploy-streams.ts';
import { formOf, passwordWords, streamOf, streamState } from '../../renderer/deploy/stream-words.ts';

const status = (change: Partial<StreamStatus>): StreamStatus => ({
  name: 'sensors',
  kind: 'mqtt',
  connected: false,
  messages: 0,
  refused: 0,
  lastError: null,
  ...change,
});
const stateOf = (found: StreamStatus | null) => streamState({ stream: spec, password: 'none', status: found });
const spec: StreamSpec = {
  kind: 'mqtt',
  name: 'sensors',
  url: 'mqtts://broker.example:8883',
  subscribe: 'hall/+/rows',
  publish: 'hall/answers',
  qos: 0,
  username: 'hall',
  passwordVariable: 'HALL_PASSWORD',
};

test('a stream is connected, on its way, kept by a fault, or off with its server', () => {
  expect(stateOf(null)).toEqual({ tone: 'idle', text: 'the server is off' });
  expect(stateOf(status({ connected: true }))).toEqual({ tone: 'good', text: 'connected' });
  expect(stateOf(status({ connected: true, lastError: 'one message was no row' })).tone).toBe('good');
  expect(stateOf(status({}))).toEqual({ tone: 'information', text: 'connecting' });
  expect(stateOf(status({ lastError: 'Connection refused.' }))).toEqual({
    tone: 'bad',
    text: 'not connected',
    fault: 'Connection refused.',
  });
});

test('something is said of a password where it will be missed alone', () => {
  expect(Object.keys(passwordWords).sort()).toEqual(['missing', 'session']);
});

describe('the form of a stream', () => {
  test('of a new one asks at the broker of this machine, at least once', () => {
    expect(formOf()).toEqual({
      name: '',
      url: 'mqtt://127.0.0.1:1883',
      subscribe: '',
      publish: '',
      qos: '1',
      username: '',
      password: '',
    });
  });

  test('gives the stream back that it was made of, without its password', () => {
    expect(formOf(spec)).toMatchObject({ name: 'sensors', qos: '0', username: 'hall', password: '' });
    expect(streamOf(formOf(spec), spec)).toEqual(spec);
  });

  test('drops blanks around, a user that is empty, and keeps what it does not hold', () => {
    const form = { ...formOf(), name: ' sensors ', subscribe: ' rows ', publish: 'answers ', username: '  ' };
    expect(streamOf(form)).toEqual({
      kind: 'mqtt',
      name: 'sensors',
      url: 'mqtt://127.0.0.1:1883',
      subscribe: 'rows',
      publish: 'answers',
      qos: 1,
    });
    expect(streamOf(form, spec).passwordVariable).toBe('HALL_PASSWORD');
  });
});
