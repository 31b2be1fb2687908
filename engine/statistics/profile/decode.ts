import { GalleyError } from '../../base/errors.ts';
import { type BucketSketch, largestBucket } from './bucket-sketch.ts';
import type { ColumnSketch } from './column-sketch.ts';
import type { NumberSketch } from './number-sketch.ts';
import { largestWindowCount, Profile } from './profile.ts';
import type { PreparedReference } from './reference-profile.ts';
import { StrictReader } from './strict-reader.ts';
import type { TextSketch } from './text-sketch.ts';
import { longestSample, sampleSize } from './unseen-sample.ts';
import { WindowSketch } from './window-sketch.ts';
import { largestTime, profileUnits, spanEnd, spanStart } from './window-time.ts';

/** More bytes than all buckets take. */
const longestSketch = 32_768;

/**
 * Reads a profile that `encodeProfile` wrote, or that someone says it did: nothing of it is believed, all that it holds is
 * bounded, and the counts must add up.
 * @throws GalleyError `monitor.invalid_profile`
 */
export function decodeProfile(encoded: unknown, reference: PreparedReference): Profile {
  const reader = StrictReader.of(encoded, 'profile', ['version', 'reference', 'leftOut', 'windows']);
  if (
    reader.integer('version', 1) !== reference.profile.version ||
    reader.text('reference', 100) !== reference.identity
  )
    throw reader.fault('reference', 'is not the reference that it is read with');
  const profile = new Profile(reference);
  profile.leftOut = reader.integer('leftOut', 0);
  const seen = new Set<string>();
  for (const window of reader.array('windows', largestWindowCount)) {
    const decoded = decodeWindow(window, reference);
    const key = `${decoded.unit}/${decoded.start}`;
    if (seen.has(key)) throw reader.fault('windows', `has ${key} twice`);
    seen.add(key);
    profile.mergeWindow(decoded);
  }
  return profile;
}

/** @throws GalleyError `monitor.invalid_profile` */
export function decodeWindow(encoded: unknown, reference: PreparedReference): WindowSketch {
  const reader = StrictReader.of(encoded, 'window', [
    'unit',
    'start',
    'rows',
    'flagged',
    'first',
    'last',
    'latency',
    'columns',
  ]);
  const unit = reader.oneOf('unit', profileUnits);
  const start = reader.integer('start', -largestTime, largestTime);
  if (spanStart(unit, start) !== start) throw reader.fault('start', `is no start of a ${unit}`);
  const window = new WindowSketch(reference, unit, start);
  const end = Math.min(spanEnd(unit, start), largestTime + 1);
  window.rows = reader.integer('rows', 1);
  window.flagged = reader.integer('flagged', 0, window.rows);
  window.first = reader.integer('first', start, end - 1);
  window.last = reader.integer('last', window.first, end - 1);
  if (reader.has('latency')) decodeBuckets(reader.text('latency', longestSketch), window.latency, 'latency');
  const columns = reader.array('columns', window.columns.length);
  if (columns.length !== window.columns.length) throw reader.fault('columns', `has not ${window.columns.length}`);
  for (const [index, column] of window.columns.entries()) decodeColumn(columns[index], column, window.rows);
  return window;
}

const sharedFields = ['missing', 'masked', 'counts'];
const numberFields = [
  ...['positiveInfinite', 'negativeInfinite', 'below', 'above', 'minimum', 'maximum'],
  ...sharedFields,
];

/** Reads the counts and the sketch of a column into an empty one. @throws GalleyError `monitor.invalid_profile` */
export function decodeColumn(encoded: unknown, column: ColumnSketch, rows: number): void {
  const { name } = column.prepared.bins;
  if (column.kind === 'number') {
    const reader = StrictReader.of(encoded, `column ${name}`, [...numberFields, 'sketch']);
    decodeCounts(reader, column, rows);
    decodeNumber(reader, column);
  } else {
    const reader = StrictReader.of(encoded, `column ${name}`, [...sharedFields, 'sample']);
    decodeCounts(reader, column, rows);
    decodeText(reader, column);
  }
}

