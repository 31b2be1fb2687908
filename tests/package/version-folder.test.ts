import { readFileSync } from 'node:fs';
import { Check } from 'typebox/value';
import { expect, test } from 'vitest';
import { contentHash } from '../../engine/base/canonical-json.ts';
import { VersionManifest } from '../../engine/contract/version-manifest.ts';
import type { FolderFile } from '../../engine/package/index.ts';
import { openEarlierProject } from './open-earlier-project.ts';
import { openRegistry } from './open-registry.ts';

const names = ['golden.json', 'manifest.json', 'metrics.json', 'model.onnx', 'signature.json'];

function jsonOf<Content>(files: readonly FolderFile[], name: string): Content {
  const file = files.find((one) => one.name === name);
  return JSON.parse(readFileSync(file?.path ?? name, 'utf8')) as Content;
}

/** Every file has the hash and size that it is said to have, and the manifest says the same of all others. */
function expectWhole(files: readonly FolderFile[]): void {
  for (const { path, sha256, bytes } of files) {
    const content = readFileSync(path);
    expect([contentHash(content), content.length]).toEqual([`sha256:${sha256}`, bytes]);
  }
  const manifest = jsonOf<VersionManifest>(files, 'manifest.json');
  expect(Check(VersionManifest, manifest)).toBe(true);
  const others = files.filter(({ name }) => name !== 'manifest.json');
  expect(manifest.files).toEqual(others.map(({ name, sha256, bytes }) => ({ name, sha256, bytes })));
}

test('a version has a folder of files under a manifest, the same for the same version', async () => {
  const { engine, packages, trainOne, add } = await openRegistry();
  const { best } = await trainOne('species');
  const added = await add(best.id);
  const files = await packages.files('penguins@1');
  expect(files.map(({ name }) => name)).toEqual(names);
  expectWhole(files);
  expect(files.find(({ name }) => name === 'model.onnx')?.sha256).toBe(added.onnx.sha256);
  expect(jsonOf(files, 'signature.json')).toEqual(added.signature);
  expect(jsonOf(files, 'metrics.json')).toMatchObject({
    format: 1,
    task: 'multiclass',
    target: 'species',
    learner: 'linear',
    metrics: best.metrics,
    metric: best.metric,
    intervals: best.intervals,
    rows: { training: best.rows.training, holdout: best.rows.holdout },
  });
  expect(jsonOf(files, 'manifest.json')).toMatchObject({ model: 'penguins', version: 1 });

  engine.database.run('DELETE FROM model_version_files');
  expect(await packages.files('penguins@1')).toEqual(files);
});

test('a version of a project of before gets its folder when it is first needed, once', async () => {
  const app = await openEarlierProject();
  const filesOf = () => app.call('deploy.modelFiles', { reference: 'species@1' }) as Promise<{ files: FolderFile[] }>;
  const { files } = await filesOf();
  expect(files.map(({ name }) => name)).toEqual(names);
  expect(await filesOf()).toMatchObject({ files });
  expect(app.context.database.all('SELECT * FROM model_version_files')).toHaveLength(names.length);
  expect(await app.call('project.verify', {})).toMatchObject({ problems: [] });
  await app.call('project.gc', {});
  app.context.blobs.sweep();
  for (const { path } of files) expect(readFileSync(path).length).toBeGreaterThan(0);
});
