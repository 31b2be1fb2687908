import type { Frame, FrameColumn } from '../base/frame.ts';

/*
 * A 32-bit hash of a row that depends on its values only: not on the order of columns, not on missing cells, not on
 * whether numbers came as int64 or float64. It decides on which side of a split a row stands, so it must never change
 * (docs/formats.md; golden values in tests/train/row-hash.test.ts). Mixing is that of MurmurHash3 (Appleby 2011).
 */

const encoder = new TextEncoder();

/** MurmurHash3_x86_32. */
export function murmur3(bytes: Uint8Array, seed: number): number {
  let hash = seed | 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length & ~3;
  for (let index = 0; index < whole; index += 4) hash = mixWord(hash, view.getInt32(index, true));
  let rest = 0;
  for (let index = bytes.length - 1; index >= whole; index--) rest = (rest << 8) | (bytes[index] as number);
  if (bytes.length > whole) hash ^= scramble(rest);
  return finish(hash ^ bytes.length);
}

function mixWord(hash: number, word: number): number {
  const mixed = hash ^ scramble(word);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

function scramble(word: number): number {
  const mixed = Math.imul(word, 0xcc9e2d51);
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
}

function finish(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/**
 * One hash a row: the sum (mod 2^32) over its cells that are not missing of murmur3(value, murmur3(column name, kind)).
 * Texts are UTF-8 in NFC, numbers and UTC epoch milliseconds are 8 bytes of a float64, little endian, -0 as 0.
 */
export function hashRows(frame: Frame): Uint32Array {
  const hashes = new Uint32Array(frame.rows);
  for (const column of frame.columns) {
    const seed = murmur3(encoder.encode(column.name.normalize('NFC')), kindSeeds[column.kind]);
    addColumn(hashes, column, seed);
  }
  return hashes;
}

const kindSeeds = { number: 1, time: 2, text: 3 } as const;

function addColumn(hashes: Uint32Array, column: FrameColumn, seed: number): void {
  if (column.kind === 'text') {
    const known = new Map<string, number>();
    column.values.forEach((value, row) => {
      if (value === null || value === '') return;
      let hash = known.get(value);
      if (hash === undefined) {
        hash = murmur3(encoder.encode(value.normalize('NFC')), seed);
        known.set(value, hash);
      }
      hashes[row] = (hashes[row] as number) + hash;
    });
    return;
  }
  // Every platform that Galley runs on is little endian: the first word is the low one.
  const number = new Float64Array(1);
  const words = new Int32Array(number.buffer);
  for (let row = 0; row < hashes.length; row++) {
    const value = column.values[row] as number;
    if (Number.isNaN(value)) continue;
    number[0] = value === 0 ? 0 : value;
    const hash = mixWord(mixWord(seed | 0, words[0] as number), words[1] as number);
    hashes[row] = (hashes[row] as number) + finish(hash ^ Float64Array.BYTES_PER_ELEMENT);
  }
}

/** Of the k-th copy of a row, counted from 0: MurmurHash3 of k as an int32, little endian, with the row's hash as its seed. */
export function copyHash(hash: number, copy: number): number {
  return finish(mixWord(hash | 0, copy) ^ Int32Array.BYTES_PER_ELEMENT);
}

/** A hash as a number in [0, 1), another one for every seed. */
export function hashShare(hash: number, seed: number): number {
  return finish(hash ^ finish(seed ^ 0x9e3779b9)) / 2 ** 32;
}
