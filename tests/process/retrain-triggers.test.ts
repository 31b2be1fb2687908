import { createHmac } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { OutputOf } from '../../engine/contract/call.ts';
import type { retrainCalls } from '../../engine/contract/retrain.ts';
import { type RunningEngine, startEngineOf } from '../support/engine.ts';
import { temporaryFolder } from '../support/temporary.ts';

type List = OutputOf<typeof retrainCalls.list>;

const pipeline = (debounce: string) => `format: 1
pipeline: sales
parameters: { rows: 10 }
debounce: ${debounce}
triggers:
  - { on: data, dataset: sales }
  - { on: webhook }
steps:
  - { name: data, kind: fetch, dataset: sales }
`;

function writeRows(folder: string, from: number): string {
  const file = join(folder, `rows-${from}.csv`);
  const lines = Array.from({ length: 20 }, (_, index) => `${from + index},${(from + index) * 2}`);
  writeFileSync(file, `x,y\n${lines.join('\n')}\n`);
  return file;
}

/** The first state of the pipelines that fits. */
async function listWhere(engine: RunningEngine, condition: (list: List) => boolean): Promise<List> {
  for (;;) {
    const list = await engine.call<List>('retrain.list', {});
    if (condition(list)) return list;
    await sleep(50);
  }
}

const hasEnded = (count: number) => (list: List) =>
  list.runs.length === count && list.runs.every(({ status }) => status === 'succeeded');

/** An engine whose pipeline was asked for by two versions, and that was killed before the run began. */
async function killedWhileWaiting(home: string, project: string): Promise<void> {
  const engine = await startEngineOf(home, project);
  await engine.result('data.add', { name: 'sales', files: [writeRows(home, 0)] });
  await engine.call('retrain.addFile', { text: pipeline('365d') });
  await engine.result('data.add', { name: 'sales', append: true, files: [writeRows(home, 100)] });
  await listWhere(engine, ({ pipelines }) => pipelines[0]?.waiting !== null);
  await engine.kill('SIGKILL');
}

test('a run that waits is neither lost nor doubled when its engine is killed, and new data of meanwhile are seen', async () => {
  const home = temporaryFolder();
  const project = join(home, 'project');
  await killedWhileWaiting(home, project);
  const path = join(project, 'pipelines', 'sales.yaml');
  writeFileSync(path, readFileSync(path, 'utf8').replace('365d', '1ms'));

  const next = await startEngineOf(home, project);
  const { runs, pipelines } = await listWhere(next, hasEnded(1));
  expect(runs).toMatchObject([{ number: 1, trigger: { kind: 'data', detail: 'sales@2' } }]);
  expect(pipelines[0]?.waiting).toBeNull();
  await next.result('data.add', { name: 'sales', append: true, files: [writeRows(home, 200)] });
  const second = await listWhere(next, hasEnded(2));
  expect(second.runs[0]?.trigger.detail).toBe('sales@3');
  await next.kill('SIGKILL');

  const last = await startEngineOf(home, project);
  await last.result('data.add', { name: 'sales', append: true, files: [writeRows(home, 300)] });
  const third = await listWhere(last, hasEnded(3));
  expect(third.runs.map(({ trigger }) => trigger.detail)).toEqual(['sales@4', 'sales@3', 'sales@2']);
}, 120_000);

test('a webhook takes what is signed with its secret, once, and opens nothing else', async () => {
  const home = temporaryFolder();
  const engine = await startEngineOf(home, join(home, 'project'));
  await engine.result('data.add', { name: 'sales', files: [writeRows(home, 0)] });
  await engine.call('retrain.addFile', { text: pipeline('1ms') });
  const { webhook } = await engine.call<OutputOf<typeof retrainCalls.webhook>>('retrain.webhook', {
    pipeline: 'sales',
  });
  expect(webhook).toMatchObject({ path: '/hooks/retrain/sales', place: 'session' });
  const secret = String(webhook.secret);
  const again = await engine.call<OutputOf<typeof retrainCalls.webhook>>('retrain.webhook', { pipeline: 'sales' });
  expect(again.webhook.secret).toBeNull();

  const send = async (body: string, headers: Record<string, string>, path = webhook.path) => {
    const url = `http://127.0.0.1:${engine.port}${path}`;
    const response = await fetch(url, { method: 'POST', body, headers });
    return [response.status, await response.json()] as const;
  };
  const signed = (body: string, key = secret) => ({
    'x-hub-signature-256': `sha256=${createHmac('sha256', key).update(body).digest('hex')}`,
  });
  const body = JSON.stringify({ parameters: { rows: 20 }, reason: 'a push' });
  const refused = { error: { code: 'retrain.webhook_refused' } };
  expect(await send(body, signed(body, 'another'))).toMatchObject([401, refused]);
  expect(await send(body, {})).toMatchObject([401, refused]);
  expect(await send(body, signed(body), '/hooks/retrain/other')).toMatchObject([401, refused]);
  const bearer = { authorization: `Bearer ${secret}` };
  expect((await send('{}', { ...bearer, 'content-type': 'application/json' }, '/api/retrain/list'))[0]).toBe(412);
  const wrong = JSON.stringify({ parameters: { rows: 'many' } });
  expect(await send(wrong, signed(wrong))).toMatchObject([422, { error: { code: 'retrain.invalid_pipeline' } }]);
  expect(await send(body, signed(body))).toEqual([202, { status: 'accepted' }]);
  expect(await send(body, signed(body))).toEqual([200, { status: 'received before' }]);
  const { runs } = await listWhere(engine, hasEnded(1));
  expect(runs).toMatchObject([{ trigger: { kind: 'webhook', detail: 'a push' }, parameters: { rows: 20 } }]);
  expect(await send('', bearer)).toEqual([202, { status: 'accepted' }]);
  await listWhere(engine, hasEnded(2));
}, 120_000);

test('a backfill runs over versions one after the other, and does nothing twice', async () => {
  const home = temporaryFolder();
  const engine = await startEngineOf(home, join(home, 'project'));
  for (const from of [0, 100, 200])
    await engine.result('data.add', { name: 'sales', append: from > 0, files: [writeRows(home, from)] });
  const text = `format: 1
pipeline: past
parameters: { version: 1 }
steps:
  - { name: data, kind: fetch, dataset: "sales@\${version}" }
`;
  await engine.call('retrain.addFile', { text });
  const over = (to: number) => ({
    pipeline: 'past',
    over: { dataset: 'sales', from: 1, to, parameter: 'version' },
  });
  type Result = OutputOf<typeof retrainCalls.backfill>;
  const { backfill } = await engine.result<Result>('retrain.backfill', over(3));
  expect(backfill).toMatchObject({
    state: 'done',
    points: [1, 2, 3].map((number) => ({ name: `sales@${number}`, state: 'succeeded', run: { number } })),
  });
  const { backfill: again } = await engine.result<Result>('retrain.backfill', over(3));
  expect(again).toEqual(backfill);
  const { runs } = await engine.call<List>('retrain.list', {});
  expect(runs.map(({ trigger }) => trigger)).toEqual(
    [3, 2, 1].map((number) => ({ kind: 'backfill', detail: `sales@${number}` })),
  );
  await expect(engine.call('retrain.backfill', over(4))).rejects.toMatchObject({ code: 'retrain.invalid_backfill' });
}, 120_000);
