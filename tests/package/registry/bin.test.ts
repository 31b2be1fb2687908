import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { registryProject } from './registry-project.ts';

async function withVersions() {
  const project = await registryProject();
  const first = await project.add((await project.trainOne('species')).id);
  const second = await project.add((await project.trainOne('species', 'linear')).id);
  return { ...project, first, second, handlers: project.packages.handlers };
}

test('a version that was deleted is in the bin, comes back, and its number is never given again', async () => {
  const { engine, handlers, packages, second, add, trainOne } = await withVersions();
  expect(await handlers.delete({ reference: 'penguins@2' })).toEqual({ reference: 'penguins@2' });
  await expect(handlers.show({ reference: 'penguins@2' })).rejects.toMatchObject({
    code: 'package.version_not_found',
  });
  expect(packages.resolve('penguins').version.version).toBe(1);
  await expect(handlers.delete({ reference: 'penguins@1' })).rejects.toMatchObject({ code: 'package.last_version' });
  const { items } = await handlers.bin({});
  expect(items).toMatchObject([{ kind: 'version', reference: 'penguins@2', versions: 1 }]);
  expect(items[0]?.bytes).toBeGreaterThan(second.onnx.bytes);

  await handlers.restore({ reference: 'penguins@2' });
  expect((await handlers.show({ reference: 'penguins@2' })).version.onnx).toEqual(second.onnx);
  await expect(handlers.restore({ reference: 'penguins@2' })).rejects.toMatchObject({
    code: 'package.not_in_bin',
    message: 'penguins@2 is not in the bin. The bin is empty.',
  });

  await handlers.delete({ reference: 'penguins@2' });
  expect(packages.purge({ dryRun: true })).toMatchObject({ versions: 1, models: 0 });
  expect(existsSync(second.onnx.path)).toBe(true);
  expect(packages.purge({ before: 0, dryRun: false })).toMatchObject({ versions: 0 });
  const purged = packages.purge({ dryRun: false });
  engine.blobs.sweep();
  expect(purged.bytes).toBe(items[0]?.bytes);
  expect(existsSync(second.onnx.path)).toBe(false);
  expect((await engine.blobs.verify()).problems).toEqual([]);
  expect((await add((await trainOne('species')).id)).version).toBe(3);
  const { changes } = await handlers.show({ reference: 'penguins' });
  expect(changes.map(({ version, kind }) => [version, kind])).toEqual([
    [2, 'delete'],
    [2, 'restore'],
    [2, 'delete'],
  ]);
});

test('files that another version needs stay when one of them goes for good', async () => {
  const { engine, handlers, packages, first, copyVersions } = await withVersions();
  await handlers.delete({ reference: 'penguins@2' });
  copyVersions('penguins', 1);
  await handlers.delete({ reference: 'penguins@3' });
  const { items } = await handlers.bin({});
  expect(items.find(({ reference }) => reference === 'penguins@3')?.bytes).toBe(0);
  packages.purge({ dryRun: false });
  engine.blobs.sweep();
  expect(existsSync(first.onnx.path)).toBe(true);
  expect((await engine.blobs.verify()).problems).toEqual([]);
});

test('what an alias, a deployment or a job needs cannot be deleted, and the message says who', async () => {
  const { engine, handlers, packages } = await withVersions();
  await handlers.alias({ reference: 'penguins@2', alias: 'champion' });
  packages.addHolder({
    ofVersion: (_, version) =>
      version === 2 ? [{ words: 'the deployment live has it as its shadow', isLive: true }] : [],
    ofAlias: () => [],
    ofModel: () => [{ words: 'the pipeline weekly renews it', isLive: false }],
  });
  const refused = async (reference: string) =>
    handlers.delete({ reference }).then(
      () => undefined,
      ({ code, message }) => [code, message],
    );
  expect(await refused('penguins@2')).toEqual([
    'package.in_use',
    'penguins@2 cannot be deleted: the alias champion points at it and the deployment live has it as its shadow.',
  ]);
  expect(await refused('penguins')).toEqual([
    'package.in_use',
    'penguins cannot be deleted: the pipeline weekly renews it.',
  ]);
  engine.jobs.mentions = () => true;
  expect(await refused('penguins@1')).toEqual([
    'package.in_use',
    'penguins@1 cannot be deleted: a job that has not ended reads it.',
  ]);
});

test('a model that was deleted gives its name free, and comes back where no other has it', async () => {
  const { engine, handlers, packages, trainOne, add } = await withVersions();
  await handlers.alias({ reference: 'penguins@1', alias: 'champion' });
  await handlers.delete({ reference: 'penguins' });
  expect((await handlers.list({ archived: 'with' })).models).toEqual([]);
  expect((await handlers.bin({})).items).toMatchObject([{ kind: 'model', reference: 'penguins', versions: 2 }]);
  await add((await trainOne('body_mass_g')).id);
  await expect(handlers.restore({ reference: 'penguins' })).rejects.toMatchObject({ code: 'package.name_taken' });
  await handlers.delete({ reference: 'penguins' });
  const [, first] = (await handlers.bin({})).items;
  await handlers.restore({ reference: first?.id as string });
  expect(packages.resolve('penguins@champion').model.target).toBe('species');
  expect(packages.purge({ dryRun: false })).toMatchObject({ models: 1, versions: 1 });
  engine.blobs.sweep();
  expect((await engine.blobs.verify()).problems).toEqual([]);
});

test('a model goes for good with its aliases, tags, signatures, changes and what its rows were counted against', async () => {
  const { engine, handlers, packages, first } = await withVersions();
  await handlers.alias({ reference: 'penguins@1', alias: 'champion' });
  await handlers.tag({ reference: 'penguins@1', tags: { stage: 'live' } });
  await handlers.sign({ reference: 'penguins@1' });
  engine.database.run(
    `INSERT INTO profile_references (version_id, identity, description, profile, sketches)
     SELECT id, 'sha256:0', 'reference', '{}', '[]' FROM model_versions`,
  );
  await handlers.delete({ reference: 'penguins' });
  expect(packages.purge({ dryRun: false })).toMatchObject({ models: 1, versions: 2 });
  engine.blobs.sweep();
  expect(existsSync(first.onnx.path)).toBe(false);
  expect((await handlers.bin({})).items).toEqual([]);
  expect((await engine.blobs.verify()).problems).toEqual([]);
});
