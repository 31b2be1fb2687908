/**
 * Works on the items of a stream, at most `window` at a time, and gives the results in the order of the items: each as soon
 * as it and those before it are there, also while the next item is still to come. While the window is full, or nobody takes
 * the results, no item is read. Where the items fail, that comes after the results before.
 * @param work must not reject
 */
export async function* inOrder<Item, Result>(
  items: AsyncIterable<Item>,
  work: (item: Item) => Promise<Result>,
  window: number,
): AsyncGenerator<Result, void> {
  const iterator = items[Symbol.asyncIterator]();
  const begun: Promise<Result>[] = [];
  let next: Promise<IteratorResult<Item>> | null = read(iterator);
  try {
    while (next || begun.length > 0) {
      if (next && begun.length < window && (await isReadFirst(next, begun[0]))) {
        const { done, value }: IteratorResult<Item> = await next;
        if (!done) begun.push(work(value));
        next = done ? null : read(iterator);
      } else {
        yield (await begun.shift()) as Result;
      }
    }
  } finally {
    void iterator.return?.();
  }
}

/** The next item. It may fail while nobody waits for it, and then fails again where it is awaited. */
function read<Item>(iterator: AsyncIterator<Item>): Promise<IteratorResult<Item>> {
  const next = iterator.next();
  next.catch(() => {});
  return next;
}

/** A read that fails comes after the results before it. */
async function isReadFirst(next: Promise<unknown>, oldest: Promise<unknown> | undefined): Promise<boolean> {
  if (!oldest) return true;
  const isRead = next.then(
    () => true,
    () => false,
  );
  return Promise.race([isRead, oldest.then(() => false)]);
}
