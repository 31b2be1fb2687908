import { expect, test } from 'vitest';
import { copyHash, hashRows, hashShare, murmur3 } from '../../engine/train/row-hash.ts';
import { frameOf, numberColumn, textColumn, timeColumn } from '../support/train-sample.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

test('murmur3 gives the values of the reference implementation', () => {
  expect(murmur3(bytes(''), 0)).toBe(0);
  expect(murmur3(bytes(''), 1)).toBe(0x514e28b7);
  expect(murmur3(bytes('test'), 0)).toBe(0xba6bd213);
  expect(murmur3(bytes('Hello, world!'), 0)).toBe(0xc0363e43);
  expect(murmur3(bytes('The quick brown fox jumps over the lazy dog'), 0x9747b28c)).toBe(0x2fa826cd);
});

test('a row keeps its hash forever', () => {
  const frame = frameOf(
    numberColumn('amount', [1.5, -0, Number.NaN]),
    numberColumn('pieces', [3, 7, 7], 'int64'),
    textColumn('city', ['Oslo', 'Zürich', null]),
    timeColumn('day', 'date', ['2001-01-22', null, '1969-12-31']),
  );
  expect([...hashRows(frame)]).toEqual([276787912, 3071254437, 1785316137]);
  expect([...hashRows(frame)].map((hash) => hashShare(hash, 0))).toEqual([
    0.7691062847152352, 0.38614751445129514, 0.44873355817981064,
  ]);
});

test('a number hashes as its eight bytes do', () => {
  const eight = new Uint8Array(new Float64Array([1234.5]).buffer);
  const seed = murmur3(bytes('x'), 1);
  expect(hashRows(frameOf(numberColumn('x', [1234.5])))[0]).toBe(murmur3(eight, seed));
});

test('neither the order of columns, nor missing cells, nor the type of numbers matter', () => {
  const city = textColumn('city', ['Oslo', null]);
  const one = frameOf(numberColumn('a', [0, 2]), city);
  const other = frameOf(city, numberColumn('a', [-0, 2], 'int64'), textColumn('later', [null, '']));
  expect(hashRows(other)).toEqual(hashRows(one));
});

test('names and values both matter, and composed letters are the same letters', () => {
  const hash = (name: string, value: string) => hashRows(frameOf(textColumn(name, [value])))[0];
  expect(hash('a', 'b')).not.toBe(hash('b', 'a'));
  expect(hash('a', 'e\u0301')).toBe(hash('a', '\u00e9'));
});

test('the k-th copy has the hash of k, begun with that of the row', () => {
  for (const hash of [0, 7, 0x80000000, 0xffffffff]) {
    for (const copy of [1, 2, 1000]) {
      expect(copyHash(hash, copy)).toBe(murmur3(new Uint8Array(Int32Array.of(copy).buffer), hash));
    }
  }
});

test('shares are uniform and differ by seed', () => {
  const hashes = hashRows(
    frameOf(
      numberColumn(
        'x',
        Array.from({ length: 20_000 }, (_, row) => row),
      ),
    ),
  );
  const held = (seed: number) => Array.from(hashes, (hash) => hashShare(hash, seed) < 0.2);
  const [first, second] = [held(0), held(1)];
  const count = (flags: boolean[]) => flags.filter(Boolean).length;
  // Five standard deviations of a binomial count around its mean.
  expect(Math.abs(count(first) - 4000)).toBeLessThan(5 * Math.sqrt(20_000 * 0.16));
  const both = first.map((flag, row) => flag && (second[row] as boolean));
  expect(Math.abs(count(both) - 800)).toBeLessThan(5 * Math.sqrt(20_000 * 0.04 * 0.96));
});
