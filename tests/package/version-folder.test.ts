import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Check } from 'typebox/value';
import { expect, test } from 'vitest';
import { contentHash } from '../../engine/base/canonical-json.ts';
import { runtimeVersion } from '../../engine/base/galley-version.ts';
import type { AdoptedRecipe } from '../../engine/contract/train.ts';
import { VersionManifest } from '../../engine/contract/version-manifest.ts';
import { createDataPhase } from '../../engine/data/index.ts';
import type { FolderFile } from '../../engine/package/index.ts';
import { createPackagePhase } from '../../engine/package/index.ts';
import { referenceColumns } from '../../engine/package/reference/reference-columns.ts';
import { folderFacts } from '../../engine/package/version-folder/folder-facts.ts';
import { licensesText } from '../../engine/package/version-folder/licenses.ts';
import { provenanceOf } from '../../engine/package/version-folder/provenance.ts';
import { makeVersionFolder } from '../../engine/package/version-folder/version-folder.ts';
import { createTrainPhase } from '../../engine/train/index.ts';
import { cycloneDxFaults } from '../support/cyclone-dx.ts';
import { checkoutFolder } from '../support/needs.ts';
import { openEarlierProject } from './open-earlier-project.ts';
import { openRegistry, penguinFile } from './open-registry.ts';

const names = [
  'LICENSES.md',
  'golden.json',
  'manifest.json',
  'metrics.json',
  'model.onnx',
  'provenance.json',
  'reference-profile.json',
  'sbom.cdx.json',
  'signature.json',
];

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
  const { engine, data, train, packages, trainOne, add } = await openRegistry();
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

  const run = train.stored(best.id);
  const facts = { galleyVersion: engine.version, runtimeVersion };
  const { path, sha256 } = added.onnx;
  const again = await folderFacts({ data }, run, { path, hash: `sha256:${sha256}` }, facts);
  engine.database.run('DELETE FROM model_version_files');
  const columns = await referenceColumns({ data, train }, run, added.signature);
  makeVersionFolder(engine, run, packages.resolve('penguins@1'), again, columns);
  expect(await packages.files('penguins@1')).toEqual(files);
});

test('the bill of materials fits the schema of CycloneDX and names data, operators and runtime', async () => {
  const { engine, packages, trainOne, add } = await openRegistry();
  const { best } = await trainOne('species', 'trees');
  const { onnx } = await add(best.id);
  const bill = jsonOf<Record<string, unknown>>(await packages.files('penguins@1'), 'sbom.cdx.json');
  expect(cycloneDxFaults(bill)).toEqual([]);
  expect(cycloneDxFaults({ ...bill, components: [{ type: 'model', name: 'penguins' }] })).not.toEqual([]);
  expect(bill).toMatchObject({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    metadata: {
      tools: { components: [{ name: 'Galley', version: engine.version }] },
      component: {
        type: 'machine-learning-model',
        name: 'penguins',
        version: '1',
        hashes: [{ alg: 'SHA-256', content: onnx.sha256 }],
        modelCard: {
          modelParameters: { task: 'multiclass', architectureFamily: 'trees', datasets: [{ ref: 'data' }] },
          quantitativeAnalysis: {
            performanceMetrics: expect.arrayContaining([
              expect.objectContaining({ type: 'accuracy', value: String(best.metrics.accuracy) }),
            ]),
          },
        },
        properties: expect.arrayContaining([
          { name: 'onnx:opset', value: 'ai.onnx 21' },
          { name: 'onnx:opset', value: 'ai.onnx.ml 5' },
          { name: 'onnx:operator', value: 'ai.onnx.ml TreeEnsemble' },
        ]),
      },
    },
    components: [
      { type: 'data', name: 'penguins', licenses: [{ license: { name: 'CC0 1.0' } }] },
      { type: 'library', name: 'onnxruntime-node', purl: `pkg:npm/onnxruntime-node@${runtimeVersion}` },
    ],
  });
});

