import { afterEach, expect, test } from 'vitest';
import type { PreparedTraining } from '../../../engine/train/prepare.ts';
import { FitPool } from '../../../engine/train/sweeps/pool.ts';

let pool: FitPool | undefined;

afterEach(async () => {
  await pool?.close();
  pool = undefined;
});

function open(size: number): FitPool {
  const cancelFlag = new Int32Array(new SharedArrayBuffer(4));
  const entry = new URL('./ending-worker.ts', import.meta.url);
  pool = new FitPool(size, () => ({}) as PreparedTraining, cancelFlag, entry);
  return pool;
}

/** @param seed tells the thread what to do. */
function begin(threads: FitPool, seed: number): Promise<unknown> {
  const order = { target: 'y', learner: 'linear', parameters: {}, seed };
  return threads.start({ fold: 0, order, rowShare: 1, wantsAnswers: false }, () => undefined).result;
}

const ends = 1;
const throws = 2;
const fits = 3;

test('a thread that ends fails its fit and is given no other', async () => {
  const threads = open(2);
  const [dying, living] = [begin(threads, ends), begin(threads, fits)];
  await expect(dying).rejects.toMatchObject({ code: 'job.process_died' });
  await living;
  expect({ size: threads.size, free: threads.free }).toEqual({ size: 1, free: 1 });
  await expect(begin(threads, fits)).resolves.toMatchObject({ score: 0.5 });
});

test('a thread that breaks is given no fit between its error and its end', async () => {
  const threads = open(1);
  await expect(begin(threads, throws)).rejects.toThrow('It broke.');
  expect({ size: threads.size, free: threads.free }).toEqual({ size: 0, free: 0 });
});

test('another thread takes the place of one that had fitted before it ended', async () => {
  const threads = open(1);
  await begin(threads, fits);
  await expect(begin(threads, ends)).rejects.toMatchObject({ code: 'job.process_died' });
  expect(threads.size).toBe(1);
  await expect(begin(threads, fits)).resolves.toMatchObject({ score: 0.5 });
});
