import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import { expect, test } from 'vitest';
import type { ServedStream } from '../../engine/contract/deploy-streams.ts';
import { topicFits } from '../../engine/serving/streams/mqtt-topic.ts';
import { startBroker } from '../support/mqtt-broker.ts';
import { needsProgram } from '../support/needs.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { ridersConfig, ridersRow, runningServer } from './running-server.ts';

const stream = (url: string, changes: Partial<ServedStream> = {}): ServedStream => ({
  kind: 'mqtt',
  name: 'trips',
  url,
  subscribe: 'trips/+',
  publish: 'answers',
  ...changes,
});

/** The messages that come to a topic from now on. */
async function messagesOf(client: MqttClient, topic: string) {
  const messages: Record<string, unknown>[] = [];
  client.on('message', (_, payload) => messages.push(JSON.parse(payload.toString())));
  await client.subscribeAsync(topic, { qos: 1 });
  return messages;
}

const patience = { timeout: 20_000, interval: 20 };

test('a message is answered at the other topic, one that does not fit with its error', async (context) => {
  const broker = await startBroker(context);
  const server = await runningServer(ridersConfig({ streams: [stream(broker.url)] }));
  const client = await broker.client();
  const answers = await messagesOf(client, 'answers');
  await expect.poll(() => server.status().streams[0]?.connected, patience).toBe(true);
  await client.publishAsync('trips/red', JSON.stringify(ridersRow), { qos: 1 });
  await client.publishAsync('trips/red', JSON.stringify({ row: { ...ridersRow, temperature: 21 }, id: 'trip-7' }), {
    qos: 1,
  });
  await client.publishAsync('trips/blue', '{', { qos: 1 });
  await client.publishAsync('trips/blue/far', JSON.stringify(ridersRow), { qos: 1 });
  await client.publishAsync('trips/blue', JSON.stringify({ ...ridersRow, rain: 'much' }), { qos: 1 });
  await expect
    .poll(() => answers, patience)
    .toMatchObject([
      { model: 'riders', version: 1, prediction: 137 },
      { row_id: 'trip-7', prediction: 139 },
      { error: { code: 'serving.invalid_json' } },
      { error: { code: 'serving.invalid_rows' } },
    ]);
  expect(server.status()).toMatchObject({
    requests: 4,
    rows: 2,
    refused: 2,
    streams: [{ name: 'trips', kind: 'mqtt', connected: true, messages: 4, refused: 2, lastError: null }],
  });
  expect(server.metricsText()).toContain('galley_stream_connected{stream="trips"} 1\n');
});

test('many messages are all answered, in their order', async (context) => {
  const broker = await startBroker(context);
  const server = await runningServer(ridersConfig({ streams: [stream(broker.url)] }));
  const client = await broker.client();
  const answers = await messagesOf(client, 'answers');
  await expect.poll(() => server.status().streams[0]?.connected, patience).toBe(true);
  const ids = Array.from({ length: 3000 }, (_, index) => `row-${index}`);
  for (const id of ids) client.publish('trips/red', JSON.stringify({ row: ridersRow, id }), { qos: 1 });
  await expect.poll(() => answers.length, patience).toBe(ids.length);
  expect(answers.map(({ row_id }) => row_id)).toEqual(ids);
});

test('what comes while the server is away is answered when it is back', async (context) => {
  const broker = await startBroker(context);
  const config = ridersConfig({ streams: [stream(broker.url)] });
  const first = await runningServer(config);
  await expect.poll(() => first.status().streams[0]?.connected, patience).toBe(true);
  const client = await broker.client();
  const answers = await messagesOf(client, 'answers');
  await client.publishAsync('trips/red', JSON.stringify({ row: ridersRow, id: 'before' }), { qos: 1 });
  await expect.poll(() => answers.length, patience).toBe(1);
  await first.stop();
  await client.publishAsync('trips/red', JSON.stringify({ row: ridersRow, id: 'between' }), { qos: 1 });
  await runningServer(config);
  await expect.poll(() => answers.map(({ row_id }) => row_id), patience).toEqual(['before', 'between']);
});

test('a broker that is away stops nothing, and is reached when it is there', async (context) => {
  const broker = await startBroker(context);
  await broker.stop();
  const server = await runningServer(ridersConfig({ streams: [stream(broker.url)] }));
  expect(server.isReady).toBe(true);
  await expect.poll(() => server.status().streams[0]?.lastError, patience).toMatch(/nothing listens at that port/);
  await broker.start();
  await expect.poll(() => server.status().streams[0], patience).toMatchObject({ connected: true, lastError: null });
});

