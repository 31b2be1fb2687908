const bucketBits = 11;
const buckets = 1 << bucketBits;

/**
 * Sorts float32 numbers in place, ascending, by the bits of their representation (least significant digit first); several
 * times as fast as a sort that compares. No NaN.
 */
export function radixSort(values: Float32Array): void {
  const keys = new Uint32Array(values.buffer, values.byteOffset, values.length);
  // As unsigned numbers, negative floats lie above positive ones and in reverse: turn them round, then back.
  for (let place = 0; place < keys.length; place++) {
    const key = keys[place] as number;
    keys[place] = key >>> 31 === 1 ? ~key : key | 0x80000000;
  }
  let from: Uint32Array = keys;
  let to: Uint32Array = new Uint32Array(keys.length);
  for (let shift = 0; shift < 32; shift += bucketBits) {
    const starts = new Uint32Array(buckets + 1);
    for (let place = 0; place < from.length; place++) {
      const bucket = (((from[place] as number) >>> shift) & (buckets - 1)) + 1;
      starts[bucket] = (starts[bucket] as number) + 1;
    }
    for (let bucket = 1; bucket <= buckets; bucket++) {
      starts[bucket] = (starts[bucket] as number) + (starts[bucket - 1] as number);
    }
    for (let place = 0; place < from.length; place++) {
      const key = from[place] as number;
      const bucket = (key >>> shift) & (buckets - 1);
      const target = starts[bucket] as number;
      starts[bucket] = target + 1;
      to[target] = key;
    }
    [from, to] = [to, from];
  }
  for (let place = 0; place < keys.length; place++) {
    const key = from[place] as number;
    keys[place] = key >>> 31 === 1 ? key & 0x7fffffff : ~key;
  }
}
