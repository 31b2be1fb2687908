import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { protocols } from '../../engine/serving/protocols/index.ts';
import { fixedClock } from '../support/fixed.ts';
import { needsProgram } from '../support/needs.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { countedRiders } from './profiles/riders-reference.ts';
import { predict, ridersConfig, ridersRow, runningServer, send, singleModelConfig } from './running-server.ts';

const jsonType = 'application/json';
const get = (url: string, path: string) => send(url, { method: 'GET', path });

test('a running server is live and ready, and says at its root what it is', async () => {
  const { url } = await runningServer();
  expect(await get(url, '/livez')).toMatchObject({ status: 200, body: { status: 'live' } });
  expect(await get(url, '/readyz')).toMatchObject({ status: 200, body: { status: 'ready' } });
  expect(await get(url, '/livez?verbose=1')).toMatchObject({ status: 200 });
  expect(await get(url, '/')).toMatchObject({
    status: 200,
    body: { model: 'riders', version: 1, deployment: 'riders-live', description: `${url}/openapi.json` },
  });
  const head = await fetch(`${url}/livez`, { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
});

/** Samples by name and labels; throws where a line is not of the text format, or a metric lacks HELP or TYPE. */
function parseMetrics(text: string): Map<string, number> {
  const samples = new Map<string, number>();
  const types = new Map<string, string>();
  const helps = new Set<string>();
  for (const line of text.trimEnd().split('\n')) {
    const [, kind, about, rest] = /^# (HELP|TYPE) ([a-z_]+) (.+)$/.exec(line) ?? [];
    if (kind === 'HELP') helps.add(about as string);
    else if (kind === 'TYPE') types.set(about as string, rest as string);
    else {
      const [, name, labels = '', value] =
        /^([a-z_]+)(\{(?:[a-z_]+="(?:[^"\\\n]|\\.)*",?)+\})? (\S+)$/.exec(line) ?? [];
      if (name === undefined) throw new Error(`not a sample: ${line}`);
      const family = types.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '');
      if (!helps.has(family) || !types.has(family)) throw new Error(`${name} has no HELP or TYPE`);
      samples.set(name + labels, Number(value));
    }
  }
  return samples;
}

test('the metrics are Prometheus text and count what happened', async () => {
  const server = await runningServer(ridersConfig({ model: 'a "quoted\\" name', logFolder: temporaryFolder() }));
  const { url } = server;
  await predict(url, { rows: [ridersRow, ridersRow, ridersRow] });
  await predict(url, { row: ridersRow });
  await predict(url, { row: {} });
  await get(url, '/nothing');
  await server.rotate();
  const answer = await get(url, '/metrics');
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const samples = parseMetrics(answer.body);
  expect(Object.fromEntries(samples)).toMatchObject({
    'galley_requests_total{path="/predict",status="200"}': 2,
    'galley_requests_total{path="/predict",status="422"}': 1,
    'galley_requests_total{path="other",status="404"}': 1,
    galley_rows_total: 4,
    galley_request_duration_seconds_count: 3,
    'galley_request_duration_seconds_bucket{le="+Inf"}': 3,
    galley_batch_rows_count: 2,
    galley_batch_rows_sum: 4,
    'galley_batch_rows_bucket{le="1"}': 1,
    'galley_batch_rows_bucket{le="4"}': 2,
    galley_ready: 1,
    'galley_model_info{deployment="riders-live",model="a \\"quoted\\\\\\" name",version="1"}': 1,
    galley_log_written_rows_total: 4,
    galley_log_lost_rows_total: 0,
    galley_log_pending_rows: 0,
  });
  expect(samples.get('process_cpu_seconds_total')).toBeGreaterThan(0);
});

test('promtool finds no fault in the metrics', async (context) => {
  needsProgram(context, 'promtool');
  const { url } = await runningServer(countedRiders());
  await predict(url, { row: ridersRow });
  const { body } = await get(url, '/metrics');
  expect(execFileSync('promtool', ['check', 'metrics'], { input: body, encoding: 'utf8' })).toBe('');
});

test('the status counts by minute, over the last hour', async () => {
  const clock = fixedClock();
  const server = await runningServer(ridersConfig(), clock);
  const { url } = server;
  expect(server.status()).toMatchObject({ requests: 0, latency: { p50: null, p95: null, p99: null } });
  await predict(url, { rows: [ridersRow, ridersRow] });
  clock.advance(60_000);
  await predict(url, { row: ridersRow });
  await predict(url, { row: {} });
  const status = server.status();
  expect(status).toMatchObject({ requests: 3, rows: 3, errors: 1, refused: 1, version: 1, ready: true });
  expect(status.minutes).toHaveLength(60);
  expect(status.minutes.slice(-2)).toMatchObject([
    { at: '2025-01-01T00:00:00.000Z', requests: 1, rows: 2, errors: 0 },
    { at: '2025-01-01T00:01:00.000Z', requests: 2, rows: 1, errors: 1 },
  ]);
  expect(status.latency.p50).toBeGreaterThan(0);
  clock.advance(60 * 60_000);
  expect(server.status()).toMatchObject({ requests: 3, latency: { p50: null } });
  expect(server.status().minutes.every(({ requests }) => requests === 0)).toBe(true);
});

type Node = { [key: string]: unknown };

/** Every `$ref` of a document. */
function references(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => (key === '$ref' ? [String(value)] : references(value)));
}

function resolve(document: Node, reference: string): unknown {
  return reference
    .slice(2)
    .split('/')
    .reduce<unknown>((node, key) => (node as Node | undefined)?.[key], document);
}

test.each([['riders'], ['spam']])('the OpenAPI description of %s is whole', async (model) => {
  const { url } = await runningServer(model === 'riders' ? ridersConfig() : singleModelConfig(model));
  const { status, body } = await get(url, '/openapi.json');
  expect(status).toBe(200);
  expect(body.openapi).toBe('3.1.0');
  expect(body.servers).toEqual([{ url }]);
  for (const path of Object.keys(body.paths)) expect(path).toMatch(/^\//);
  expect(references(body).length).toBeGreaterThan(5);
  for (const reference of references(body)) expect(resolve(body, reference), reference).toBeDefined();
  for (const methods of Object.values(body.paths) as Node[]) {
    for (const operation of Object.values(methods) as Node[]) {
      expect(operation).toMatchObject({ operationId: expect.any(String), responses: expect.any(Object) });
      for (const response of Object.values(operation.responses as Node)) {
        expect(response).toMatchObject({ description: expect.stringMatching(/\.$/) });
      }
    }
  }
});

test.each([['riders'], ['spam']])(
  'each path of %s is described, and answers what its description sends',
  async (model) => {
    const server = await runningServer({
      ...(model === 'riders' ? countedRiders() : singleModelConfig(model)),
      label: 'champion',
      logFolder: temporaryFolder(),
    });
    const { paths } = (await get(server.url, '/openapi.json')).body;
    const routes = protocols(server).flatMap(({ routes }) => routes);
    const unlisted = ['/docs/page.js', '/docs/page.css'];
    expect(Object.keys(paths).sort()).toEqual(
      routes
        .map(({ path }) => path)
        .filter((path) => !unlisted.includes(path))
        .sort(),
    );
    for (const { path, method } of routes.filter(({ path }) => !unlisted.includes(path))) {
      const { requestBody, responses, parameters = [] } = paths[path][method.toLowerCase()];
      const known: Record<string, string> = { model, version: String(server.status().version), label: 'champion' };
      const inPath = parameters.filter((parameter: { in: string }) => parameter.in === 'path');
      expect(inPath.map(({ name }: { name: string }) => name)).toEqual(
        [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
      );
      const asked = path.replaceAll(/\{(\w+)\}/g, (_, name) => known[name] as string);
      const content: Record<string, { examples: Record<string, { value: unknown }> }> = requestBody?.content ?? {};
      const [[type = jsonType, { examples: named = {} }] = [jsonType, {}]] = Object.entries(content);
      const examples = Object.values(named);
      expect(examples.length > 0).toBe(method === 'POST');
      const bodies = examples.map(({ value }) => (typeof value === 'string' ? value : JSON.stringify(value)));
      for (const body of method === 'GET' ? [undefined] : bodies) {
        const answer = await send(server.url, { method, path: asked, body, headers: { 'content-type': type } });
        // Nobody says what the rows of spam are counted against.
        const expected = model === 'spam' && path.startsWith('/profile') ? '501' : Object.keys(responses)[0];
        expect(String(answer.status), `${method} ${asked}`).toBe(expected);
        if (method === 'POST') expect(JSON.stringify(answer.body)).not.toContain('"error"');
      }
    }
  },
);

test('the page to try the paths on runs nothing but its own script, and needs no token to ask for one', async () => {
  const { port } = await runningServer(ridersConfig({ host: '0.0.0.0', token: 'a-token-of-some-length' }));
  const url = `http://127.0.0.1:${port}`;
  const { body, headers } = await get(url, '/docs');
  const policy = headers.get('content-security-policy');
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'");
  expect(body).not.toMatch(/https?:|<script>|style=| on[a-z]+=/);
  const linked = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path as string);
  expect(linked).toEqual(['/docs/page.css', '/docs/page.js']);
  for (const path of linked) expect((await get(url, path)).headers.get('content-security-policy')).toBe(policy);
  expect((await get(url, '/openapi.json')).status).toBe(401);
});

test('the OpenAPI description says of each field what the signature says', async () => {
  const { url } = await runningServer();
  const { Row } = (await get(url, '/openapi.json')).body.components.schemas;
  expect(Row.required).toEqual(['rain', 'holiday', 'day']);
  expect(Row.additionalProperties).toBe(false);
  expect(Row.properties).toMatchObject({
    temperature: { type: ['number', 'null'], examples: [21.5] },
    rain: { type: 'integer', description: expect.stringContaining('0 to 80') },
    holiday: { type: 'boolean' },
    line: { type: ['string', 'null'], description: expect.stringContaining('red, blue, Orée') },
    day: { type: 'string', format: 'date' },
  });
});
