import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { openPromise } from 'yauzl';
import { contentHash } from '../../engine/base/canonical-json.ts';
import type { OutputOf } from '../../engine/contract/call.ts';
import type { packageCalls } from '../../engine/contract/package.ts';
import type { Run } from '../../engine/contract/train.ts';
import type { AliasMoved } from '../../engine/package/index.ts';
import { ModelStore } from '../../engine/package/store.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { openRegistry, penguinFile } from './open-registry.ts';

/** A copy of a version under the next number, to have several without the work of making them. */
function copyVersion({ engine, packages }: Awaited<ReturnType<typeof openRegistry>>): void {
  const { model, version } = packages.resolve('penguins@latest');
  const number = version.version + 1;
  new ModelStore(engine.database).insertVersion({ ...version, id: `mv_${number}`, modelId: model.id, version: number });
}

test('a run becomes a version: file, signature, parity, lineage; the same recipe gives the same bytes', async () => {
  const { engine, train, packages, trainOne, add } = await openRegistry();
  const { best } = await trainOne('species');
  const added = await add(best.id, 'champion');
  expect(added).toMatchObject({
    model: 'penguins',
    version: 1,
    aliases: ['champion'],
    signature: { target: 'species' },
  });
  expect(added.parity.rows).toBeGreaterThan(60);
  expect(added.parity.max_abs_diff).toBeLessThan(1e-6);
  expect(contentHash(readFileSync(added.onnx.path))).toBe(`sha256:${added.onnx.sha256}`);

  const { best: again } = await trainOne('species');
  expect((await add(again.id)).onnx.sha256).toBe(added.onnx.sha256);
  expect(packages.resolve('penguins').version.version).toBe(1);
  expect(packages.resolve('penguins@latest').version.version).toBe(2);

  const shown = await packages.handlers.show({ reference: 'penguins@1' });
  expect(shown.version).toMatchObject({ aliases: ['champion'], runId: best.id, learner: 'linear', onnx: added.onnx });
  expect(shown.lineage.map(({ kind, title }) => [kind, title])).toEqual([
    ['source', 'penguins.csv'],
    ['dataset', 'penguins@1'],
    ['run', 'run 1, linear'],
    ['version', 'penguins@1'],
  ]);
  const { lineage } = await train.handlers.show({ run: best.id });
  expect(lineage.models).toEqual([{ model: 'penguins', version: 1 }]);
  expect((await engine.blobs.verify()).problems).toEqual([]);
});

test('a version takes the threshold that was chosen for it; only two classes have one', async () => {
  const { packages, trainOne, engine } = await openRegistry();
  const { best } = await trainOne('sex');
  const job = await packages.handlers.add({ run: best.id, model: 'sexes', threshold: 0.31 });
  const added = await engine.jobs.result<OutputOf<typeof packageCalls.add>>(job.id);
  expect(added.signature).toMatchObject({ task: 'binary', threshold: 0.31 });
  expect(added.parity.rows).toBeGreaterThan(20);

  const { best: species } = await trainOne('species');
  await expect(packages.handlers.add({ run: species.id, model: 'penguins', threshold: 0.31 })).rejects.toMatchObject({
    code: 'package.no_threshold',
  });
});

test('a version has the prediction intervals that its run was evaluated with', async () => {
  const { engine, train, trainOne, add } = await openRegistry();
  const { best } = await trainOne('body_mass_g');
  expect((await add(best.id)).signature).not.toHaveProperty('intervals');
  const job = await train.handlers.evaluate({ run: best.id, parts: ['intervals'] });
  await engine.jobs.result(job.id);
  const { intervals = [] } = (await add(best.id)).signature;
  expect(intervals.map(({ level }) => level)).toEqual([0.8, 0.9, 0.95]);
  expect(intervals[0]?.halfWidth).toBeGreaterThan(100);
  expect(intervals[2]?.halfWidth).toBeGreaterThan(intervals[0]?.halfWidth as number);
});

test('what callers may leave out stays so in the next version, though none of its training rows lacked it', async () => {
  const { trainOne, add, addRows } = await openRegistry();
  const optional = async () => {
    const { signature } = await add((await trainOne('species')).best.id);
    return signature.inputs.filter(({ nullable }) => nullable).map(({ name }) => name);
  };
  const before = await optional();
  expect(before).toContain('sex');
  expect(before).not.toContain('year');
  const [header, ...rows] = readFileSync(penguinFile, 'utf8').trim().split('\n');
  const complete = rows.filter((row) => row.split(',').every((cell) => cell !== '' && cell !== 'NA'));
  await addRows([header, ...complete].join('\n'));
  expect(await optional()).toEqual(before);
});

