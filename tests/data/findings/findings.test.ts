import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Finding } from '../../../engine/contract/data-findings.ts';
import { dataProject } from '../../support/data-project.ts';
import { examineHere } from '../../support/examine.ts';
import { importNew } from '../../support/import-files.ts';
import { checkoutFolder } from '../../support/needs.ts';
import { writeBySql } from '../../support/tables.ts';

/** Findings of a table that SQL makes from the numbers `i` below `rows`. */
async function findingsOf(select: string, rows = 200, keyColumns: string[] = []): Promise<Finding[]> {
  return examineHere(
    await importNew(await writeBySql(`SELECT ${select} FROM range(${rows}) AS t(i)`, 'parquet')),
    keyColumns,
  );
}

const codes = (findings: readonly Finding[]) =>
  findings.map(({ code, columns }) => [code, ...columns].join(' ')).sort();

test('rows and keys that repeat are counted', async () => {
  const findings = await findingsOf("i % 190 AS a, 'x' || (i % 190) % 95 AS b", 200, ['b']);
  expect(findings.find(({ code }) => code === 'duplicate_rows')).toMatchObject({ severity: 'warning', rows: 10 });
  const keys = findings.find(({ code }) => code === 'duplicate_keys');
  expect(keys).toMatchObject({ columns: ['b'], rows: 105 });
  expect(keys?.evidence).toBe('x0 stands in 3 rows.');
});

test('constant, nearly constant, empty and mostly missing columns are told', async () => {
  const findings = await findingsOf(
    `7 AS same, CASE WHEN i = 3 THEN 'no' ELSE 'yes' END AS nearly, NULL::DOUBLE AS none,
     CASE WHEN i % 10 = 0 THEN sin(i) END AS seldom, cos(i) AS fine`,
    400,
  );
  expect(codes(findings)).toEqual([
    'almost_constant_column nearly',
    'constant_column same',
    'empty_column none',
    'mostly_missing seldom',
  ]);
  expect(findings.find(({ code }) => code === 'almost_constant_column')).toMatchObject({
    rows: 1,
    filter: {
      match: 'all',
      conditions: [{ column: 'nearly', operator: '!=', values: ['yes'] }, { operator: 'present' }],
    },
  });
});

test('keys are told from quantities', async () => {
  const findings = await findingsOf(
    `i + 1000 AS number, (i * 7919) % 100003 AS customer_id, (i * 7919) % 100003 AS metres, md5(i::VARCHAR) AS code, sin(i) AS x`,
  );
  expect(codes(findings).filter((code) => code.startsWith('identifier'))).toEqual([
    'identifier_column code',
    'identifier_column customer_id',
    'identifier_column number',
  ]);
});

test('copies and recodings are found, also with missing values, and chance is not taken for one', async () => {
  const findings = await findingsOf(
    `CASE WHEN i % 7 > 0 THEN sin(i) END AS a, CASE WHEN i % 7 > 0 THEN sin(i) END AS b, cos(i) AS c,
     i % 5 AS day, ['mo', 'tu', 'we', 'th', 'fr'][1 + i % 5] AS name, hash(i) % 5 AS other`,
  );
  expect(codes(findings)).toEqual(['copied_column a b', 'recoded_column day name']);
});

test('spellings of one value, and numbers and dates that are kept as text', async () => {
  const findings = await findingsOf(
    `['Paris', 'paris ', 'Rome', 'Oslo'][1 + i % 4] AS city, CASE WHEN i = 7 THEN 'n/a' ELSE '1,' || (100 + i) END AS amount,
     (i % 28 + 1) || '/02/2024' AS day, '0' || (1000 + i) AS code`,
    60,
  );
  expect(codes(findings)).toEqual([
    'dates_as_text day',
    'identifier_column amount',
    'identifier_column code',
    'numbers_as_text amount',
    'spelling_variants city',
  ]);
  const variants = findings.find(({ code }) => code === 'spelling_variants');
  expect(variants?.evidence).toContain('"Paris", "paris "');
  expect(variants).toMatchObject({
    rows: 15,
    filter: { conditions: [{ column: 'city', operator: 'one_of', values: ['paris '] }] },
  });
  expect(findings.find(({ code }) => code === 'numbers_as_text')?.evidence).toContain('"n/a"');
});

test('few values beyond three quartile distances are outliers, a long tail is none', async () => {
  const findings = await findingsOf('CASE WHEN i = 5 THEN 1e6 ELSE sin(i) END AS x, exp(i / 20.0) AS tail', 400);
  expect(codes(findings)).toEqual(['outliers x']);
  expect(findings[0]).toMatchObject({ rows: 1, severity: 'note' });
});

test('dates in the future are told by the given time', async () => {
  const findings = await findingsOf(
    "DATE '2025-06-01' + i::INTEGER AS day, TIMESTAMP '2025-01-01' + INTERVAL (i) DAY AS at",
    300,
  );
  expect(codes(findings)).toEqual(['future_dates day']);
  expect(findings[0]?.evidence).toBe('The latest is 2026-03-27.');
});

test('the penguins give no warning', async () => {
  const findings = await examineHere(
    await importNew(join(checkoutFolder, 'resources', 'samples', 'penguins', 'penguins.csv')),
  );
  expect(findings.filter(({ severity }) => severity === 'warning')).toEqual([]);
});

test('findings are looked for once and then shown with the version', async () => {
  const { data, add, context } = dataProject('processes');
  const path = await writeBySql('SELECT 1 AS same, i AS n FROM range(100) AS t(i)', 'parquet');
  await add({ name: 'log', files: [path] });
  expect((await data.handlers.show({ reference: 'log' })).findings).toBeNull();
  const shown = await data.handlers.show({ reference: 'log', examine: true });
  expect(codes(shown.findings ?? [])).toEqual(['constant_column same', 'identifier_column n']);
  expect((await data.handlers.show({ reference: 'log' })).findings).toEqual(shown.findings);
  const again = await data.handlers.examine({ reference: 'log' });
  expect(await context.jobs.result(again.id)).toEqual({ findings: shown.findings });
});
