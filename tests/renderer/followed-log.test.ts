import { expect, test } from 'vitest';
import { isoTime } from '../../engine/base/clock.ts';
import { FollowedLog, type LogResult } from '../../renderer/deploy/followed-log.ts';

const begin = Date.UTC(2026, 0, 1);
const time = (seconds: number) => isoTime(begin + seconds * 1000);
type Row = LogResult['rows'][number];
const row = (seconds: number) => ({ rowId: `row-${seconds}`, requestId: 'req', receivedAt: time(seconds) }) as Row;

/** A log that is searched as the engine does, with the times at which its rows were received. */
function logOf(received: number[]) {
  const asked: (string | undefined)[] = [];
  let now = 0;
  const log = new FollowedLog(async ({ since, limit = 0 }) => {
    asked.push(since);
    const rows = received
      .filter((seconds) => since === undefined || time(seconds) >= since)
      .sort((one, other) => other - one)
      .map(row);
    const next = rows.length > limit ? (rows[limit - 1] as Row) : null;
    const damaged = [{ segment: 'old', reason: 'damaged' }].filter(() => since === undefined);
    return { deployment: 'rides', rows: rows.slice(0, limit), next, skipped: damaged, searchedAt: time(now) };
  });
  const search = async (seconds: number, limit = 3, since?: string) => {
    now = seconds;
    const input = { deployment: 'rides', limit, ...(since === undefined ? {} : { since }) };
    const { rows, next, skipped } = await log.search(input, new AbortController().signal);
    if (since === undefined) expect(skipped).toEqual([{ segment: 'old', reason: 'damaged' }]);
    return { ids: rows.map(({ rowId }) => rowId), isMore: next !== null };
  };
  return { search, asked };
}

test('a search that is made again goes on a minute before the end of the one before, with the same rows', async () => {
  const received = [100, 190];
  const { search, asked } = logOf(received);
  expect(await search(200)).toEqual({ ids: ['row-190', 'row-100'], isMore: false });
  received.push(195);
  expect(await search(210)).toEqual({ ids: ['row-195', 'row-190', 'row-100'], isMore: false });
  received.push(211);
  expect(await search(212)).toEqual({ ids: ['row-211', 'row-195', 'row-190'], isMore: true });
  received.push(213, 214, 215, 216);
  expect(await search(220)).toEqual({ ids: ['row-216', 'row-215', 'row-214'], isMore: true });
  expect(asked).toEqual([undefined, time(140), time(150), time(152)]);
});

test('another search, and one after five minutes, is made of the whole log', async () => {
  const received = [10, 20, 30, 40];
  const { search, asked } = logOf(received);
  expect((await search(150)).ids).toHaveLength(3);
  expect((await search(152, 6)).ids).toHaveLength(4);
  received.splice(0, 2);
  expect((await search(440, 6)).ids).toHaveLength(4);
  expect((await search(452, 6)).ids).toHaveLength(4);
  expect((await search(454, 6)).ids).toEqual(['row-40', 'row-30']);
  expect((await search(456, 6)).ids).toEqual(['row-40', 'row-30']);
  expect(asked).toEqual([undefined, undefined, time(92), time(380), undefined, time(394)]);
});

test('a search from a time on never begins before it', async () => {
  const { search, asked } = logOf([10, 20, 30]);
  await search(40, 3, time(20));
  expect(await search(42, 3, time(20))).toEqual({ ids: ['row-30', 'row-20'], isMore: false });
  expect(asked).toEqual([time(20), time(20)]);
});
