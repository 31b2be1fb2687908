import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ColumnProfile } from '../../engine/contract/data.ts';
import { importNew, importText } from '../support/import-files.ts';
import { checkoutFolder } from '../support/needs.ts';
import { writeBySql } from '../support/tables.ts';

const byName = (profile: readonly ColumnProfile[], name: string) =>
  profile.find((column) => column.name === name) as ColumnProfile;

test('the penguins have the figures that pandas gives', async () => {
  const { profile } = await importNew(join(checkoutFolder, 'resources', 'samples', 'penguins', 'penguins.csv'));
  const mass = byName(profile, 'body_mass_g');
  expect(mass).toMatchObject({
    type: 'int64',
    rows: 344,
    missing: 2,
    zeros: 0,
    distinct: 94,
    approximate: false,
    minimum: 2700,
    maximum: 6300,
    lengths: null,
    top: [],
  });
  expect(mass.mean).toBeCloseTo(4201.754385964912, 9);
  expect(mass.standardDeviation).toBeCloseTo(800.781229238452, 6);
  expect(mass.quantiles).toEqual([3150, 3550, 4050, 4750, 5650]);
  expect(mass.histogram).toHaveLength(24);
  expect(mass.histogram.reduce((sum, bin) => sum + bin.count, 0)).toBe(342);
  expect([mass.histogram[0]?.from, mass.histogram[23]?.to]).toEqual([2700, 6300]);
  const species = byName(profile, 'species');
  expect(species.top).toEqual([
    { value: 'Adelie', count: 152 },
    { value: 'Gentoo', count: 124 },
    { value: 'Chinstrap', count: 68 },
  ]);
  expect(species).toMatchObject({ minimum: null, mean: null, histogram: [], lengths: { minimum: 6, maximum: 9 } });
  expect(byName(profile, 'year').top.map(({ value }) => value)).toEqual(['2009', '2008', '2007']);
});

test('a column of a large table is estimated, and says so', async () => {
  const path = await writeBySql(
    "SELECT i AS n, CASE WHEN i % 4 = 0 THEN NULL ELSE (i % 1000) / 10.0::DOUBLE END AS x, 'c' || i % 3 AS t FROM range(250000) AS numbers(i)",
    'parquet',
  );
  const { profile } = await importNew(path);
  const n = byName(profile, 'n');
  expect(n).toMatchObject({ approximate: true, minimum: 0, maximum: 249_999, missing: 0 });
  expect(n.mean).toBeCloseTo(124_999.5, 6);
  expect(Math.abs(n.distinct - 250_000)).toBeLessThan(250_000 * 0.05);
  expect(Math.abs((n.quantiles?.[2] ?? 0) - 125_000)).toBeLessThan(1000);
  const x = byName(profile, 'x');
  expect([x.missing, x.zeros, x.distinct]).toEqual([62_500, 0, 750]);
  expect(Math.abs(x.histogram.reduce((sum, bin) => sum + bin.count, 0) - 187_500)).toBeLessThan(24);
  expect(byName(profile, 't').top).toEqual([
    { value: 'c0', count: 83_334 },
    { value: 'c1', count: 83_333 },
    { value: 'c2', count: 83_333 },
  ]);
});

test('infinities and NaN enter no figure, and the largest numbers overflow none', async () => {
  const path = await writeBySql(
    "SELECT unnest(['1', '2', '3', 'inf', '-inf', 'nan', NULL]::DOUBLE[]) AS x, unnest([1e308, -1e308, 0, 0, 0, 0, 0]) AS wide, unnest([1e308, 0.9e308, 1e308, 1e308, 1e308, 1e308, 1e308]) AS huge",
    'parquet',
  );
  const { profile } = await importNew(path);
  const x = byName(profile, 'x');
  expect(x).toMatchObject({ missing: 1, minimum: 1, maximum: 3, mean: 2, quantiles: [1.1, 1.5, 2, 2.5, 2.9] });
  expect(byName(profile, 'wide')).toMatchObject({ minimum: -1e308, maximum: 1e308, mean: null, histogram: [] });
  expect(byName(profile, 'huge').mean).toBeCloseTo(9.857e307, -305);
  expect(JSON.parse(JSON.stringify(profile))).toEqual(profile);
});

test('times have bounds in ISO 8601 and a histogram in epoch milliseconds', async () => {
  const { profile } = await importText('day,at\n2024-01-01,2024-01-01T00:00:00Z\n2024-01-25,2024-01-02T12:00:00.5Z\n');
  expect(byName(profile, 'day')).toMatchObject({
    minimum: '2024-01-01',
    maximum: '2024-01-25',
    mean: null,
    quantiles: null,
  });
  const at = byName(profile, 'at');
  expect([at.minimum, at.maximum]).toEqual(['2024-01-01T00:00:00Z', '2024-01-02T12:00:00.5Z']);
  expect(at.histogram[0]).toMatchObject({ from: Date.UTC(2024, 0, 1), count: 1 });
  expect(at.histogram.at(-1)).toMatchObject({ to: Date.UTC(2024, 0, 2, 12, 0, 0, 500), count: 1 });
});

test('constant, empty and boolean columns have profiles, too', async () => {
  const { profile } = await importText('same,none,flag\n7,,true\n7,,false\n7,,true\n');
  expect(byName(profile, 'same')).toMatchObject({
    mean: 7,
    standardDeviation: 0,
    histogram: [{ from: 7, to: 7, count: 3 }],
  });
  expect(byName(profile, 'none')).toMatchObject({ missing: 3, distinct: 0, lengths: null, top: [] });
  expect(byName(profile, 'flag')).toMatchObject({
    minimum: false,
    maximum: true,
    top: [
      { value: 'true', count: 2 },
      { value: 'false', count: 1 },
    ],
  });
});
