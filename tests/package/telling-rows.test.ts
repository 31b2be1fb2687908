import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { GoldenSet } from '../../engine/package/golden-set.ts';
import { tellingPositions } from '../../engine/package/telling-rows.ts';
import { openRegistry } from './open-registry.ts';

const positions = Int32Array.from({ length: 1000 }, (_, row) => row * 3);
const target = new Float64Array(1000);

test('the lowest and highest answers of a regression are among them, in the order of the rows', () => {
  const values = Float64Array.from({ length: 1000 }, (_, row) => (row * 7919) % 1000);
  const found = tellingPositions({ positions, target, values }, 0.5);
  expect(found.length).toBeLessThanOrEqual(160);
  expect(found).toEqual(found.toSorted((one, other) => one - other));
  const answers = found.map((position) => values[position / 3] as number);
  expect([Math.min(...answers), Math.max(...answers)]).toEqual([0, 999]);
  expect(tellingPositions({ positions, target, values }, 0.5)).toEqual(found);
});

test('of two classes those nearest to the threshold are among them; answers that are not finite are not', () => {
  const values = Float64Array.from({ length: 2000 }, (_, at) => (at % 2 === 0 ? 0 : Math.floor(at / 2) / 1000));
  values[1] = Number.NaN;
  const found = tellingPositions({ positions, target, values }, 0.7321);
  expect(found).toContain(732 * 3);
  expect(found).not.toContain(0);
});

test('a golden set has real rows of the holdout, but none of a dataset that tells of people', async () => {
  const { data, packages, trainOne, add } = await openRegistry();
  const { best } = await trainOne('sex');
  const goldenOf = async (version: number) => {
    const file = (await packages.files(`penguins@${version}`)).find(({ name }) => name === 'golden.json');
    return JSON.parse(readFileSync(file?.path ?? '', 'utf8')) as GoldenSet;
  };
  await add(best.id);
  const golden = await goldenOf(1);
  const holdout = best.rows.holdout;
  expect(golden.rows.length).toBeGreaterThan(holdout);
  await data.handlers.mark({ dataset: 'penguins', column: 'island', mark: 'personal' });
  await add(best.id);
  const marked = await goldenOf(2);
  expect(golden.rows.length - marked.rows.length).toBeGreaterThan(holdout / 3);
});
