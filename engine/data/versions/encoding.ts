import { isAscii } from 'node:buffer';
import { type ColumnSegment, valueWidths } from './identity.ts';

/**
 * The canonical encoding of values (docs/formats.md, "Identity"): little-endian, missing values as zero, -0 as 0, every
 * NaN as 0x7ff8000000000000, text in NFC.
 */

const canonicalNaN = 0x7ff8000000000000n;

type FixedArray = BigInt64Array | Float64Array | Int32Array | Uint8Array;

function bytesOf(values: FixedArray): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function withoutMissing<Values extends FixedArray>(values: Values, missing: readonly number[]): Values {
  if (missing.length === 0) return values;
  const copy = values.slice() as Values;
  const zero = copy instanceof BigInt64Array ? 0n : 0;
  for (const position of missing) copy[position] = zero as never;
  return copy;
}

/**
 * int64 and timestamps (BigInt64Array), dates (Int32Array of days), booleans (Uint8Array of 0 and 1), and numbers that are in
 * their canonical form already.
 */
export function encodeFixed(
  values: BigInt64Array | Float64Array | Int32Array | Uint8Array,
  missing: readonly number[],
): ColumnSegment {
  return { rows: values.length, missing, values: { kind: 'fixed', bytes: bytesOf(withoutMissing(values, missing)) } };
}

const exponentBits = 0x7ff00000;
const signBit = 0x80000000 | 0;

/**
 * Rows of numbers that may have another form than their canonical one: by the upper half of their bits they are -0 (or next
 * to it), NaN or infinite. Whole halves are compared, since every number of a version passes here.
 */
function oddRows(values: Float64Array): number[] {
  const halves = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  const rows: number[] = [];
  for (let upper = 1; upper < halves.length; upper += 2) {
    const half = halves[upper] as number;
    if (half === signBit || (half & exponentBits) === exponentBits) rows.push(upper >> 1);
  }
  return rows;
}

/** Numbers in the one form that each has. */
export function encodeFloats(values: Float64Array, missing: readonly number[]): ColumnSegment {
  const odd = oddRows(values);
  if (odd.length === 0) return encodeFixed(values, missing);
  const canonical = values.slice();
  const bits = new DataView(canonical.buffer);
  for (const row of odd) {
    const value = canonical[row] as number;
    if (Number.isNaN(value)) bits.setBigUint64(row * 8, canonicalNaN, true);
    else canonical[row] = value + 0;
  }
  for (const row of missing) canonical[row] = 0;
  return { rows: values.length, missing, values: { kind: 'fixed', bytes: bytesOf(canonical) } };
}

/** Decimals by their value times ten to the power of the column's scale, as 128-bit two's complement. */
export function encodeDecimals(unscaled: readonly (bigint | null)[]): ColumnSegment {
  const width = valueWidths.decimal;
  const bytes = new Uint8Array(unscaled.length * width);
  const view = new DataView(bytes.buffer);
  const missing: number[] = [];
  unscaled.forEach((value, row) => {
    if (value === null) {
      missing.push(row);
      return;
    }
    view.setBigUint64(row * width, BigInt.asUintN(64, value), true);
    view.setBigInt64(row * width + 8, value >> 64n, true);
  });
  return { rows: unscaled.length, missing, values: { kind: 'fixed', bytes } };
}

const firstChanging = 0xcc;

/** Characters below U+0300 never change under NFC; the first byte of all others in UTF-8 is 0xCC or more. */
function mayChangeInNfc(bytes: Uint8Array): boolean {
  const before = (4 - (bytes.byteOffset & 3)) & 3;
  if (bytes.length < before + 4) return hasChanging(bytes, 0, bytes.length);
  // Four bytes at a time: most of them have no first bit.
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + before, (bytes.length - before) >> 2);
  for (let place = 0; place < words.length; place++) {
    if (((words[place] as number) & 0x80808080) === 0) continue;
    const from = before + place * 4;
    if (hasChanging(bytes, from, from + 4)) return true;
  }
  return hasChanging(bytes, 0, before) || hasChanging(bytes, before + words.length * 4, bytes.length);
}

function hasChanging(bytes: Uint8Array, from: number, end: number): boolean {
  for (let index = from; index < end; index++) if ((bytes[index] as number) >= firstChanging) return true;
  return false;
}

/**
 * Texts as lengths in UTF-8 bytes and their bytes one after the other.
 * @param lengths 0 where the text is missing
 */
export function encodeTexts(lengths: Uint32Array, bytes: Uint8Array, missing: readonly number[]): ColumnSegment {
  if (isAscii(bytes) || !mayChangeInNfc(bytes)) {
    return { rows: lengths.length, missing, values: { kind: 'text', lengths, bytes } };
  }
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const normalLengths = new Uint32Array(lengths.length);
  const parts: Buffer[] = [];
  let offset = 0;
  lengths.forEach((length, row) => {
    const part = Buffer.from(source.toString('utf8', offset, offset + length).normalize('NFC'));
    normalLengths[row] = part.length;
    parts.push(part);
    offset += length;
  });
  return {
    rows: lengths.length,
    missing,
    values: { kind: 'text', lengths: normalLengths, bytes: Buffer.concat(parts) },
  };
}
