import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, type Json, jsonHash } from '../../engine/base/canonical-json.ts';

const json = fc.jsonValue({ noUnicodeString: false }).map((value) => JSON.parse(JSON.stringify(value)) as Json);

/** The same value with the keys of every object in the opposite order. */
function turned(value: Json): Json {
  if (Array.isArray(value)) return value.map(turned);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, turned(item as Json)]),
  );
}

test('canonical JSON reads back as the value that was written', () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(value);
    }),
  );
});

test('canonical JSON of what was read back is the same text', () => {
  fc.assert(
    fc.property(json, (value) => {
      const text = canonicalJson(value);
      expect(canonicalJson(JSON.parse(text) as Json)).toBe(text);
    }),
  );
});

test('the order of keys does not matter, neither to the text nor to the hash', () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(canonicalJson(turned(value))).toBe(canonicalJson(value));
      expect(jsonHash(turned(value))).toBe(jsonHash(value));
    }),
  );
});

test('values that differ have different texts', () => {
  fc.assert(
    fc.property(json, json, (left, right) => {
      fc.pre(JSON.stringify(turned(left)) !== JSON.stringify(turned(right)));
      const same = canonicalJson(left) === canonicalJson(right);
      if (same) expect(left).toEqual(right);
    }),
  );
});
