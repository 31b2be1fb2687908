/** How rows became others: what is neither removed nor inserted is kept, in its order. */
export interface Alignment {
  /** Places of the rows before that are gone, ascending. */
  removed: Uint32Array;
  /** Places of the new rows that were not there before, ascending. */
  inserted: Uint32Array;
  /** By inserted row: the place before which it stands among the rows before. */
  before: Uint32Array;
}

const none = -1;
const usedUp = -2;

/** How many leading elements agree. */
export function commonPrefix(left: BigUint64Array, right: BigUint64Array): number {
  const end = Math.min(left.length, right.length);
  let length = 0;
  while (length < end && left[length] === right[length]) length++;
  return length;
}

function commonSuffix(left: BigUint64Array, right: BigUint64Array, from: number): number {
  const end = Math.min(left.length, right.length) - from;
  let length = 0;
  while (length < end && left[left.length - 1 - length] === right[right.length - 1 - length]) length++;
  return length;
}

/**
 * For each new hash the place of the same occurrence of it among the old ones (the k-th of the k-th), else -1. An open
 * hash table in typed arrays: a Map of a million bigints would take a hundred megabytes.
 */
function matchOccurrences(old: BigUint64Array, fresh: BigUint64Array): Int32Array {
  const size = 2 ** Math.ceil(Math.log2(Math.max(2, old.length * 1.5)));
  const mask = size - 1;
  const first = new Int32Array(size).fill(none);
  const next = new Int32Array(old.length);
  const words = (hashes: BigUint64Array) => new Uint32Array(hashes.buffer, hashes.byteOffset, hashes.length * 2);
  const oldWords = words(old);
  const freshWords = words(fresh);
  const slotOf = (low: number, high: number) => (low ^ Math.imul(high, 0x9e3779b1)) & mask;
  for (let place = old.length - 1; place >= 0; place--) {
    const low = oldWords[place * 2] as number;
    const high = oldWords[place * 2 + 1] as number;
    let slot = slotOf(low, high);
    for (let head = first[slot] as number; head !== none; head = first[slot] as number) {
      if (oldWords[head * 2] === low && oldWords[head * 2 + 1] === high) break;
      slot = (slot + 1) & mask;
    }
    next[place] = first[slot] as number;
    first[slot] = place;
  }
  const matched = new Int32Array(fresh.length).fill(none);
  for (let row = 0; row < fresh.length; row++) {
    const low = freshWords[row * 2] as number;
    const high = freshWords[row * 2 + 1] as number;
    let slot = slotOf(low, high);
    for (let head = first[slot] as number; head !== none; head = first[slot] as number) {
      if (head !== usedUp && oldWords[head * 2] === low && oldWords[head * 2 + 1] === high) {
        matched[row] = head;
        const following = next[head] as number;
        first[slot] = following === none ? usedUp : following;
        break;
      }
      slot = (slot + 1) & mask;
    }
  }
  return matched;
}

/** Keeps of the matches a longest increasing run of places (patience sorting) and clears the others to -1. */
function keepIncreasing(matched: Int32Array): void {
  const previous = new Int32Array(matched.length).fill(none);
  const tails = new Int32Array(matched.length);
  let length = 0;
  for (let row = 0; row < matched.length; row++) {
    const place = matched[row] as number;
    if (place === none) continue;
    let low = 0;
    let high = length;
    if (length > 0 && (matched[tails[length - 1] as number] as number) < place) low = length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((matched[tails[middle] as number] as number) < place) low = middle + 1;
      else high = middle;
    }
    if (low > 0) previous[row] = tails[low - 1] as number;
    tails[low] = row;
    if (low === length) length++;
  }
  let kept = length === 0 ? none : (tails[length - 1] as number);
  for (let row = matched.length - 1; row >= 0; row--) {
    if (row === kept) kept = previous[row] as number;
    else matched[row] = none;
  }
}

/** Aligns rows by their hashes, which is right only as far as equal hashes mean equal rows: whoever uses it has to check. */
export function alignRows(old: BigUint64Array, fresh: BigUint64Array): Alignment {
  const prefix = commonPrefix(old, fresh);
  const suffix = commonSuffix(old, fresh, prefix);
  const oldEnd = old.length - suffix;
  const freshEnd = fresh.length - suffix;
  const matched = matchOccurrences(old.subarray(prefix, oldEnd), fresh.subarray(prefix, freshEnd));
  keepIncreasing(matched);
  const kept = matched.reduce((count, place) => count + (place === none ? 0 : 1), 0);
  const removed = new Uint32Array(oldEnd - prefix - kept);
  const inserted = new Uint32Array(matched.length - kept);
  const before = new Uint32Array(inserted.length);
  let place = 0;
  let gone = 0;
  let come = 0;
  for (let row = 0; row < matched.length; row++) {
    const match = matched[row] as number;
    if (match === none) {
      inserted[come] = prefix + row;
      before[come++] = prefix + place;
      continue;
    }
    for (; place < match; place++) removed[gone++] = prefix + place;
    place = match + 1;
  }
  for (; place < oldEnd - prefix; place++) removed[gone++] = prefix + place;
  return { removed, inserted, before };
}
