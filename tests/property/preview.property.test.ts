import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GalleyError } from '../../engine/base/errors.ts';
import type { ImportOptions } from '../../engine/contract/import-options.ts';
import { runPreviewJob } from '../../engine/data/sources/preview-job.ts';
import type { ImportedVersion } from '../../engine/data/versions/import-job.ts';
import { importHere, jobContext, rowsOf } from '../support/import-files.ts';
import { temporaryFolder } from '../support/temporary.ts';

const cell = fc.oneof(
  fc.constantFrom('', '0', '7', '-1.5', '2,5', '1.234,50', '1,234', '1e400', 'NA', '-', 'yes', 'no', 'T', 'F', 'true'),
  fc.constantFrom('31/01/2024', '03/04/2024', '01/31/2024', '2024-01-31', '2024-01-31T10:00:00+02:00', '  ', ' 3 '),
  fc.constantFrom('007', 'Tromsø', "it's", 'a"b', 'two\nlines', 'x;y', 'x,y'),
);

const file = fc.record({
  rows: fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 8 }),
  delimiter: fc.constantFrom(',', ';', '\t'),
  lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
  encoding: fc.constantFrom<BufferEncoding>('utf8', 'latin1', 'utf16le'),
});

const options: fc.Arbitrary<ImportOptions> = fc.record(
  {
    delimiter: fc.constantFrom(',', ';'),
    quote: fc.constantFrom('"', "'", ''),
    header: fc.boolean(),
    skipLines: fc.nat(2),
    decimal: fc.constantFrom('.', ','),
    missing: fc.constantFrom(['NA'], ['7', 'yes'], []),
    dates: fc.constantFrom('iso', 'day-month-year', 'month-day-year'),
    ragged: fc.constantFrom('pad', 'skip', 'refuse'),
  },
  { requiredKeys: [] },
);

interface WrittenFile {
  rows: string[][];
  delimiter: string;
  lineEnd: string;
  encoding: BufferEncoding;
}

function written({ rows, delimiter, lineEnd, encoding }: WrittenFile): Buffer {
  const quoted = (text: string) => (/[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const text = rows.map((cells) => cells.map(quoted).join(delimiter)).join(lineEnd);
  return Buffer.from(encoding === 'utf16le' ? `\uFEFF${text}` : text, encoding);
}

/** What comes of some work, or the code that refused it. */
async function outcome<Result>(work: Promise<Result>): Promise<Result | string> {
  return work.catch((error: unknown) => {
    if (error instanceof GalleyError) return error.code;
    throw error;
  });
}

test('a preview and an import of the same file never disagree, whatever the file and the options', async () => {
  const path = join(temporaryFolder(), 'table.csv');
  await fc.assert(
    fc.asyncProperty(file, options, async (content, chosen) => {
      writeFileSync(path, written(content));
      const preview = await outcome(runPreviewJob({ path, options: chosen }, jobContext()));
      const version = (await outcome(importHere({ files: [{ path }], options: chosen }))) as ImportedVersion | string;
      if (typeof preview === 'string' || typeof version === 'string') {
        expect(version).toBe(preview);
        expect(preview).not.toBe('data.unreadable');
        return;
      }
      expect(version.schema.map(({ name, type }) => ({ name, type }))).toEqual(preview.columns);
      expect(version.rows).toBe(preview.rowCount);
      expect(await rowsOf(version)).toEqual(preview.rows);
      expect(version.warnings).toEqual(preview.warnings);
      expect(version.parts.flatMap((part) => part.changes.counts)).toEqual(preview.changes);
    }),
    {
      numRuns: 60,
      examples: [
        [
          { rows: [['two\nlines', ''], ['007'], ['']], delimiter: ',', lineEnd: '\r\n', encoding: 'utf8' },
          { quote: "'", skipLines: 2 },
        ],
      ],
    },
  );
}, 180_000);
