import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { comparisonLines } from '../../../engine/command-line/package-comparison-command.ts';
import type { VersionComparison } from '../../../engine/contract/package-comparison.ts';
import type { Run } from '../../../engine/contract/train.ts';
import { penguinFile } from '../open-registry.ts';
import { registryProject } from '../registry/registry-project.ts';

test('two versions are compared by data, recipe, metrics, size, speed and their answers to the same rows', async () => {
  const { data, engine, packages, resultOf, trainOne, add, addRows } = await registryProject();
  await add((await trainOne('species')).id);
  await add((await trainOne('species', 'linear', ['year', 'island'])).id);
  const compare = (a: string, b: string, on?: string) =>
    resultOf<VersionComparison>(packages.handlers.compare({ a, b, on }));
  const found = await compare('penguins@1', 'penguins@2');

  expect(found.a).toMatchObject({ reference: 'penguins@1', learner: 'baseline', dataset: { rows: 344 } });
  expect(found.b).toMatchObject({ reference: 'penguins@2', learner: 'linear' });
  expect([found.a.bytes, found.b.bytes].every((bytes) => bytes > 1000)).toBe(true);
  expect(found.data).toMatchObject({ same: true, sharedRows: 344, added: [], removed: [] });
  expect(found.recipe.map(({ path }) => path)).toEqual(expect.arrayContaining(['features', 'learner']));
  expect(found.inputs).toEqual({ onlyA: ['island', 'year'], onlyB: [] });
  expect(found.sameHoldout).toBe(true);
  const metric = (name: string) => found.metrics.find((one) => one.name === name);
  expect(metric('accuracy')?.better).toBe('b');
  expect(metric('log_loss')).toMatchObject({ better: 'b' });
  expect(metric('log_loss')?.a).toBeGreaterThan(metric('log_loss')?.b as number);
  const { speed, predictions } = found;
  expect(speed.oneRow.a).toBeGreaterThan(0);
  expect(speed.batch.rows).toBe(predictions.rows.count);
  expect(speed.machine.onnxruntime).toMatch(/^\d+\.\d+/);
  expect(predictions.rows).toMatchObject({ reference: 'penguins@1', chosen: 'rows that neither was trained on' });
  expect(predictions.rows.count).toBeGreaterThan(30);
  expect(predictions.labelsDiffer).toBeGreaterThan(0.2);
  expect(predictions.points).toHaveLength(predictions.rows.count);
  expect(predictions.largest[0]?.a.label).not.toBe(predictions.largest[0]?.b.label);
  expect(predictions.byColumn.length).toBeGreaterThan(0);
  const lines = comparisonLines(found).join('\n');
  expect(lines).toContain('Both were trained on the same data.');
  expect(lines).toMatch(/% of labels differ/);

  const [header, ...rows] = readFileSync(penguinFile, 'utf8').trim().split('\n') as [string, ...string[]];
  const without = (line: string) => line.split(',').slice(0, -1).join(',');
  await addRows('narrow', [header, ...rows].map(without).join('\n'));
  await expect(compare('penguins@1', 'penguins@2', 'narrow')).rejects.toMatchObject({
    code: 'package.columns_missing',
    message: 'narrow@1 has not what penguins@1 takes: 1 column missing or of another type (year).',
  });
  await addRows('wide', [header, ...rows.slice(0, 40)].join('\n'));
  const wide = await compare('penguins@2', 'penguins@1', 'wide@latest');
  expect(wide.predictions.rows).toEqual({
    reference: 'wide@1',
    count: 40,
    of: 40,
    chosen: 'rows of that dataset; either may have been trained on them',
  });

  await data.handlers.mark({ dataset: 'penguins', column: 'sex', mark: 'sensitive' });
  const hidden = (await compare('penguins@1', 'penguins@2')).predictions;
  const sex = hidden.columns.indexOf('sex');
  expect(hidden.hidden).toEqual(['sex']);
  expect(hidden.largest.every(({ inputs }) => inputs[sex] === null)).toBe(true);
  expect(hidden.byColumn.some(({ name }) => name === 'sex')).toBe(false);
  await expect(compare('penguins@1', 'penguins@1')).rejects.toMatchObject({ code: 'package.same_version' });
  await add((await trainOne('body_mass_g')).id, 'mass');
  await expect(compare('penguins@1', 'mass')).rejects.toMatchObject({ code: 'package.not_comparable' });
  await expect(compare('penguins@1', 'penguins@7')).rejects.toMatchObject({ code: 'package.version_not_found' });
  expect(engine.jobs.list().some(({ kind }) => kind === 'package.compare')).toBe(true);
});

test('rows of a dataset that one version was judged by are not taken for rows of the other', async () => {
  const { packages, resultOf, trainOne, add, addRows, ...phases } = await registryProject();
  await add((await trainOne('species')).id);
  const [header, ...rows] = readFileSync(penguinFile, 'utf8').trim().split('\n') as [string, ...string[]];
  const later = rows.slice(0, 40).map((row) => row.replace(/\d+$/, '2031'));
  await addRows('later', [header, ...later].join('\n'));
  const split = { kind: 'dataset', reference: 'later' } as const;
  const judged = { reference: 'penguins', target: 'species', learners: ['linear'], split };
  const { best } = await resultOf<{ best: Run }>(phases.train.handlers.run(judged));
  await add(best.id);
  const { data, predictions } = await resultOf<VersionComparison>(
    packages.handlers.compare({ a: 'penguins@1', b: 'penguins@2' }),
  );
  expect(data.sharedRows).toBe(344);
  expect(predictions.rows).toMatchObject({ count: 40, of: 40, chosen: 'rows that neither was trained on' });
});
