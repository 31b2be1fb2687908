/**
 * Unpacks LZ4 frames (github.com/lz4/lz4, doc/lz4_Frame_format.md and lz4_Block_format.md) as Arrow writes them; checksums
 * are not looked at. The packages that do this are without care since 2018 or need a binary for each platform.
 */
const magic = 0x184d2204;
const leastMatch = 4;

function broken(): Error {
  return new Error('its LZ4 data is damaged');
}

/** Grows as it is written to, up to a limit. */
class Output {
  bytes: Uint8Array;
  length = 0;
  readonly #most: number;

  constructor(expected: number, most: number) {
    this.bytes = new Uint8Array(Math.min(most, Math.max(64, expected)));
    this.#most = most;
  }

  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    if (needed > this.#most) throw new Error('its LZ4 data unpacks to more than is allowed');
    const larger = new Uint8Array(Math.min(this.#most, Math.max(needed, 2 * this.bytes.length)));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }

  append(source: Uint8Array): void {
    this.reserve(source.length);
    this.bytes.set(source, this.length);
    this.length += source.length;
  }

  /** Repeats what was written `distance` bytes before. */
  repeat(distance: number, count: number): void {
    if (distance === 0 || distance > this.length) throw broken();
    this.reserve(count);
    const { bytes } = this;
    let to = this.length;
    for (let from = to - distance, end = to + count; to < end; ) bytes[to++] = bytes[from++] as number;
    this.length = to;
  }
}

function unpackBlock(block: Uint8Array, output: Output): void {
  let at = 0;
  const length = (nibble: number): number => {
    if (nibble < 15) return nibble;
    let sum = nibble;
    for (;;) {
      const byte = block[at++];
      if (byte === undefined) throw broken();
      sum += byte;
      if (byte < 255) return sum;
    }
  };
  while (at < block.length) {
    const token = block[at++] as number;
    const literals = length(token >> 4);
    if (at + literals > block.length) throw broken();
    output.append(block.subarray(at, at + literals));
    at += literals;
    if (at === block.length) return;
    if (at + 2 > block.length) throw broken();
    const distance = (block[at] as number) | ((block[at + 1] as number) << 8);
    at += 2;
    output.repeat(distance, length(token & 15) + leastMatch);
  }
}

/**
 * The content of LZ4 frames one after the other.
 * @param most bytes that they may unpack to
 * @throws Error where they are damaged, or larger than that
 */
export function unpackLz4(packed: Uint8Array, most: number): Uint8Array {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const output = new Output(4 * packed.length, most);
  let at = 0;
  const take = (bytes: number): number => {
    at += bytes;
    if (at > packed.length) throw broken();
    return at - bytes;
  };
  while (at < packed.length) {
    if (view.getUint32(take(4), true) !== magic) throw broken();
    const flags = view.getUint8(take(2));
    if (flags >> 6 !== 1) throw broken();
    take((flags & 8 ? 8 : 0) + (flags & 1 ? 4 : 0) + 1);
    for (;;) {
      const size = view.getUint32(take(4), true);
      if (size === 0) break;
      const bytes = size & 0x7fffffff;
      const block = packed.subarray(take(bytes), at);
      if (size >>> 31 === 1) output.append(block);
      else unpackBlock(block, output);
      if (flags & 16) take(4);
    }
    if (flags & 4) take(4);
  }
  return output.bytes.subarray(0, output.length);
}
