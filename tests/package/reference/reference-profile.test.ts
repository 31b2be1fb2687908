import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { contentHash } from '../../../engine/base/canonical-json.ts';
import { createDataPhase } from '../../../engine/data/index.ts';
import { createPackagePhase } from '../../../engine/package/index.ts';
import type { ReferenceProfile } from '../../../engine/statistics/profile/reference-profile.ts';
import { createTrainPhase } from '../../../engine/train/index.ts';
import { openEarlierProject } from '../open-earlier-project.ts';
import { openRegistry } from '../open-registry.ts';

const binsOf = ({ columns }: ReferenceProfile, wanted: string) =>
  columns.find(({ bins: { name } }) => name === wanted)?.bins;

test('a version has what its rows are counted against among its files: its inputs in training, its answers for the holdout', async () => {
  const { packages, trainOne, add } = await openRegistry();
  const { best } = await trainOne('species');
  const { signature } = await add(best.id);
  const file = await packages.reference('penguins@1');
  if (!file) throw new Error('there is no reference');
  const own = (await packages.files('penguins@1')).find(({ name }) => name === 'reference-profile.json');
  expect(file).toMatchObject({ path: own?.path, sha256: own?.sha256, isOwn: true });
  const { profile } = file;
  expect([profile.model, profile.version]).toEqual(['penguins', 1]);
  expect(profile.columns.map(({ role, bins }) => [role, bins.name])).toEqual([
    ...signature.inputs.map(({ name }) => ['input', name]),
    ['output', 'prediction'],
  ]);
  const { training, holdout } = best.rows;
  for (const { role, bins } of profile.columns) {
    const rows = bins.counts.reduce((sum, count) => sum + count, 0) + bins.missing;
    expect([bins.rows, rows], bins.name).toEqual(Array(2).fill(role === 'input' ? training : holdout));
  }
  expect(binsOf(profile, 'island')).toMatchObject({
    kind: 'text',
    levels: expect.arrayContaining(['Biscoe', 'Dream']),
  });
  expect(binsOf(profile, 'body_mass_g')).toMatchObject({ kind: 'number', minimum: expect.any(Number) });
  expect(binsOf(profile, 'prediction')).toMatchObject({ levels: expect.arrayContaining(signature.classes ?? []) });
});

test('of marked columns it has counts alone, of two classes the label, too', async () => {
  const { data, packages, trainOne, add } = await openRegistry();
  const { best } = await trainOne('sex');
  for (const column of ['island', 'body_mass_g']) {
    await data.handlers.mark({ dataset: 'penguins', column, mark: 'sensitive' });
  }
  const { signature } = await add(best.id);
  const { profile } = (await packages.reference('penguins@1')) ?? {};
  if (!profile) throw new Error('there is no reference');
  expect(binsOf(profile, 'island')).toMatchObject({ levels: [], rare: null, counts: [best.rows.training, 0] });
  const massMissing = binsOf(profile, 'body_mass_g')?.missing as number;
  expect(binsOf(profile, 'body_mass_g')).toEqual({
    name: 'body_mass_g',
    kind: 'number',
    hidden: true,
    ...{ rows: best.rows.training, missing: massMissing, counts: [best.rows.training - massMissing] },
    ...{ centre: 0, scale: 1, minimum: null, maximum: null, massPoints: [], edges: [] },
  });
  expect(binsOf(profile, 'bill_length_mm')).toMatchObject({ minimum: expect.any(Number) });
  expect(signature.classes).toHaveLength(2);
  expect(binsOf(profile, 'prediction')).toMatchObject({ kind: 'number' });
  const label = binsOf(profile, 'label');
  expect(label).toMatchObject({ kind: 'text', rows: best.rows.holdout });
  expect(label?.kind === 'text' && label.levels.toSorted()).toEqual(signature.classes?.toSorted());
});

test('that of a version of before is made once, beside its files', async () => {
  const app = await openEarlierProject();
  const data = createDataPhase(app.context);
  const packages = createPackagePhase(app.context, data, createTrainPhase(app.context, data));
  const [file, again] = [await packages.reference('species@1'), await packages.reference('species@1')];
  if (!file) throw new Error('there is no reference');
  expect(file.isOwn).toBe(false);
  expect(again).toEqual(file);
  expect(contentHash(readFileSync(file.path))).toBe(`sha256:${file.sha256}`);
  expect(binsOf(file.profile, 'prediction')?.rows).toBeGreaterThan(10);
  const names = (await packages.files('species@1')).map(({ name }) => name);
  expect(names).not.toContain('reference-profile.json');
});
