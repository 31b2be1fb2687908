import { expect, test } from 'vitest';
import type { WatchedFolder } from '../../engine/contract/deploy-watches.ts';
import { watchCounts, watchFault } from '../../renderer/package/watch-words.ts';

const at = '2026-05-01T10:00:00.000Z';
const watch: WatchedFolder = {
  name: 'inbox',
  folder: '/home/ada/inbox',
  reference: 'rides',
  state: 'watching',
  message: null,
  scored: 1,
  failed: 0,
  lastFile: { file: 'day.csv', version: 2, rows: 344, at },
  lastError: null,
  createdAt: at,
};
const lastError = { file: 'whales.csv', code: 'data.x', message: 'It has no rows.', hint: 'Add some.', at };

test('files are counted, those that failed where there are some', () => {
  expect(watchCounts(watch)).toBe('1 file scored');
  expect(watchCounts({ ...watch, scored: 1200, failed: 2 })).toBe('1,200 files scored, 2 failed');
});

test('what keeps all files from being scored comes first, else the file that failed is named with what to do', () => {
  expect(watchFault(watch)).toBeUndefined();
  expect(watchFault({ ...watch, lastError })).toBe('whales.csv: It has no rows. Add some.');
  const named = { ...lastError, message: '/home/ada/inbox/whales.csv has no rows.', hint: 'Run galley verify.' };
  expect(watchFault({ ...watch, lastError: named })).toBe('/home/ada/inbox/whales.csv has no rows.');
  expect(watchFault({ ...watch, lastError, message: 'The folder is not there.' })).toBe('The folder is not there.');
});
