import { expect, test } from 'vitest';
import { ShadowQueue } from '../../engine/serving/shadow-queue.ts';

test('work waits while a caller does, runs in its order, and what is too much is not taken', async () => {
  let busy = true;
  const done: string[] = [];
  const queue = new ShadowQueue(() => busy, 10);
  const work = (name: string) => async () => void done.push(name);
  expect(queue.add(6, work('a'))).toBe(true);
  expect(queue.add(4, work('b'))).toBe(true);
  expect(queue.add(1, work('c'))).toBe(false);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(done).toEqual([]);
  busy = false;
  await expect.poll(() => done).toEqual(['a', 'b']);
  expect(queue.add(10, work('d'))).toBe(true);
  await expect.poll(() => done).toEqual(['a', 'b', 'd']);
});

test('what waits is forgotten when the server ends', async () => {
  const done: string[] = [];
  const queue = new ShadowQueue(() => false);
  queue.add(1, async () => void done.push('a'));
  queue.clear();
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(done).toEqual([]);
});
