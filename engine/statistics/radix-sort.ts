/** Below this a comparison sort is quicker than the passes over the digits. */
const smallest = 2048;
const digits = 1 << 11;

/** Where the six digits of the 64 bits stand: in which word, how far from its right end, and how many bits. */
const places = [
  { word: 0, shift: 0, mask: 2047 },
  { word: 0, shift: 11, mask: 2047 },
  { word: 0, shift: 22, mask: 1023 },
  { word: 1, shift: 0, mask: 2047 },
  { word: 1, shift: 11, mask: 2047 },
  { word: 1, shift: 22, mask: 1023 },
] as const;
type Place = (typeof places)[number];

/**
 * Sorts finite numbers ascending, in place, by their binary digits from the least one on (least-significant-digit radix
 * sort; Knuth, The Art of Computer Programming 3, 5.2.5): the bits of a float64 order as an unsigned integer does once all
 * bits of a negative one and the sign of a positive one are flipped. Digits that all numbers share are passed over.
 * @param values without NaN and -0. @returns the same array.
 */
export function sortFloats(values: Float64Array): Float64Array {
  if (values.length < smallest) return values.sort();
  const given = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
  let words: Uint32Array = given;
  let target: Uint32Array = roomFor(words.length);
  flip(words);
  for (const place of places) {
    const starts = digitStarts(words, place);
    if (starts === null) continue;
    scatter(words, target, starts, place);
    [words, target] = [target, words];
  }
  unflip(words);
  if (words !== given) given.set(words);
  return values;
}

/** Room that sorts share: there are hundreds of columns, and what is given back to the collector for each costs more. */
let room = new Uint32Array();

function roomFor(words: number): Uint32Array {
  if (room.length < words) room = new Uint32Array(words);
  return room.subarray(0, words);
}

/** Little-endian, as every machine that Galley runs on: the low word stands first. */
function flip(words: Uint32Array): void {
  for (let low = 0; low < words.length; low += 2) {
    const high = words[low + 1] as number;
    // All bits set where the number is negative.
    const sign = high >> 31;
    words[low] = (words[low] as number) ^ sign;
    words[low + 1] = high ^ (sign | 0x80000000);
  }
}

function unflip(words: Uint32Array): void {
  for (let low = 0; low < words.length; low += 2) {
    const high = words[low + 1] as number;
    const sign = ~high >> 31;
    words[low] = (words[low] as number) ^ sign;
    words[low + 1] = high ^ (sign | 0x80000000);
  }
}

/** Where the numbers of each digit begin; null where all have the same. */
function digitStarts(words: Uint32Array, { word, shift, mask }: Place): Uint32Array | null {
  const starts = new Uint32Array(digits);
  for (let index = word; index < words.length; index += 2) {
    const digit = ((words[index] as number) >>> shift) & mask;
    starts[digit] = (starts[digit] as number) + 1;
  }
  const first = ((words[word] as number) >>> shift) & mask;
  if (starts[first] === words.length / 2) return null;
  let start = 0;
  for (let digit = 0; digit < digits; digit++) {
    const count = starts[digit] as number;
    starts[digit] = start;
    start += 2 * count;
  }
  return starts;
}

function scatter(words: Uint32Array, target: Uint32Array, starts: Uint32Array, { word, shift, mask }: Place): void {
  for (let index = 0; index < words.length; index += 2) {
    const digit = ((words[index + word] as number) >>> shift) & mask;
    const place = starts[digit] as number;
    starts[digit] = place + 2;
    target[place] = words[index] as number;
    target[place + 1] = words[index + 1] as number;
  }
}
