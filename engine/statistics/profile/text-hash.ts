/**
 * A hash of a text's UTF-16 code units, the same on every platform: two lanes of multiply-and-mix with MurmurHash3's
 * finalisers (Appleby 2011). Not for secrets: collisions can be made on purpose.
 * @returns an integer in [0, 2^53)
 */
export function textHash(text: string): number {
  let low = 0xdeadbeef;
  let high = 0x41c6ce57;
  for (let position = 0; position < text.length; position++) {
    const unit = text.charCodeAt(position);
    low = Math.imul(low ^ unit, 0x9e3779b1);
    high = Math.imul(high ^ unit, 0x5f356495);
  }
  const mixedLow = finalise(low ^ text.length) ^ finalise(high);
  const mixedHigh = finalise(high ^ mixedLow);
  return (mixedHigh & 0x1fffff) * 0x100000000 + (mixedLow >>> 0);
}

function finalise(lane: number): number {
  let mixed = lane;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
