import { expect, test } from 'vitest';
import { versionBefore } from '../../../engine/base/version-stack.ts';
import { registryProject } from './registry-project.ts';

async function withVersions() {
  const project = await registryProject();
  await project.add((await project.trainOne('species')).id);
  project.copyVersions('penguins', 2);
  return { ...project, handlers: project.packages.handlers };
}

const push = (to: number | null) => ({ to, isRollback: false });
const back = (to: number) => ({ to, isRollback: true });

test('a rollback passes over versions that are gone and undoes the removal of an alias', () => {
  expect(versionBefore([push(1), push(2), push(3)])).toBe(2);
  expect(versionBefore([push(1), push(2), push(3)], (version) => version !== 2)).toBe(1);
  expect(versionBefore([push(1), push(2), push(3), back(1)])).toBeUndefined();
  expect(versionBefore([push(1), push(2), push(null)])).toBe(2);
  expect(versionBefore([push(1), push(null), push(3)])).toBe(1);
  expect(versionBefore([push(1), push(2), push(null), back(2)])).toBe(1);
  expect(versionBefore([push(1)])).toBeUndefined();
  expect(versionBefore([])).toBeUndefined();
});

test('an alias is removed with its history, and a rollback brings it back', async () => {
  const { handlers, packages } = await withVersions();
  for (const version of [1, 2]) await handlers.alias({ reference: `penguins@${version}`, alias: 'candidate' });
  expect(await handlers.removeAlias({ model: 'penguins', alias: 'candidate', reason: 'the trial is over' })).toEqual({
    model: 'penguins',
    alias: 'candidate',
    previous: 2,
  });
  const [model] = (await handlers.list({})).models;
  expect(model?.aliases).toEqual({});
  expect(model?.rollbacks).toEqual({ candidate: 2 });
  expect(model?.history[0]).toMatchObject({ alias: 'candidate', from: 2, to: null, reason: 'the trial is over' });
  await expect(handlers.show({ reference: 'penguins@candidate' })).rejects.toMatchObject({
    code: 'package.version_not_found',
  });
  await expect(handlers.removeAlias({ model: 'penguins', alias: 'candidate' })).rejects.toMatchObject({
    code: 'package.alias_not_found',
    message: '"penguins" has no alias "candidate". It has none.',
  });
  const restored = await handlers.rollback({ model: 'penguins', alias: 'candidate' });
  expect(restored).toMatchObject({ version: 2, previous: null });
  expect(packages.resolve('penguins@candidate').version.version).toBe(2);
});

test('an alias that is followed cannot be removed', async () => {
  const { handlers, packages } = await withVersions();
  await handlers.alias({ reference: 'penguins@1', alias: 'champion' });
  packages.addHolder({
    ofVersion: () => [],
    ofAlias: (model, alias) =>
      `${model}@${alias}` === 'penguins@champion' ? [{ words: 'the deployment live follows it', isLive: true }] : [],
    ofModel: () => [],
  });
  await expect(handlers.removeAlias({ model: 'penguins', alias: 'champion' })).rejects.toMatchObject({
    code: 'package.in_use',
    message: 'The alias champion of penguins cannot be removed: the deployment live follows it.',
  });
  expect(packages.resolve('penguins@champion').version.version).toBe(1);
});

test('a move and a rollback can be looked at before they are made', async () => {
  const { handlers, packages, trainOne, add } = await withVersions();
  await add((await trainOne('species', 'baseline', ['year'])).id);
  packages.addHolder({
    ofVersion: () => [],
    ofAlias: () => [{ words: 'the deployment live follows it', isLive: true }],
    ofModel: () => [],
  });
  const preview = (version?: number) => handlers.previewAlias({ model: 'penguins', alias: 'champion', version });
  await expect(preview()).rejects.toMatchObject({ code: 'package.no_previous_version' });
  await expect(preview(9)).rejects.toMatchObject({ code: 'package.version_not_found' });
  const followers = ['the deployment live follows it'];
  expect(await preview(1)).toEqual({ from: null, to: 1, followers, breaking: [] });
  for (const version of [4, 1]) await handlers.alias({ reference: `penguins@${version}`, alias: 'champion' });
  expect(await preview(4)).toEqual({ from: 1, to: 4, followers, breaking: ['it takes no column year any more'] });
  expect(await preview()).toMatchObject({ from: 1, to: 4 });
  await handlers.delete({ reference: 'penguins@4' });
  await expect(preview()).rejects.toMatchObject({ code: 'package.no_previous_version' });
});
