import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ProfileValue } from '../../engine/statistics/profile/column-sketch.ts';
import { decodeProfile } from '../../engine/statistics/profile/decode.ts';
import { encodeProfile } from '../../engine/statistics/profile/encode.ts';
import { Profile } from '../../engine/statistics/profile/profile.ts';
import { sampleReference } from '../statistics/profile/samples.ts';

interface Row {
  time: number;
  values: ProfileValue[];
  isFlagged: boolean;
  latency: number | null;
}

const reference = sampleReference();
const number = fc.oneof(
  fc.double({ noNaN: false }),
  fc.double({ min: 0, max: 100, noNaN: true }),
  fc.constantFrom(null, undefined, 40, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
);
const text = fc.oneof(
  fc.constantFrom(null, undefined, 'town 1', 'village 9', '', '__proto__', 'constructor', 'x'.repeat(100)),
  fc.string({ unit: 'binary', maxLength: 70 }),
  fc.integer({ min: 0, max: 200 }).map((value) => `unseen ${value}`),
);
const row: fc.Arbitrary<Row> = fc.record({
  time: fc.oneof(fc.integer({ min: 0, max: 20 * 86_400_000 }), fc.constantFrom(-8.64e15, 8.64e15, Number.NaN, -1)),
  values: fc.tuple(number, text, text, text, number, text),
  isFlagged: fc.boolean(),
  latency: fc.option(fc.double({ min: 0, max: 1e5, noNaN: true })),
});
const rows = fc.array(row, { maxLength: 120, size: 'max' });

function profileOf(rows: readonly Row[]): Profile {
  const profile = new Profile(reference);
  for (const { time, values, isFlagged, latency } of rows) {
    profile.add(time, values, isFlagged);
    if (latency !== null) profile.addRequest(time, latency);
  }
  return profile;
}

function textOf(profile: Profile): string {
  return JSON.stringify(encodeProfile(profile));
}

test('profiles that are merged in any order are the profile of all rows', () => {
  fc.assert(
    fc.property(rows, fc.infiniteStream(fc.nat({ max: 3 })), fc.boolean(), (all, places, isBackward) => {
      const parts: Row[][] = [[], [], [], []];
      for (const one of all) parts[places.next().value]?.push(one);
      const profiles = parts.map(profileOf);
      const merged = new Profile(reference);
      for (const part of isBackward ? profiles.toReversed() : profiles) merged.merge(part);
      expect(textOf(merged)).toBe(textOf(profileOf(all)));
      const [first, second, third, fourth] = parts.map(profileOf) as [Profile, Profile, Profile, Profile];
      second.merge(fourth);
      first.merge(third);
      second.merge(first);
      expect(textOf(second)).toBe(textOf(merged));
    }),
    { numRuns: 150 },
  );
});

test('to coarsen before or after a merge gives the same', () => {
  fc.assert(
    fc.property(rows, rows, fc.integer({ min: 0, max: 20 * 86_400_000 }), (some, others, before) => {
      const merged = profileOf([...some, ...others]);
      merged.coarsen('day', before);
      merged.coarsen('month', before);
      const [one, other] = [profileOf(some), profileOf(others)];
      one.coarsen('day', before);
      one.coarsen('month', before);
      other.coarsen('month', before);
      one.merge(other);
      one.coarsen('day', before);
      one.coarsen('month', before);
      expect(textOf(one)).toBe(textOf(merged));
    }),
  );
});

test('a profile comes back from JSON as it was', () => {
  fc.assert(
    fc.property(rows, (all) => {
      const encoded = textOf(profileOf(all));
      expect(textOf(decodeProfile(JSON.parse(encoded), reference))).toBe(encoded);
    }),
  );
});

test('whatever is changed in a profile, it is read or refused, never a crash', () => {
  const encoded = JSON.stringify(encodeProfile(profileOf(fc.sample(row, { numRuns: 50, seed: 7 }))));
  fc.assert(
    fc.property(
      fc.nat({ max: encoded.length - 1 }),
      fc.string({ maxLength: 3 }),
      fc.nat({ max: 5 }),
      (at, put, cut) => {
        const changed = encoded.slice(0, at) + put + encoded.slice(at + cut);
        let value: unknown;
        try {
          value = JSON.parse(changed);
        } catch {
          return;
        }
        try {
          decodeProfile(value, reference);
        } catch (error) {
          expect(error).toMatchObject({ code: 'monitor.invalid_profile' });
        }
      },
    ),
    { numRuns: 2000 },
  );
});
