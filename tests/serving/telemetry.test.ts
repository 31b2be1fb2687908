import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../engine/base/clock.ts';
import { resolveConfig } from '../../engine/serving/config.ts';
import { PredictionServer } from '../../engine/serving/prediction-server.ts';
import { silentLog } from '../../engine/serving/server-log.ts';
import { type OtlpConfig, otlpConfig } from '../../engine/serving/telemetry/otlp-config.ts';
import { Telemetry } from '../../engine/serving/telemetry/telemetry.ts';
import { predict, ridersConfig, ridersRow, send } from './running-server.ts';

const json = { 'content-type': 'application/json' };
const body = JSON.stringify({ row: ridersRow });
const traceId = '0af7651916cd43dd8448eb211c80319c';
const parentId = 'b7ad6b7169203331';

interface Received {
  path: string | undefined;
  headers: Record<string, unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into messages of every form
  message: any;
}

/** A collector that takes JSON over HTTP and keeps what it got. @param status of its answers, once it is known */
async function collector(status: number | Promise<number> = 200) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', async () => {
      received.push({ path: request.url, headers: request.headers, message: JSON.parse(text) });
      response.writeHead(await status, json).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const spans = () =>
    received.flatMap(({ message }) => message.resourceSpans ?? []).flatMap(({ scopeSpans }) => scopeSpans[0].spans);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received, spans };
}

/** A server that sends to a collector as this environment says. */
async function observedServer(environment: Record<string, string>) {
  const warnings: string[] = [];
  const config = otlpConfig(environment, 'riders-live') as OtlpConfig;
  const telemetry = new Telemetry(config, systemClock, (message) => warnings.push(message));
  const log = silentLog(systemClock);
  const server = await PredictionServer.start(resolveConfig(ridersConfig()), systemClock, log, telemetry);
  onTestFinished(() => server.stop());
  return { server, warnings };
}

const attributesOf = (list: { key: string; value: Record<string, unknown> }[]) =>
  Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0]]));

test('a request becomes a span of the trace that it came with, by the conventions for HTTP', async () => {
  const { url, received, spans } = await collector();
  const { server } = await observedServer({
    OTEL_EXPORTER_OTLP_ENDPOINT: `${url}/`,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-team=a%20b,authorization=Basic abc',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
    OTEL_SERVICE_NAME: 'riders',
  });
  const headers = { ...json, traceparent: `00-${traceId}-${parentId}-01`, tracestate: 'congo=t61' };
  const before = Date.now();
  const answer = await send(server.url, { body, headers });
  await server.stop();
  const [first] = received.filter(({ path }) => path === '/v1/traces') as [Received];
  expect(first.headers).toMatchObject({ ...json, 'x-team': 'a b', authorization: 'Basic abc' });
  const [{ resource, scopeSpans }] = first.message.resourceSpans;
  expect(attributesOf(resource.attributes)).toMatchObject({
    'service.name': 'riders',
    'deployment.environment.name': 'test',
    'service.version': expect.any(String),
  });
  expect(scopeSpans[0].scope.name).toBe('galley');
  const [span] = spans();
  expect(span).toMatchObject({
    traceId,
    parentSpanId: parentId,
    spanId: answer.headers.get('traceparent')?.split('-')[2],
    traceState: 'congo=t61',
    name: 'POST /predict',
    kind: 2,
    status: {},
  });
  expect(attributesOf(span.attributes)).toEqual({
    'http.request.method': 'POST',
    'http.route': '/predict',
    'http.response.status_code': '200',
    'url.scheme': 'http',
    'galley.request_id': answer.headers.get('x-request-id'),
    'galley.rows': '1',
  });
  const [start, end] = [span.startTimeUnixNano, span.endTimeUnixNano].map((text: string) =>
    Number(BigInt(text) / 1_000_000n),
  );
  expect(start).toBeGreaterThanOrEqual(before);
  expect(end).toBeGreaterThanOrEqual(start as number);
  expect(end).toBeLessThanOrEqual(Date.now() + 1);
});

test('a span has the method that was sent, where the conventions know it', async () => {
  const { url, spans } = await collector();
  const { server } = await observedServer({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url });
  for (const [method, path] of [
    ['HEAD', '/livez'],
    ['OPTIONS', '/predict'],
    ['PROPFIND', '/predict'],
    ['PROPFIND', '/made-up'],
  ] as const) {
    await fetch(server.url + path, { method });
  }
  await server.stop();
  const methods = spans().map(({ name, attributes }) => {
    const all = attributesOf(attributes);
    return [name, all['http.request.method'], all['http.request.method_original']];
  });
  expect(methods).toEqual([
    ['HEAD /livez', 'HEAD', undefined],
    ['OPTIONS /predict', 'OPTIONS', undefined],
    ['HTTP /predict', '_OTHER', 'PROPFIND'],
    ['HTTP', '_OTHER', 'PROPFIND'],
  ]);
});

