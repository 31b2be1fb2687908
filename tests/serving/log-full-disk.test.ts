import { existsSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { smallDisk } from '../support/small-disk.ts';
import { predict, ridersConfig, ridersRow, runningServer, send } from './running-server.ts';

test('a disk that is full stops and slows no answer, is told of, and is written to again when there is room', async (context) => {
  const disk = smallDisk(context, 1);
  const ballast = join(disk, 'ballast');
  const logFolder = join(disk, 'log');
  const logLimits = { flushMilliseconds: 5, pendingBytes: 64 * 1024 };
  const server = await runningServer(ridersConfig({ logFolder, logLimits }));
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(ballast, Buffer.alloc(bavail * bsize));
  const ids = Array.from({ length: 500 }, (_, index) => `row-${index}`);
  for (const id of ids) {
    const { status, body } = await predict(server.url, { row: ridersRow, id });
    expect([status, body.prediction]).toEqual([200, 137]);
  }
  await expect.poll(() => server.status().log.lastError, { timeout: 10_000 }).toMatch(/ENOSPC/);
  const { lostRows, pendingRows } = server.status().log;
  expect(lostRows).toBeGreaterThan(0);
  expect(lostRows + pendingRows).toBe(500);
  const metrics = await send(server.url, { path: '/metrics', method: 'GET', body: undefined });
  expect(metrics.body).toContain('\ngalley_log_failing 1\n');
  expect(metrics.body).toContain(`\ngalley_log_lost_rows_total ${lostRows}\n`);
  rmSync(ballast);
  expect(existsSync(ballast)).toBe(false);
  const paths = await server.rotate();
  expect(paths).toHaveLength(1);
  expect(server.status().log).toMatchObject({ writtenRows: pendingRows, pendingRows: 0, lostRows, lastError: null });
});
