import { expect, test } from 'vitest';
import { parseIsoDate, parseIsoTimestamp } from '../../engine/serving/iso-time.ts';

test.each(['2004-02-29', '1970-01-01', '2400-02-29'])('%s is a date', (text) => {
  expect(parseIsoDate(text)).toBe(Date.parse(text));
});

test.each([
  '2003-02-29',
  '1900-02-29',
  '2004-04-31',
  '2004-13-01',
  '2004-00-10',
  '2004-1-1',
  '20040229',
  '2004-02-29T00:00',
  ' 2004-02-29',
  '29.02.2004',
  '',
])('%j is no date', (text) => {
  expect(parseIsoDate(text)).toBeNull();
});

test.each([
  ['2004-02-29T13:45', '2004-02-29T13:45:00.000Z'],
  ['2004-02-29T13:45:10', '2004-02-29T13:45:10.000Z'],
  ['2004-02-29T13:45:10.5Z', '2004-02-29T13:45:10.500Z'],
  ['2004-02-29T13:45:10.123456Z', '2004-02-29T13:45:10.123Z'],
  ['2004-03-01T00:30:00+02:00', '2004-02-29T22:30:00.000Z'],
  ['2004-02-29T23:30:00-01:15', '2004-03-01T00:45:00.000Z'],
])('%s is the moment %s', (text, moment) => {
  expect(parseIsoTimestamp(text)).toBe(Date.parse(moment));
});

test.each([
  '2004-02-29',
  '2004-02-30T00:00',
  '2004-02-29T24:00',
  '2004-02-29T12:60',
  '2004-02-29T12:00:60',
  '2004-02-29 12:00',
  '2004-02-29T12:00z',
  '2004-02-29T12:00:00+2',
])('%j is no timestamp', (text) => {
  expect(parseIsoTimestamp(text)).toBeNull();
});