function decodeCounts(reader: StrictReader, column: ColumnSketch, rows: number): void {
  column.rows = rows;
  column.missing = reader.count('missing', rows);
  column.masked = reader.count('masked', rows);
  const counts = reader.array('counts', column.counts.length);
  if (counts.length !== column.counts.length) throw reader.fault('counts', `has not ${column.counts.length} bins`);
  let present = 0;
  for (const [bin, count] of counts.entries()) {
    if (!isCount(count, rows)) throw reader.fault('counts', 'has a count that is none');
    column.counts[bin] = count;
    present += count;
  }
  if (present + column.missing + column.masked !== rows)
    throw reader.fault('counts', `does not add up to ${rows} rows`);
}

function decodeNumber(reader: StrictReader, column: NumberSketch): void {
  const { rows } = column;
  column.positiveInfinite = reader.count('positiveInfinite', rows);
  column.negativeInfinite = reader.count('negativeInfinite', rows);
  column.below = reader.count('below', rows);
  column.above = reader.count('above', rows);
  const finite = rows - column.missing - column.masked - column.positiveInfinite - column.negativeInfinite;
  if (finite < 0) throw reader.fault('counts', 'has more infinite values than rows');
  if (finite > 0) {
    column.minimum = reader.number('minimum');
    column.maximum = reader.number('maximum');
    if (column.minimum > column.maximum) throw reader.fault('minimum', 'is above the maximum');
  }
  const sketch = reader.has('sketch') ? reader.text('sketch', longestSketch) : '';
  if (decodeBuckets(sketch, column.sketch, reader.place) !== finite) {
    throw reader.fault('sketch', `does not add up to ${finite} values`);
  }
}

function decodeText(reader: StrictReader, column: TextSketch): void {
  const sample = reader.has('sample') ? reader.array('sample', sampleSize) : [];
  let before = -1;
  let rows = 0;
  for (const entry of sample) {
    if (!isSampled(entry)) throw reader.fault('sample', 'has an entry that is none');
    const [hash, text, count] = entry;
    if (hash <= before) throw reader.fault('sample', 'is not in the order of the hashes');
    column.sample.put({ hash, text, rows: count });
    before = hash;
    rows += count;
  }
  if (rows > column.unseen) throw reader.fault('sample', 'has more rows than are unseen');
}

function isSampled(entry: unknown): entry is [number, string, number] {
  if (!Array.isArray(entry) || entry.length !== 3) return false;
  const [hash, text, rows] = entry;
  const isText = typeof text === 'string' && text.length <= longestSample;
  return isText && isCount(hash, Number.MAX_SAFE_INTEGER) && isCount(rows, Number.MAX_SAFE_INTEGER) && rows > 0;
}

function isCount(value: unknown, largest: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= largest;
}

/** @returns the rows of all buckets. @throws GalleyError `monitor.invalid_profile` */
export function decodeBuckets(text: string, into: BucketSketch, place: string): number {
  const bytes = Buffer.from(text, 'base64');
  const numbers = numbersOf(bytes);
  let bucket = 0;
  let total = 0;
  const isWhole = bytes.toString('base64') === text && numbers !== null && numbers.length % 2 === 0;
  if (!isWhole) throw invalidProfile(`The sketch of ${place} is cut off or no sketch.`);
  for (let index = 0; index < numbers.length; index += 2) {
    const [step, rows] = [numbers[index] as number, numbers[index + 1] as number];
    if (index === 0) bucket = step % 2 === 1 ? -(step + 1) / 2 : step / 2;
    else bucket += step;
    const isOrdered = index === 0 || step > 0;
    total += rows;
    if (!isOrdered || rows === 0 || Math.abs(bucket) > largestBucket || total > Number.MAX_SAFE_INTEGER) {
      throw invalidProfile(`The sketch of ${place} has buckets that cannot be.`);
    }
    into.add(bucket, rows);
  }
  return total;
}

/** LEB128 numbers; null where the last one is cut off or one is beyond 2^53. */
function numbersOf(bytes: Uint8Array): number[] | null {
  const numbers: number[] = [];
  let [value, unit] = [0, 1];
  for (const byte of bytes) {
    value += (byte & 127) * unit;
    if (value > Number.MAX_SAFE_INTEGER) return null;
    if (byte >= 128) {
      unit *= 128;
      if (unit > 2 ** 49) return null;
      continue;
    }
    numbers.push(value);
    [value, unit] = [0, 1];
  }
  return unit === 1 ? numbers : null;
}

function invalidProfile(message: string): GalleyError {
  return new GalleyError('monitor.invalid_profile', message);
}
