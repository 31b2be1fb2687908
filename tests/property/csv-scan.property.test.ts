import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CsvScan, CsvScanner } from '../../engine/data/sources/csv-scan.ts';
import { Utf8Check } from '../../engine/data/sources/utf8.ts';

/** Scans a text in pieces of these sizes, all through one buffer that is used again. */
function scanInPieces(text: string, columns: number, sizes: readonly number[]): CsvScan {
  const bytes = Buffer.from(text);
  const scanner = new CsvScanner({ delimiter: ',', quote: '"', decimal: '.', columns, firstLine: 1 });
  const buffer = Buffer.alloc(64);
  for (let position = 0, piece = 0; position < bytes.length; piece++) {
    const size = Math.min(sizes[piece % sizes.length] as number, bytes.length - position);
    bytes.copy(buffer, 0, position, position + size);
    scanner.feed(buffer.subarray(0, size));
    position += size;
  }
  return scanner.finish();
}

const cell = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '007',
    '+3',
    '-12',
    '1.5',
    '1e9',
    'true',
    '2024-02-30',
    '2024-02-29',
    '2024-01-01 10:00:00Z',
  ),
  fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replaceAll('\0', '')),
);
const written = cell.map((text) => (/[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text));
const sizes = fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1, maxLength: 5 });

test('it does not matter where the pieces of a file are cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(written, written, written), { minLength: 1, maxLength: 20 }),
      fc.constantFrom('\n', '\r\n', '\r'),
      sizes,
      (rows, lineEnd, pieces) => {
        const text = rows.map((cells) => cells.join(',')).join(lineEnd);
        expect(scanInPieces(text, 3, pieces)).toEqual(scanInPieces(text, 3, [64]));
        expect(scanInPieces(text, 3, pieces).rows).toBe(rows.length);
      },
    ),
  );
});

test('every cell is classed by what a plain look at its text says', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }), (value) => {
      const [seen] = scanInPieces(`${value}\n`, 1, [7]).seen;
      const fits = BigInt.asIntN(64, value) === value;
      const exact = BigInt(Number(value)) === value;
      expect([...(seen?.keys() ?? [])]).toEqual([fits ? (exact ? 'integer' : 'longInteger') : 'hugeInteger']);
    }),
  );
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const text = Number.isInteger(value) ? `${value}.0`.replace(/(e\+\d+)\.0$/, '$1') : String(value);
      const [seen] = scanInPieces(`${text}\n`, 1, [5]).seen;
      expect([...(seen?.keys() ?? [])]).toEqual(['float']);
    }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9999 }), fc.nat(15), fc.nat(40), (year, month, day) => {
      const two = (part: number) => String(part).padStart(2, '0');
      const text = `${String(year).padStart(4, '1')}-${two(month)}-${two(day)}`;
      const parsed = new Date(`${text}T00:00:00Z`);
      const isDay = !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(text);
      const [seen] = scanInPieces(`${text}\n`, 1, [3]).seen;
      expect([...(seen?.keys() ?? [])]).toEqual([isDay ? 'date' : 'text']);
    }),
  );
});

test('UTF-8 is judged alike in one piece and in many', () => {
  const judged = (bytes: Uint8Array, pieces: readonly number[]) => {
    const check = new Utf8Check();
    let fine = true;
    for (let position = 0, piece = 0; position < bytes.length; piece++) {
      const size = Math.min(pieces[piece % pieces.length] as number, bytes.length - position);
      fine = check.feed(bytes.subarray(position, position + size), position + size === bytes.length) && fine;
      position += size;
    }
    return fine;
  };
  const bytes = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 40 }),
    fc.string({ unit: 'grapheme', minLength: 1 }).map((text) => Uint8Array.from(Buffer.from(text))),
  );
  fc.assert(
    fc.property(bytes, sizes, (given, pieces) => {
      expect(judged(given, pieces)).toBe(judged(given, [given.length]));
    }),
  );
});
