import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { monitorCalls } from '../../../engine/contract/monitor.ts';
import { openApp } from '../open-app.ts';
import { addRows, runSteps } from './run-steps.ts';

/** A receiver of webhooks that answers with a status. */
async function receiver(answer: { status: number }): Promise<{ url: string; received: unknown[] }> {
  const received: unknown[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    received.push(JSON.parse(Buffer.concat(parts).toString()));
    response.writeHead(answer.status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received };
}

const telling = (channel: string) => `
  - { name: rows, kind: fetch, dataset: rides }
  - { name: tell, kind: notify, channel: ${channel}, after: rows, matrix: { place: [north] }, message: "Rows for \${place} came" }
`;

test('a channel is told each time what a step says; what it does not take fails the step', async () => {
  const engine = await openApp();
  await addRows(engine, 'rides', 'station,riders\na,1\n');
  const answer = { status: 200 };
  const { url, received } = await receiver(answer);
  await engine.call(monitorCalls.setChannel, { name: 'team', kind: 'webhook', url });
  const { run } = await runSteps(engine, telling('team'));
  expect(run).toMatchObject({ status: 'succeeded' });
  expect(run.steps[1]).toMatchObject({ summary: 'team was told: Rows for north came', output: null });
  await runSteps(engine, telling('team'));
  const note = { pipeline: 'work', step: 'tell (north)', message: 'Rows for north came' };
  expect(received).toMatchObject([
    { event: 'pipeline.message', note: { ...note, run: 1 } },
    { event: 'pipeline.message', note: { ...note, run: 2 } },
  ]);
  answer.status = 500;
  expect((await runSteps(engine, telling('team'))).run.error).toMatch(
    /^The channel team did not take it: 127\.0\.0\.1:\d+ answered with 500\.$/,
  );
  expect((await runSteps(engine, telling('nobody'))).run.error).toContain('There is no channel');
});
