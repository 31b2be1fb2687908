/** A generator of uniform numbers in [0, 1), the same for a seed on every platform. */
export type Random = () => number;

/** sfc32 (Small Fast Counter, PractRand) seeded through splitmix32. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const splitmix = () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  let a = splitmix();
  let b = splitmix();
  let c = splitmix();
  let counter = 1;
  const next = () => {
    const result = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + result) | 0;
    return (result >>> 0) / 4294967296;
  };
  for (let round = 0; round < 12; round++) next();
  return next;
}

/** Fisher-Yates in place. */
export function shuffle<Items extends unknown[] | Int32Array>(items: Items, random: Random): Items {
  for (let index = items.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    const kept = items[index] as Items[number];
    items[index] = items[other] as Items[number];
    items[other] = kept;
  }
  return items;
}

/** So many of the rows, drawn at random without replacement, ascending; with one seed fewer of them are among more. */
export function sampleRows(rows: Int32Array, count: number, random: Random): Int32Array {
  return Int32Array.from(shuffle(Array.from(rows), random).slice(0, count)).sort();
}
