import { expect, test } from 'vitest';
import { type Answers, Batcher } from '../../engine/serving/batcher.ts';

/** Answers a row with its double, and remembers the batches. */
function doubling(size: number, milliseconds = 0) {
  const batches: number[][] = [];
  const run = async (rows: number[]): Promise<Answers> => {
    batches.push(rows);
    if (rows.includes(13)) throw new Error('thirteen');
    return { labels: rows.map(String), scores: Float32Array.from(rows, (row) => row * 2), width: 1 };
  };
  return { batches, batcher: new Batcher(run, () => ({ rows: size, milliseconds })) };
}

const range = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);

test('rows of one turn go to the model together', async () => {
  const { batches, batcher } = doubling(8);
  const answers = await Promise.all([batcher.add([1]), batcher.add([2, 3]), batcher.add([4])]);
  expect(batches).toEqual([[1, 2, 3, 4]]);
  expect(answers.map(({ scores }) => [...scores])).toEqual([[2], [4, 6], [8]]);
  expect(answers.map(({ labels }) => labels)).toEqual([['1'], ['2', '3'], ['4']]);
});

test('a request with more rows than a batch is answered in order', async () => {
  const { batches, batcher } = doubling(4);
  const rows = range(100, 10);
  const { scores, labels } = await batcher.add(rows);
  expect(batches.map(({ length }) => length)).toEqual([4, 4, 2]);
  expect([...scores]).toEqual(rows.map((row) => row * 2));
  expect(labels).toEqual(rows.map(String));
});

test('a small request does not wait for the end of a large one', async () => {
  const { batches, batcher } = doubling(8);
  const finished: string[] = [];
  const large = batcher.add(range(100, 80)).then(() => finished.push('large'));
  const small = batcher.add([1]).then(() => finished.push('small'));
  await Promise.all([large, small]);
  expect(finished).toEqual(['small', 'large']);
  expect(batches[0]).toContain(1);
  expect(batches.flat()).toHaveLength(81);
});

test('two large requests share the batches', async () => {
  const { batches, batcher } = doubling(8);
  const [one, other] = await Promise.all([batcher.add(range(100, 20)), batcher.add(range(200, 20))]);
  expect([...one.scores]).toEqual(range(100, 20).map((row) => row * 2));
  expect([...other.scores]).toEqual(range(200, 20).map((row) => row * 2));
  expect(batches[0]).toEqual([100, 101, 102, 103, 104, 105, 200, 201]);
  expect(batches.map(({ length }) => length)).toEqual([8, 8, 8, 8, 8]);
});

test('a batch that fails takes only its own requests along', async () => {
  const { batcher } = doubling(2);
  const results = await Promise.allSettled([batcher.add([1, 2]), batcher.add([13]), batcher.add([3, 4])]);
  expect(batcher.waitingRows).toBe(0);
  expect(results.map(({ status }) => status)).toContain('rejected');
  expect((await batcher.add([5])).scores[0]).toBe(10);
});

test('rows count as waiting until they are answered', async () => {
  const { batcher } = doubling(2);
  const answered = batcher.add([1, 2, 3]);
  expect(batcher.waitingRows).toBe(3);
  await answered;
  expect(batcher.waitingRows).toBe(0);
});

test('with a deadline rows wait for others, until there are enough or its time has come', async () => {
  const { batches, batcher } = doubling(3, 50);
  const first = batcher.add([1]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(batches).toEqual([]);
  await Promise.all([first, batcher.add([2, 3])]);
  expect(batches).toEqual([[1, 2, 3]]);
  await batcher.add([4]);
  expect(batches).toEqual([[1, 2, 3], [4]]);
  expect(batcher.waitingRows).toBe(0);
});