test('a broker that asks for a name gets it, and says where it is wrong', async (context) => {
  needsProgram(context, 'mosquitto_passwd');
  const passwordFile = join(temporaryFolder(), 'passwords');
  writeFileSync(passwordFile, '', { mode: 0o644 });
  execFileSync('mosquitto_passwd', ['-b', passwordFile, 'galley', 'right'], { stdio: 'ignore' });
  const broker = await startBroker(context, passwordFile);
  const login = { username: 'galley', password: 'wrong' };
  const server = await runningServer(ridersConfig({ streams: [stream(broker.url, login)] }));
  await expect.poll(() => server.status().streams[0]?.lastError, patience).toMatch(/does not let this user in/);
  server.configure({ streams: [stream(broker.url, { ...login, password: 'right' })] });
  await expect.poll(() => server.status().streams, patience).toMatchObject([{ connected: true, lastError: null }]);
});

test('streams come and go while the server runs, and one that stays is not disturbed', async (context) => {
  const broker = await startBroker(context);
  const server = await runningServer(ridersConfig({ streams: [stream(broker.url)] }));
  const client = await broker.client();
  const answers = await messagesOf(client, '#');
  await expect.poll(() => server.status().streams[0]?.connected, patience).toBe(true);
  await client.publishAsync('trips/red', JSON.stringify(ridersRow), { qos: 1 });
  await expect.poll(() => server.status().streams[0]?.messages, patience).toBe(1);
  const other = stream(broker.url, { name: 'buses', subscribe: 'buses', publish: 'bus-answers' });
  server.configure({ streams: [stream(broker.url), other] });
  await expect.poll(() => server.status().streams[1]?.connected, patience).toBe(true);
  expect(server.status().streams[0]).toMatchObject({ messages: 1, connected: true });
  server.configure({ streams: [other] });
  expect(server.status().streams.map(({ name }) => name)).toEqual(['buses']);
  await client.publishAsync('buses', JSON.stringify({ row: ridersRow, id: 'bus' }), { qos: 1 });
  await expect.poll(() => answers.filter(({ row_id }) => row_id === 'bus').length, patience).toBe(1);
});

test('a stream with another topic answers nothing more of the old one, and one that is removed leaves nothing behind', async (context) => {
  const broker = await startBroker(context);
  const server = await runningServer(ridersConfig({ streams: [stream(broker.url, { subscribe: 'old/+' })] }));
  const client = await broker.client();
  const answers = await messagesOf(client, 'answers');
  const connected = () => expect.poll(() => server.status().streams[0]?.connected, patience).toBe(true);
  const send = (topic: string, id: string) =>
    client.publishAsync(topic, JSON.stringify({ row: ridersRow, id }), { qos: 1 });
  await connected();
  server.configure({ streams: [stream(broker.url, { subscribe: 'new/+' })] });
  await connected();
  await send('old/x', 'old');
  await send('new/x', 'new');
  await expect.poll(() => answers.length, patience).toBe(1);
  expect(answers[0]).toMatchObject({ row_id: 'new' });

  server.configure({ streams: [] });
  await server.stop();
  const own = mqtt.connect(broker.url, { clientId: 'galley-riders-live-trips', clean: false, reconnectPeriod: 0 });
  const { sessionPresent } = await new Promise<mqtt.IConnackPacket>((resolve) => own.once('connect', resolve));
  await own.endAsync(true);
  expect(sessionPresent).toBe(false);
});

test('a stream whose password alone changes misses nothing that came meanwhile', async (context) => {
  const broker = await startBroker(context);
  const before = stream(broker.url, { username: 'galley', password: 'one' });
  const server = await runningServer(ridersConfig({ streams: [before] }));
  await expect.poll(() => server.status().streams[0]?.connected, patience).toBe(true);
  const client = await broker.client();
  const answers = await messagesOf(client, 'answers');
  server.configure({ streams: [{ ...before, password: 'two' }] });
  await client.publishAsync('trips/red', JSON.stringify({ row: ridersRow, id: 'meanwhile' }), { qos: 1 });
  await expect.poll(() => answers.map(({ row_id }) => row_id), patience).toEqual(['meanwhile']);
});

test('answers must not be answered', async () => {
  const url = 'mqtt://127.0.0.1:1';
  const server = await runningServer();
  const loops: ServedStream[][] = [
    [stream(url, { subscribe: '#' })],
    [stream(url, { subscribe: 'a', publish: 'b' }), stream(url, { name: 'back', subscribe: '+', publish: 'c/d' })],
  ];
  for (const streams of loops) {
    expect(() => server.configure({ streams })).toThrow(expect.objectContaining({ code: 'serving.stream_loop' }));
  }
  expect(server.status().streams).toEqual([]);
});

test.each([
  ['sport/tennis', 'sport/tennis', true],
  ['sport/tennis', 'sport/+', true],
  ['sport/tennis/player', 'sport/+', false],
  ['sport/tennis/player', 'sport/#', true],
  ['sport', 'sport/#', true],
  ['sport', 'sport/+', false],
  ['sport', '#', true],
  ['/finance', '+/+', true],
  ['/finance', '+', false],
  ['$SYS/load', '#', false],
  ['$SYS/load', '$SYS/#', true],
  ['answers', '$share/galley/answers', true],
])('the topic %s fits the filter %s: %s', (topic, filter, fits) => {
  expect(topicFits(topic, filter)).toBe(fits);
});
