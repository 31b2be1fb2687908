import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, jsonHash } from '../../engine/base/canonical-json.ts';

test('keys are sorted, white space and undefined are left out', () => {
  expect(canonicalJson({ b: [1, null, true], a: { y: 'é', x: undefined } })).toBe('{"a":{"y":"é"},"b":[1,null,true]}');
});

test('numbers are written as RFC 8785 says', () => {
  expect(canonicalJson([333333333.3333333, 1e30, 4.5, 2e-3, 0.000000000000000000000000001, -0])).toBe(
    '[333333333.3333333,1e+30,4.5,0.002,1e-27,0]',
  );
});

test.each([Number.NaN, Number.POSITIVE_INFINITY])('%s is refused', (value) => {
  expect(() => canonicalJson(value)).toThrow(TypeError);
});

test('a hash of known text', () => {
  expect(jsonHash({})).toBe('sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
});

test('reading it back gives the same value, and the order of keys does not matter', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const text = canonicalJson(value as Parameters<typeof canonicalJson>[0]);
      expect(canonicalJson(JSON.parse(text))).toBe(text);
      const reversed = Object.fromEntries(Object.entries(value).reverse());
      expect(canonicalJson(reversed as Parameters<typeof canonicalJson>[0])).toBe(text);
    }),
  );
});
