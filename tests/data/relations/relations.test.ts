import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Relations } from '../../../engine/contract/data-relations.ts';
import { relateHere } from '../../support/examine.ts';
import { importNew } from '../../support/import-files.ts';
import { checkoutFolder } from '../../support/needs.ts';
import { writeBySql } from '../../support/tables.ts';

const samples = join(checkoutFolder, 'resources', 'samples');

async function relationsOf(
  select: string,
  target: string | null,
  time: string | null = null,
  rows = 1000,
): Promise<Relations> {
  const path = await writeBySql(
    `SELECT ${select} FROM (SELECT i, sin(i * 12.9898) * 43758.5453 - floor(sin(i * 12.9898) * 43758.5453) AS u,
       sin(i * 78.233) * 12543.123 - floor(sin(i * 78.233) * 12543.123) AS v FROM range(${rows}) AS t(i))`,
    'parquet',
  );
  return relateHere(await importNew(path), target, time);
}

const warned = ({ leaks }: Relations) =>
  leaks.filter(({ severity }) => severity === 'warning').map(({ code, columns }) => `${code} ${columns.join(' ')}`);
const relation = ({ columns }: Relations, name: string) => columns.find((column) => column.name === name);

test('the species of the penguins: figures as scipy and scikit-learn give them', async () => {
  const relations = await relateHere(await importNew(join(samples, 'penguins', 'penguins.csv')), 'species');
  expect(relations).toMatchObject({ scoredBy: 'auc', rows: 344, rowsUsed: 344, leftOut: [] });
  expect(relation(relations, 'flipper_length_mm')).toMatchObject({ measure: 'correlation_ratio', kind: 'number' });
  expect(relation(relations, 'flipper_length_mm')?.value).toBeCloseTo(0.8822, 3);
  expect(relation(relations, 'island')).toMatchObject({ measure: 'cramers_v', spearman: null });
  expect(relation(relations, 'year')?.mutualInformation).toBeLessThan(0.02);
  expect(relations.pairs.columns[0]).toBe('species');
  relations.pairs.columns.forEach((_, i) => {
    relations.pairs.columns.forEach((_, j) => {
      expect(relations.pairs.values[i]?.[j]).toBe(relations.pairs.values[j]?.[i]);
    });
  });
});

test.each([
  ['penguins/penguins.csv', 'species', null],
  ['penguins/penguins.csv', 'body_mass_g', null],
  ['penguins/penguins.csv', 'sex', null],
  ['seattle_weather/seattle-weather-2012.csv', 'weather', 'date'],
  ['chicago_ridership/chicago-2001.csv', 'ridership', 'date'],
  ['flights_monthly/flights-2001-01.csv', 'delay_minutes', 'departed_at'],
] as const)('%s gives no false alarm for %s', async (file, target, time) => {
  expect(warned(await relateHere(await importNew(join(samples, file)), target, time))).toEqual([]);
});

test('a column from which the target was made is told, and one that says the same in other words', async () => {
  const late = await relateHere(
    await importNew(join(samples, 'flights_monthly', 'flights-2001-01.csv')),
    'late15',
    'departed_at',
  );
  expect(warned(late)).toEqual(['gives_target_away delay_minutes']);
  const relations = await relationsOf(
    "CASE WHEN u + v < 1 THEN 'no' ELSE 'yes' END AS bought, CASE WHEN u + v < 1 THEN 0 ELSE 1 END AS flag, u AS first, v AS second",
    'bought',
  );
  expect(warned(relations)).toEqual(['target_copy flag']);
});

test('a number in another unit, or through any rising function, is told', async () => {
  const relations = await relationsOf(
    'exp(9 * u) AS price, 32 + 1.8 * exp(9 * u) AS converted, u AS size, v AS other',
    'price',
  );
  expect(warned(relations)).toEqual(['gives_target_away converted', 'gives_target_away size']);
});

test('columns of the Titanic that were written afterwards are told: boat and body', async () => {
  const relations = await relationsOf(
    `CASE WHEN u < 0.38 THEN 'yes' ELSE 'no' END AS survived, 1 + (i % 3) AS class,
     CASE WHEN v < 0.8 THEN 20 + (i % 50) END AS age, CASE WHEN v > 0.75 THEN 'C' || (i % 90) END AS cabin,
     CASE WHEN (u < 0.38 AND v < 0.96) OR (u > 0.99) THEN 'b' || (i % 20) END AS boat,
     CASE WHEN u > 0.38 AND v < 0.15 THEN 1 + i % 300 END AS body`,
    'survived',
    null,
    1309,
  );
  expect(warned(relations).sort()).toEqual(['known_only_afterwards boat', 'known_only_afterwards body']);
});

test('what is missing with the target, and what lies after the event, is told', async () => {
  const relations = await relationsOf(
    `TIMESTAMP '2024-01-01' + INTERVAL (i) HOUR AS ordered_at,
     CASE WHEN u < 0.9 THEN TIMESTAMP '2024-01-01' + INTERVAL (i) HOUR + INTERVAL (1 + floor(v * 90)::BIGINT) HOUR END AS delivered_at,
     CASE WHEN u < 0.9 THEN floor(v * 5) END AS rating, DATE '1990-01-01' + (u * 9000)::INTEGER AS born,
     CASE WHEN u < 0.9 THEN 10 * v + u END AS delay, CASE WHEN v < 0.9 THEN u END AS load`,
    'delay',
    'ordered_at',
  );
  expect(warned(relations).sort()).toEqual(['missing_with_target delivered_at', 'missing_with_target rating']);
  const later = await relationsOf(
    `DATE '2024-01-01' + (i % 300)::INTEGER AS opened, DATE '2024-01-01' + (i % 300 + 1 + floor(v * 30))::INTEGER AS closed, u AS cost`,
    'cost',
    'opened',
  );
  expect(warned(later)).toEqual(['later_than_event closed']);
});

test('names are only a weak hint, and rows that contradict each other are told', async () => {
  const relations = await relationsOf(
    'u < 0.5 AS good, CASE WHEN v < 0.8 THEN u < 0.5 ELSE u < 0.25 END AS final_result, v < 0.5 AS outcome',
    'good',
  );
  expect(warned(relations)).toEqual([]);
  expect(relations.leaks.map(({ code, columns }) => `${code} ${columns}`)).toEqual([
    'telling_name final_result',
    'conflicting_rows good',
  ]);
});

test('large tables are sampled, and say so; the order of rows tells nothing', async () => {
  const relations = await relationsOf('i::DOUBLE AS place, floor(u * 3) AS step, v AS noise', 'place', null, 120_000);
  expect(relations.rows).toBe(120_000);
  expect(Math.abs(relations.rowsUsed - 50_000)).toBeLessThan(100);
  expect(Math.abs(relation(relations, 'step')?.score ?? 1)).toBeLessThan(0.15);
  expect(warned(relations)).toEqual([]);
});

test('a column that cannot be a target is refused', async () => {
  const select = "7 AS same, DATE '2024-01-01' + i::INTEGER AS day, 'n' || i AS name, u AS x";
  for (const target of ['same', 'day', 'name'])
    await expect(relationsOf(select, target)).rejects.toMatchObject({ code: 'data.unusable_target' });
  await expect(relationsOf(select, 'y')).rejects.toMatchObject({ code: 'data.unknown_column' });
  expect(await relationsOf(select, null)).toMatchObject({
    target: null,
    columns: [],
    pairs: { columns: ['day', 'x'] },
  });
});
