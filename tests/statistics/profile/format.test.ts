import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { decodeReference } from '../../../engine/statistics/profile/decode-reference.ts';
import { readDocument, writeDocument } from '../../../engine/statistics/profile/document.ts';
import { Profile } from '../../../engine/statistics/profile/profile.ts';
import { prepareReference } from '../../../engine/statistics/profile/reference-profile.ts';
import { sampleReference } from './samples.ts';

const reference = sampleReference();
const day = Date.UTC(2026, 0, 31);

function goldenDocument() {
  const profile = new Profile(reference);
  profile.add(day + 1, [40, 'town 1', 'true', 'Monday', 0.5, 'no']);
  profile.add(day + 2, [-1e12, 'village 9', null, 'Sunday', Number.POSITIVE_INFINITY, 'no'], true);
  profile.add(day + 3_600_000, [null, 'elsewhere', 'false', undefined, 0.41, 'yes']);
  profile.add(day + 86_400_000, [52.5, 'elsewhere', 'true', 'Friday', 0.39, 'maybe']);
  profile.addRequest(day + 1, 3.5);
  profile.addRequest(day + 86_400_000, 12);
  return writeDocument({ deployment: 'shop-live', model: 'shop', instance: 'one', madeAt: day + 9e7 }, [profile]);
}

function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../fixtures/profile/${name}`, import.meta.url), 'utf8'));
}

const own = () => reference;

test('the format of documents and references is frozen', async () => {
  await expect(`${JSON.stringify(goldenDocument(), null, 1)}\n`).toMatchFileSnapshot(
    '../../fixtures/profile/document.json',
  );
  await expect(`${JSON.stringify(reference.profile)}\n`).toMatchFileSnapshot('../../fixtures/profile/reference.json');
});

test('a document and a reference of before are read', () => {
  const read = readDocument(fixture('document.json'), own);
  expect(read).toMatchObject({ deployment: 'shop-live', model: 'shop', instance: 'one' });
  expect(writeDocument(read, read.profiles)).toEqual(goldenDocument());
  expect(prepareReference(decodeReference(fixture('reference.json'))).identity).toBe(reference.identity);
});

type Change = (document: ReturnType<typeof goldenDocument>) => void;
const changes: [string, Change][] = [
  ['another format', (it) => Object.assign(it, { format: 'other' })],
  ['a later format', (it) => Object.assign(it, { formatVersion: 2 })],
  ['fields that are not known', (it) => Object.assign(it, { rows: [] })],
  ['a prototype', (it) => Object.defineProperty(it, '__proto__', { value: {}, enumerable: true })],
  ['a version twice', (it) => it.profiles.push(structuredClone(it.profiles[0] as never))],
  ['a window twice', (it) => it.profiles[0]?.windows.push(structuredClone(it.profiles[0].windows[0] as never))],
  ['a start within the hour', (it) => Object.assign(it.profiles[0]?.windows[0] ?? {}, { start: day + 1 })],
  ['times outside of the window', (it) => Object.assign(it.profiles[0]?.windows[0] ?? {}, { last: day + 3_600_000 })],
  ['rows that do not add up', (it) => Object.assign(it.profiles[0]?.windows[0] ?? {}, { rows: 3 })],
  ['negative counts', (it) => Object.assign(it.profiles[0]?.windows[0]?.columns[0] ?? {}, { missing: -1 })],
  ['a sketch that is cut off', (it) => Object.assign(it.profiles[0]?.windows[0]?.columns[0] ?? {}, { sketch: 'gA==' })],
  ['too few columns', (it) => it.profiles[0]?.windows[0]?.columns.pop()],
];

test.each(changes)('a document with %s is refused', (_, change) => {
  const document = goldenDocument();
  change(document);
  expect(() => readDocument(document, own)).toThrow(expect.objectContaining({ code: 'monitor.invalid_profile' }));
});

test.each([null, 5, [], 'profile', {}])('%j is refused', (document) => {
  expect(() => readDocument(document, own)).toThrow(expect.objectContaining({ code: 'monitor.invalid_profile' }));
});

test('event times that are none, and too many of them, are counted, not kept', () => {
  const profile = new Profile(reference);
  const values = [40, 'town 1', 'true', 'Monday', 0.5, 'no'];
  profile.add(Number.NaN, values);
  profile.add(1e300, values);
  for (let hour = 0; hour < 5000; hour++) profile.add(hour * 3_600_000, values);
  expect(profile.windows).toHaveLength(4000);
  expect(profile).toMatchObject({ rows: 4000, leftOut: 1002 });
});
