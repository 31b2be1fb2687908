import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { NoticeList } from '../../renderer/client/notices.svelte.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a notice is shown for some seconds and kept under the bell until it is read', () => {
  const notices = new NoticeList();
  notices.add({ tone: 'good', title: 'done' });
  notices.add({ tone: 'good', title: 'to be seen on the page' }, true);
  expect([notices.all.length, notices.shown.length, notices.unread]).toEqual([2, 1, 2]);
  vi.advanceTimersByTime(6000);
  expect([notices.all.length, notices.shown.length, notices.unread]).toEqual([2, 0, 2]);
  notices.markRead();
  expect(notices.unread).toBe(0);
});

test('what asks a question goes once that is answered, read or not', () => {
  const notices = new NoticeList();
  notices.add({ tone: 'warning', title: 'version 2 waits', question: 'run_1 ask' });
  notices.add({ tone: 'warning', title: 'version 3 waits', question: 'run_2 ask' });
  notices.answered('run_1 ask');
  expect(notices.all.map(({ title }) => title)).toEqual(['version 3 waits']);
  expect([notices.shown.length, notices.unread]).toEqual([1, 1]);
});
