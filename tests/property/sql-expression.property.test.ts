import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GalleyError } from '../../engine/base/errors.ts';
import type { SchemaColumn } from '../../engine/data/schema.ts';
import { checkExpression } from '../../engine/data/sql-expression.ts';
import { openDuck } from '../../engine/store/duck.ts';

const schema: SchemaColumn[] = [
  { name: 'a', type: 'int64' },
  { name: 'b"c', type: 'text' },
];
const pieces = fc.constantFrom(
  ...[
    'a',
    '"b""c"',
    '1',
    "'x'",
    '+',
    '(',
    ')',
    ',',
    ';',
    '--',
    '/*',
    '*/',
    "'",
    '"',
    '$$',
    '\n',
    ' ',
    'SELECT',
    'FROM',
    'OVER',
  ],
  ...[
    "read_text('/etc/passwd')",
    'AND',
    'CASE',
    'WHEN',
    'THEN',
    'END',
    '::',
    'BIGINT',
    '=',
    '||',
    'UNION',
    'AS',
    '\\',
    '\0',
    'é',
    '🚲',
  ],
);
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('a', '"b""c"', '1', "'x;--'", 'NULL', 'A /* a */', 'a -- end'),
    tie('expression').map((inner) => `(${inner}\n)`),
    fc.tuple(tie('expression'), tie('expression')).map(([left, right]) => `coalesce(${left}\n, ${right}\n)`),
    fc.tuple(tie('expression'), pieces, tie('expression')).map((parts) => parts.join('\n')),
  ),
}));
const texts = fc.oneof(
  expression,
  fc.array(pieces, { maxLength: 12 }).map((list) => list.join(' ')),
  fc.string({ unit: 'grapheme' }),
);

test('any text is refused, or is one value of the row it stands in and leaves its neighbours alone', async () => {
  const duck = await openDuck({ allowed: [], temporaryFolder: '/nonexistent', memoryLimit: '200MB', threads: 1 });
  const connection = await duck.connect();
  await connection.run(`CREATE TABLE one AS SELECT 3::BIGINT AS a, 'z' AS "b""c"`);
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      const checked = await checkExpression(connection, text, schema).catch((error: unknown) => {
        if (!(error instanceof GalleyError)) throw error;
        expect(['data.invalid_sql', 'data.unknown_column']).toContain(error.code);
      });
      if (!checked) return;
      accepted++;
      const sql = `SELECT 7 AS before, ${checked.sql} AS value, 8 AS after FROM one`;
      const reader = await connection.runAndReadAll(sql).catch((error: Error) => {
        expect(error.message).toMatch(/^(Conversion|Out of Range) Error/); // of the value alone
      });
      if (!reader) return;
      const rows = reader.getRowsJson();
      expect(rows).toHaveLength(1);
      expect([rows[0]?.[0], rows[0]?.[2], rows[0]?.length]).toEqual([7, 8, 3]);
    }),
    { numRuns: 3000, seed: 20250101 },
  );
  expect(accepted).toBeGreaterThan(100);
  connection.closeSync();
  duck.closeSync();
});
