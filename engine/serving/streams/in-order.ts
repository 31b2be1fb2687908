/**
 * Works on the items of a stream, at most `window` at a time, and gives the results in the order of the items: each as soon
 * as it and those before it are there, also while the next item is still to come. While the window is full, or nobody takes
 * the results, no item is read.
 * @param work must not reject
 */
export async function* inOrder<Item, Result>(
  items: AsyncIterable<Item>,
  work: (item: Item) => Promise<Result>,
  window: number,
): AsyncGenerator<Result, void> {
  const iterator = items[Symbol.asyncIterator]();
  const begun: Promise<Result>[] = [];
  let next: Promise<IteratorResult<Item>> | null = iterator.next();
  try {
    while (next || begun.length > 0) {
      if (next && begun.length < window && (await isReadFirst(next, begun[0]))) {
        const { done, value }: IteratorResult<Item> = await next;
        if (!done) begun.push(work(value));
        next = done ? null : iterator.next();
      } else {
        yield (await begun.shift()) as Result;
      }
    }
  } finally {
    void iterator.return?.();
  }
}

function isReadFirst(next: Promise<unknown>, oldest: Promise<unknown> | undefined): Promise<boolean> {
  const read = next.then(() => true);
  return oldest ? Promise.race([read, oldest.then(() => false)]) : read;
}