test('the provenance is an in-toto statement over the model with its recipe, its data and who built it', async () => {
  const { engine, packages, train, trainOne, add } = await openRegistry();
  const { best } = await trainOne('sex', 'baseline');
  const { onnx, signature } = await add(best.id);
  const { recipe, recipeHash } = train.stored(best.id);
  expect(jsonOf(await packages.files('penguins@1'), 'provenance.json')).toEqual({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'model.onnx', digest: { sha256: onnx.sha256 } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'urn:galley:recipe:1',
        externalParameters: { recipe, threshold: signature.threshold },
        internalParameters: { recipeHash },
        resolvedDependencies: [
          { name: 'penguins@1', digest: { galleyIdentity1: recipe.dataset.replace('sha256:', '') } },
        ],
      },
      runDetails: {
        builder: { id: 'urn:galley:engine', version: { galley: engine.version, 'onnxruntime-node': runtimeVersion } },
        metadata: { invocationId: best.id, finishedOn: expect.any(String) },
      },
    },
  });
});

test('the licences say what is known of the data, and that nothing is', async () => {
  const { packages, trainOne, add, addRows } = await openRegistry();
  const licensesOf = async (version: number) => {
    const files = await packages.files(`penguins@${version}`);
    return readFileSync(files.find(({ name }) => name === 'LICENSES.md')?.path ?? '', 'utf8');
  };
  await add((await trainOne('sex', 'baseline')).best.id);
  expect(await licensesOf(1)).toMatch(/penguins@1 \(sha256:[0-9a-f]{64}\): CC0 1\.0/);
  await addRows(readFileSync(penguinFile, 'utf8').split('\n').slice(0, 200).join('\n'));
  await add((await trainOne('sex', 'baseline')).best.id);
  expect(await licensesOf(2)).toContain('Galley does not know it.');
});

test('the papers of a model from elsewhere name the file that it came in', async () => {
  const app = await openEarlierProject();
  const data = createDataPhase(app.context);
  const train = createTrainPhase(app.context, data);
  const resolved = createPackagePhase(app.context, data, train).resolve('species@1');
  const own = train.stored(resolved.version.runId);
  const hex = 'ab'.repeat(32);
  const mapping = {} as AdoptedRecipe['mapping'];
  const adopted = { fileName: 'churn.onnx', sha256: `sha256:${hex}`, producer: 'skl2onnx', mapping };
  const run = { ...own, recipe: { ...own.recipe, adopted } };
  const facts = { opsets: [], operators: [], dataLicense: undefined, galleyVersion: '1', runtimeVersion: '1' };
  expect(provenanceOf(run, resolved.version, facts)).toMatchObject({
    predicate: {
      buildDefinition: {
        buildType: 'urn:galley:adopted:1',
        resolvedDependencies: [{ name: 'penguins@2' }, { name: 'churn.onnx', digest: { sha256: hex } }],
      },
    },
  });
  const text = licensesText(resolved, run, facts);
  expect(text).toContain('churn.onnx');
  expect(text).not.toContain('puts no terms');
  expect(licensesText(resolved, own, facts)).toContain('puts no terms');
});

test('a version of a project of before gets its folder when it is first needed, once', async () => {
  const app = await openEarlierProject();
  const filesOf = () => app.call('deploy.modelFiles', { reference: 'species@1' }) as Promise<{ files: FolderFile[] }>;
  const { files } = await filesOf();
  const earlier = names.filter((name) => name !== 'reference-profile.json');
  expect(files.map(({ name }) => name)).toEqual(earlier);
  expect(await filesOf()).toMatchObject({ files });
  const golden = join(checkoutFolder, 'tests', 'fixtures', 'package', 'species-1');
  for (const name of readdirSync(golden)) {
    const path = files.find((file) => file.name === name)?.path ?? '';
    expect(readFileSync(path, 'utf8'), name).toBe(readFileSync(join(golden, name), 'utf8'));
  }
  expect(app.context.database.all('SELECT * FROM model_version_files')).toHaveLength(earlier.length);
  expect(await app.call('project.verify', {})).toMatchObject({ problems: [] });
  await app.call('project.gc', {});
  app.context.blobs.sweep();
  for (const { path } of files) expect(readFileSync(path).length).toBeGreaterThan(0);
});