test('what the caller decided of recording is followed; else a share is recorded by the trace id', async () => {
  const { url, spans } = await collector();
  const { server } = await observedServer({
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${url}/spans`,
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.5',
  });
  const ask = async (flags: string) => {
    const { headers } = await send(server.url, {
      body,
      headers: { ...json, traceparent: `00-${traceId}-${parentId}-${flags}` },
    });
    return headers.get('traceparent')?.slice(-2);
  };
  expect([await ask('00'), await ask('01')]).toEqual(['00', '01']);
  const begun = await Promise.all(Array.from({ length: 200 }, () => predict(server.url, { row: ridersRow })));
  const recorded = begun.filter(({ headers }) => headers.get('traceparent')?.endsWith('-01'));
  expect(recorded.length).toBeGreaterThan(60);
  expect(recorded.length).toBeLessThan(140);
  await server.stop();
  expect(spans()).toHaveLength(1 + recorded.length);
});

test('metrics are sent as histograms by method, route and status', async () => {
  const { url, received } = await collector();
  const { server } = await observedServer({
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${url}/m`,
    OTEL_METRIC_EXPORT_INTERVAL: '50',
  });
  await predict(server.url, { rows: [ridersRow, ridersRow] });
  await predict(server.url, { row: {} });
  await send(server.url, { path: '/made-up', method: 'PROPFIND', body });
  await send(server.url, { method: 'OPTIONS' });
  const metrics = () => received.at(-1)?.message.resourceMetrics[0].scopeMetrics[0].metrics ?? [];
  const points = () => metrics()[0]?.histogram.dataPoints ?? [];
  await expect.poll(() => points().length).toBe(4);
  expect(received.every(({ path }) => path === '/m')).toBe(true);
  const [duration, rows] = metrics();
  expect([duration.name, duration.unit, duration.histogram.aggregationTemporality]).toEqual([
    'http.server.request.duration',
    's',
    2,
  ]);
  expect(points().map((point: { attributes: [] }) => Object.values(attributesOf(point.attributes)))).toEqual([
    ['POST', '/predict', '200', 'http'],
    ['POST', '/predict', '422', 'http'],
    ['_OTHER', '404', 'http'],
    ['OPTIONS', '/predict', '405', 'http'],
  ]);
  for (const { count, sum, bucketCounts, explicitBounds } of points()) {
    expect([count, bucketCounts.length]).toEqual(['1', explicitBounds.length + 1]);
    expect(bucketCounts.reduce((total: number, text: string) => total + Number(text), 0)).toBe(1);
    expect(sum).toBeGreaterThan(0);
  }
  expect(rows).toMatchObject({ name: 'galley.rows', sum: { isMonotonic: true, dataPoints: [{ asInt: '2' }] } });
});

test('a collector that refuses or is gone slows nothing and is told of once; beyond the queue spans are dropped', async () => {
  const { promise: status, resolve: answer } = Promise.withResolvers<number>();
  const { url, received, spans } = await collector(status);
  const { server, warnings } = await observedServer({
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${url}/v1/traces`,
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://127.0.0.1:1/v1/metrics',
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '4',
    OTEL_BSP_MAX_QUEUE_SIZE: '8',
  });
  // A batch is sent, which is not answered yet, and two wait; the rest is too much.
  for (let request = 0; request < 20; request++)
    expect((await predict(server.url, { row: ridersRow })).status).toBe(200);
  answer(503);
  await server.stop();
  expect(received.map(({ message }) => message.resourceSpans[0].scopeSpans[0].spans.length)).toEqual([4, 4, 4]);
  expect(spans()).toHaveLength(12);
  expect(warnings.sort()).toEqual([
    expect.stringMatching(/127\.0\.0\.1:1\/v1\/metrics does not take telemetry/),
    `The collector at ${url}/v1/traces does not take telemetry: it answered 503.`,
  ]);
});

test.each<[Record<string, string>, object | null]>([
  [{}, null],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }, null],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'no address' }, null],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', OTEL_SDK_DISABLED: 'true' }, null],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318/base/', OTEL_METRICS_EXPORTER: 'none' },
    { traces: { url: 'http://c:4318/base/v1/traces' }, metrics: null, ratio: 1, followsParent: true },
  ],
  [
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://t:1/',
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'a=1',
      OTEL_EXPORTER_OTLP_HEADERS: 'b=2, c = 3',
      OTEL_EXPORTER_OTLP_TIMEOUT: '500',
      OTEL_TRACES_SAMPLER: 'always_off',
      OTEL_BSP_MAX_QUEUE_SIZE: 'many',
    },
    {
      traces: { url: 'http://t:1/', headers: { a: '1' }, timeoutMilliseconds: 500 },
      metrics: { url: 'http://c:4318/v1/metrics', headers: { b: '2', c: '3' } },
      attributes: { 'service.name': 'riders-live' },
      ratio: 0,
      followsParent: false,
      queueSpans: 2048,
    },
  ],
])('the environment %j is read as the specification says', (environment, expected) => {
  const config = otlpConfig(environment, 'riders-live');
  if (expected === null) expect(config).toBeNull();
  else expect(config).toMatchObject(expected);
});
