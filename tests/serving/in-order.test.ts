import { expect, test } from 'vitest';
import { inOrder } from '../../engine/serving/streams/in-order.ts';

async function* itemsThenFailure(count: number) {
  for (let item = 0; item < count; item++) yield item;
  throw new Error('the source is gone');
}

/** Work that ends when the test says so. */
function heldWork() {
  const held: (() => void)[] = [];
  const work = (item: number) =>
    new Promise<number>((resolve) => {
      held.push(() => resolve(item));
    });
  const release = () => {
    for (const end of held.splice(0)) end();
  };
  return { work, release };
}

test('a source that fails while the window is full fails where its items are taken, after the results before', async () => {
  const unhandled: unknown[] = [];
  const listen = (error: unknown) => unhandled.push(error);
  process.on('unhandledRejection', listen);
  const { work, release } = heldWork();
  const results = inOrder(itemsThenFailure(2), work, 2);
  const first = results.next();
  await new Promise((resolve) => setTimeout(resolve, 20));
  release();
  expect(await first).toEqual({ done: false, value: 0 });
  expect(await results.next()).toEqual({ done: false, value: 1 });
  await expect(results.next()).rejects.toThrow('the source is gone');
  process.off('unhandledRejection', listen);
  expect(unhandled).toEqual([]);
});

test('no more items are read than the window has room for', async () => {
  let read = 0;
  async function* counted() {
    for (;;) yield read++;
  }
  const { work, release } = heldWork();
  const results = inOrder(counted(), work, 3);
  const first = results.next();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(read).toBeLessThanOrEqual(4);
  release();
  await first;
  await results.return(undefined);
});