test('aliases move with their history, roll back step by step, and take their followers along or stay', async () => {
  const registry = await openRegistry();
  const { packages, trainOne, add } = registry;
  const { best } = await trainOne('species', 'baseline');
  const moves: AliasMoved[] = [];
  packages.onAliasMoved((move) => moves.push(move));
  await add(best.id);
  expect(packages.resolve('penguins').version.version).toBe(1);
  for (const _ of [2, 3]) copyVersion(registry);
  expect(packages.resolve('penguins').version.version).toBe(3);
  const point = (version: number, reason?: string) =>
    packages.handlers.alias({ reference: `penguins@${version}`, alias: 'champion', ...(reason && { reason }) });
  for (const version of [1, 2, 3, 3]) await point(version);
  expect(moves.map(({ previous, version }) => [previous, version])).toEqual([
    [null, 1],
    [1, 2],
    [2, 3],
  ]);

  const rollBack = () => packages.handlers.rollback({ model: 'penguins', alias: 'champion' });
  expect(await rollBack()).toEqual({ model: 'penguins', alias: 'champion', version: 2, previous: 3 });
  expect(await rollBack()).toMatchObject({ version: 1, previous: 2 });
  await expect(rollBack()).rejects.toMatchObject({ code: 'package.no_previous_version' });
  await point(3, 'it was fine');
  expect(await rollBack()).toMatchObject({ version: 1, previous: 3 });

  const { models } = await packages.handlers.list({});
  expect(models[0]).toMatchObject({ name: 'penguins', target: 'species', aliases: { champion: 1 } });
  expect(models[0]?.history.map(({ from, to }) => [from, to])).toEqual([
    [3, 1],
    [1, 3],
    [2, 1],
    [3, 2],
    [2, 3],
    [1, 2],
    [null, 1],
  ]);
  expect(models[0]?.history[1]).toMatchObject({ reason: 'it was fine', by: expect.any(String) });

  packages.onAliasMoved(() => {
    throw new Error('a follower cannot follow');
  });
  await expect(point(2)).rejects.toThrow('cannot follow');
  expect(packages.resolve('penguins@champion').version.version).toBe(1);
});

test('who follows an alias is told what breaks, and that it was accepted; a rollback always is', async () => {
  const { packages, train, engine } = await openRegistry();
  const runOf = async (exclude: string[]) => {
    const run = { reference: 'penguins', target: 'species', learners: ['baseline'], exclude };
    const { id } = await train.handlers.run(run);
    return (await engine.jobs.result<{ best: Run }>(id)).best.id;
  };
  const [narrow, wide] = [await runOf(['year']), await runOf([])];
  const told: [number, string[], boolean | undefined][] = [];
  packages.onAliasMoved(({ version, breaking, acceptBreaking }) => told.push([version, breaking, acceptBreaking]));
  const add = async (run: string, acceptBreaking?: boolean) =>
    engine.jobs.result((await packages.handlers.add({ run, model: 'penguins', alias: 'live', acceptBreaking })).id);
  await add(narrow);
  await add(wide, true);
  await packages.handlers.rollback({ model: 'penguins', alias: 'live' });
  await packages.handlers.alias({ reference: 'penguins@2', alias: 'live' });
  expect(told).toEqual([
    [1, [], undefined],
    [2, ['it needs the new column year'], true],
    [1, ['it takes no column year any more'], true],
    [2, ['it needs the new column year'], undefined],
  ]);
});

test('an export may be one archive in the folder, with the same files below a folder of its name', async () => {
  const { engine, packages, trainOne, add } = await openRegistry();
  await add((await trainOne('body_mass_g', 'baseline')).best.id);
  const to = join(temporaryFolder(), 'zipped');
  const { id } = await packages.handlers.export({ reference: 'penguins', format: 'onnx', to, zip: true });
  const { files } = await engine.jobs.result<OutputOf<typeof packageCalls.export>>(id);
  expect(files.map(({ path }) => path)).toEqual([join(to, 'penguins-1-onnx.zip')]);
  const zip = await openPromise(files[0]?.path as string);
  const names: string[] = [];
  for await (const { fileName } of zip.eachEntry()) names.push(fileName);
  expect(names).toContain('penguins-1-onnx/model.onnx');
  expect(names).toContain('penguins-1-onnx/manifest.json');
});

test('an export is the file, its signature and its golden set; what cannot be is refused', async () => {
  const { engine, packages, trainOne, add } = await openRegistry();
  const { onnx, signature } = await add((await trainOne('species')).best.id);
  const to = join(temporaryFolder(), 'new', 'folder');
  const write = async (folder: string) => {
    const { id } = await packages.handlers.export({ reference: 'penguins', format: 'onnx', to: folder });
    return engine.jobs.result<OutputOf<typeof packageCalls.export>>(id);
  };
  const { files } = await write(to);
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
  expect(files.map(({ path }) => path).toSorted()).toEqual(names.map((name) => join(to, name)));
  expect(files).toContainEqual({ path: join(to, 'model.onnx'), sha256: onnx.sha256 });
  expect(JSON.parse(readFileSync(join(to, 'signature.json'), 'utf8'))).toEqual(signature);
  for (const { path, sha256 } of files) expect(contentHash(readFileSync(path))).toBe(`sha256:${sha256}`);

  expect(readdirSync(dirname(to))).toEqual([basename(to)]);

  await expect(write(to)).rejects.toMatchObject({
    code: 'package.folder_not_empty',
    message: expect.stringContaining('is not empty'),
  });
  await expect(write(join(to, 'model.onnx', 'below'))).rejects.toMatchObject({ code: 'package.not_writable' });
  mkdirSync(join(dirname(to), 'empty'));
  expect(await write(join(dirname(to), 'empty'))).toMatchObject({ files: names.map(() => ({})) });
  const latest = packages.handlers.alias({ reference: 'penguins@1', alias: 'latest' });
  await expect(latest).rejects.toMatchObject({ code: 'package.reserved_alias' });

  const mass = (await trainOne('body_mass_g', 'baseline')).best;
  await expect(add(mass.id, 'latest', 'mass')).rejects.toMatchObject({ code: 'package.reserved_alias' });
  await expect(add(mass.id)).rejects.toMatchObject({ code: 'package.target_differs' });
  await expect(add('run_7')).rejects.toMatchObject({ code: 'train.run_not_found' });
  const refusals = {
    penguin: 'package.model_not_found',
    'penguins@9': 'package.version_not_found',
    'penguins@best': 'package.version_not_found',
    'Penguins@': 'package.invalid_reference',
  };
  for (const [reference, code] of Object.entries(refusals)) {
    await expect(packages.handlers.show({ reference })).rejects.toMatchObject({ code });
  }
});
