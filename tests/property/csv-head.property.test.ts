import fc from 'fast-check';
import { expect, test } from 'vitest';
import { headRecords, lastRecordEnd } from '../../engine/data/sources/csv-head.ts';

const dialect = fc.record({ delimiter: fc.constantFrom(',', ';', '\t'), quote: fc.constantFrom('"', "'", '') });
const text = fc
  .array(fc.constantFrom('a', '7', ' ', '\u00a0', ',', ';', '\t', '"', "'", '\n', '\r', '\r\n', 'é'), { maxLength: 60 })
  .map((pieces) => pieces.join(''));

test('the last whole record ends where reading every record ends', () => {
  fc.assert(
    fc.property(text, dialect, (text, { delimiter, quote }) => {
      const records = headRecords(text, { delimiter, quote, complete: false, most: Number.POSITIVE_INFINITY });
      expect(lastRecordEnd(text, { delimiter, quote })).toBe(records.at(-1)?.end ?? text.length);
    }),
    { numRuns: 5000 },
  );
});
