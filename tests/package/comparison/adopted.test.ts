import { expect, test } from 'vitest';
import type { VersionComparison } from '../../../engine/contract/package-comparison.ts';
import { fixturePath } from '../../support/adopted-fixtures.ts';
import { openPhases } from '../open-registry.ts';

test('a model from elsewhere is compared with one that was trained here, also where it takes other columns', async () => {
  const { data, packages, resultOf, trainOne, add } = await openPhases();
  await resultOf(data.handlers.add({ name: 'rows', files: [fixturePath('sklearn-columns', 'rows.csv')] }));
  const path = fixturePath('sklearn-columns');
  await resultOf(packages.handlers.import({ path, reference: 'rows', model: 'adopted', target: 'left' }));
  const input = { reference: 'rows', target: 'left', learners: ['linear'], exclude: ['region'] };
  await add((await trainOne(input)).id, 'trained');
  const compare = (on?: string) =>
    resultOf<VersionComparison>(packages.handlers.compare({ a: 'adopted', b: 'trained', on }));
  const found = await compare();
  expect(found.a).toMatchObject({ reference: 'adopted@1', learner: 'adopted' });
  expect(found.inputs).toEqual({ onlyA: ['region'], onlyB: ['active'] });
  expect(found.data.same).toBe(true);
  expect(found.recipe.map(({ path: place }) => place)).toContain('learner');
  const { predictions } = found;
  expect(predictions.answer).toBe('probability of true');
  expect(predictions.rows.count).toBeGreaterThan(0);
  expect(predictions.labelsDiffer).toBeLessThan(0.5);
  expect(predictions.meanDifference).toBeGreaterThan(0);
  const all = await compare('rows');
  expect(all.predictions.rows).toMatchObject({
    reference: 'rows@1',
    chosen: 'rows of that dataset; either may have been trained on them',
  });
  expect(all.predictions.rows.count).toBeGreaterThanOrEqual(predictions.rows.count);
});
