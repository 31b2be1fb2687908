import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { LabelRecord } from '../../engine/contract/serving.ts';
import { closedSegments } from '../../engine/serving/log-folder.ts';
import { openSegment } from '../../engine/serving/log-reader.ts';
import { fixedClock } from '../support/fixed.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { linesOf, receiver } from './log-receiver.ts';
import { ridersConfig, runningServer, send, singleModelConfig } from './running-server.ts';

const label = (url: string, body: unknown) => send(url, { path: '/labels', body: JSON.stringify(body) });

test('labels are on the disk when they are answered, in segments beside the log', async () => {
  const logFolder = temporaryFolder();
  const server = await runningServer(ridersConfig({ logFolder }), fixedClock());
  const labels = [
    { row_id: 'trip-1', label: 140.5 },
    { row_id: 'trip-2', label: 90 },
  ];
  expect(await label(server.url, { labels })).toMatchObject({ status: 200, body: { accepted: 2 } });
  expect(server.labelLog('riders')?.status()).toMatchObject({ writtenRows: 2, pendingRows: 0 });
  expect(await server.rotate()).toEqual([]);
  const [path] = await closedSegments(join(logFolder, 'labels'));
  const segment = await openSegment<LabelRecord>(path as string);
  const received_at = Date.UTC(2025, 0, 1);
  expect([...(segment?.records() ?? [])]).toEqual(labels.map((one) => ({ ...one, received_at })));
});

test('a label may say when it became known, which is not after it was sent', async () => {
  const logFolder = temporaryFolder();
  const server = await runningServer(ridersConfig({ logFolder }), fixedClock());
  const times = ['2004-02-29', '2004-02-29T12:45:00+02:00', '2004-02-29T12:45', '2025-01-01T00:00:01Z', null];
  const labels = times.map((at, index) => ({ row_id: `trip-${index}`, label: 1, at }));
  expect(await label(server.url, { labels })).toMatchObject({ status: 200, body: { accepted: 5 } });
  await server.rotate();
  const [path] = await closedSegments(join(logFolder, 'labels'));
  const segment = await openSegment<LabelRecord>(path as string);
  expect([...(segment?.records() ?? [])].map(({ known_at }) => known_at)).toEqual([
    Date.UTC(2004, 1, 29),
    Date.UTC(2004, 1, 29, 10, 45),
    Date.UTC(2004, 1, 29, 12, 45),
    Date.UTC(2025, 0, 1),
    undefined,
  ]);
});

test('a class is taken as it stands in the data', async () => {
  const { url } = await runningServer({ ...singleModelConfig('spam'), logFolder: temporaryFolder() });
  expect((await label(url, { labels: [{ row_id: 'a', label: 'spam' }] })).status).toBe(200);
  const { status, body } = await label(url, {
    labels: [
      { row_id: 'a', label: 'Spam' },
      { row_id: 'b', label: null },
    ],
  });
  expect(status).toBe(422);
  expect(body.error.details.faults).toMatchObject([
    { row: 0, field: 'label', code: 'wrong_type', message: 'label must be one of ham, spam.' },
    { row: 1, field: 'label', code: 'wrong_type' },
  ]);
});

test.each<[string, unknown, string[]]>([
  ['a text as a number', { row_id: 'a', label: '140' }, ['label wrong_type']],
  ['no label', { row_id: 'a' }, ['label wrong_type']],
  ['no row', { label: 1 }, ['row_id wrong_id']],
  ['a number as a row', { row_id: 7, label: true }, ['row_id wrong_id', 'label wrong_type']],
  ['an unknown member', { row_id: 'a', label: 1, time: 'now' }, ['time unknown_field']],
  ['no time', { row_id: 'a', label: 1, at: 'now' }, ['at wrong_time']],
  ['a number as a time', { row_id: 'a', label: 1, at: 1735689600000 }, ['at wrong_time']],
  ['a list', [1], ['null row_not_object']],
])('%s: refused with its place, and no label is kept', async (_, wrong, expected) => {
  const server = await runningServer(ridersConfig({ logFolder: temporaryFolder() }));
  const { status, body } = await label(server.url, { labels: [{ row_id: 'right', label: 1 }, wrong] });
  expect([status, body.error.code]).toEqual([422, 'serving.invalid_rows']);
  const { faults } = body.error.details;
  expect(faults.map(({ field, code }: Record<string, string>) => `${field} ${code}`)).toEqual(expected);
  expect(faults.every(({ row }: { row: number }) => row === 1)).toBe(true);
  expect(server.labelLog('riders')?.status().writtenRows).toBe(0);
});

test.each([{ labels: [] }, { labels: {} }, {}, [], { labels: [{}], rows: [] }])(
  '%j is no list of labels',
  async (body) => {
    const { url } = await runningServer(ridersConfig({ logFolder: temporaryFolder() }));
    expect(await label(url, body)).toMatchObject({ status: 422, body: { error: { code: 'serving.invalid_request' } } });
  },
);

test('a server without a log takes no labels', async () => {
  const { url } = await runningServer();
  const answer = await label(url, { labels: [{ row_id: 'a', label: 1 }] });
  expect(answer).toMatchObject({ status: 412, body: { error: { code: 'serving.no_log' } } });
});

test('a server without a log folder sends labels where its answers go, as lines that name the model', async () => {
  const target = await receiver();
  const { url } = await runningServer(ridersConfig({ logSink: { kind: 'http', url: target.url } }), fixedClock());
  expect(await label(url, { labels: [{ row_id: 'trip-1', label: 140.5 }] })).toMatchObject({ status: 200 });
  const received_at = Date.UTC(2025, 0, 1);
  expect(linesOf(target)).toEqual([{ model: 'riders', row_id: 'trip-1', label: 140.5, received_at }]);
  target.status = 503;
  expect(await label(url, { labels: [{ row_id: 'trip-2', label: 90 }] })).toMatchObject({
    body: { error: { code: 'store.not_writable' } },
  });
});

test('a server that logs nowhere takes no labels', async () => {
  const { url } = await runningServer(ridersConfig({ logSink: { kind: 'none' } }));
  expect(await label(url, { labels: [{ row_id: 'trip-1', label: 1 }] })).toMatchObject({
    status: 412,
    body: { error: { code: 'serving.no_log' } },
  });
});
