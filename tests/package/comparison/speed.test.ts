import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Signature } from '../../../engine/contract/values.ts';
import { measureSpeed } from '../../../engine/package/comparison/speed.ts';
import { checkoutFolder } from '../../support/needs.ts';

function timed(name: string, rows: number) {
  const folder = join(checkoutFolder, 'tests', 'fixtures', 'serving', name);
  const signature = JSON.parse(readFileSync(join(folder, 'signature.json'), 'utf8')) as Signature;
  const row = signature.inputs.map(() => null);
  return { onnx: join(folder, 'model.onnx'), signature, rows: Array.from({ length: rows }, () => row) };
}

/** A clock that goes on by what each run takes: the first 1 ms, the second 3 ms, and one of both a second. */
function clockOf(runs: { count: number }): () => number {
  let time = 0;
  let asked = 0;
  return () => {
    const isEnd = asked % 2 === 1;
    if (isEnd) {
      const isFirst = runs.count % 2 === 0;
      time += runs.count === 40 || runs.count === 41 ? 1000 : isFirst ? 1 : 3;
      runs.count += 1;
    }
    asked += 1;
    return time;
  };
}

test('both versions are timed in turn, and the medians do not follow one slow run', async () => {
  const runs = { count: 0 };
  const speed = await measureSpeed(timed('riders-1', 300), timed('riders-2', 300), () => {}, clockOf(runs));
  expect(speed.oneRow).toEqual({ runs: 101, a: 1, b: 3 });
  expect(speed.batch).toEqual({ rows: 256, runs: 15, a: 1, b: 3 });
  expect(runs.count).toBe(2 * (101 + 5 + 15 + 5));
  expect(speed.machine.cores).toBeGreaterThan(0);
});

test('the measuring ends where it is told to stop', async () => {
  let left = 30;
  const stop = () => {
    left -= 1;
    if (left === 0) throw new Error('told to stop');
  };
  await expect(measureSpeed(timed('riders-1', 2), timed('riders-2', 2), stop)).rejects.toThrow('told to stop');
});
