import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ModelTransfer } from '../../engine/contract/package-remotes.ts';
import type { Run } from '../../engine/contract/train.ts';
import { createDeployPhase } from '../../engine/deploy/index.ts';
import type { VersionRecord } from '../../engine/package/remote/version-record.ts';
import { ModelStore } from '../../engine/package/store.ts';
import { predict } from '../serving/running-server.ts';
import { changeByte } from '../support/change-byte.ts';
import { addLine, type GitProjectOfTest, gitProject } from '../support/git-project.ts';
import { temporaryFolder } from '../support/temporary.ts';

const push = (project: GitProjectOfTest, models?: string[]) =>
  project.result<ModelTransfer>(project.packages.handlers.push({ ...(models && { models }) }));
const pull = (project: GitProjectOfTest, models?: string[]) =>
  project.result<ModelTransfer>(project.packages.handlers.pull({ ...(models && { models }) }));

/** A project with the model `line`, which it has pushed. */
async function pushed() {
  const remote = temporaryFolder();
  const first = await gitProject({ where: 'processes' });
  await first.data.handlers.addRemote({ name: 'team', address: remote });
  const run = await addLine(first);
  const sent = await push(first);
  return { first, run, remote, sent };
}

/** Another project over the same remote. */
async function other(remote: string, where: 'here' | 'processes' = 'here') {
  const project = await gitProject({ where });
  await project.data.handlers.addRemote({ name: 'team', address: remote });
  return project;
}

const blobOf = (remote: string, hash: string) => join(remote, 'blobs', hash.slice(7, 9), hash.slice(9));

/** The only record of a version on a remote. */
function recordIn(remote: string): string {
  const files = readdirSync(join(remote, 'models'), { recursive: true, withFileTypes: true });
  const [record] = files.filter((file) => file.isFile());
  if (!record) throw new Error('there is no record');
  return join(record.parentPath, record.name);
}

/** What a deployment of `line@1` says of a row. */
async function answer({ context, data, packages }: GitProjectOfTest): Promise<unknown> {
  const deploy = createDeployPhase(context, data, packages);
  onTestFinished(() => deploy.stop?.());
  const { url } = await deploy.handlers.start({ reference: 'line@1' });
  const { status, body } = await predict(url, { row: { x: 7 } });
  expect(status).toBe(200);
  return body.prediction;
}

test('what is pushed is the same version where it is pulled: file, folder, run, rows and answers; twice changes nothing', async () => {
  const { first, run, remote, sent } = await pushed();
  const { version } = first.packages.resolve('line@1');
  const onnx = version.onnxHash.slice(7);
  expect(sent).toMatchObject({ remote: 'team', versions: [{ version: 'line@1', onnx }], warnings: [] });
  expect(await push(first)).toMatchObject({ versions: [], files: 0, warnings: [] });

  const second = await other(remote);
  expect(await pull(second)).toMatchObject({ remote: 'team', versions: [{ version: 'line@1', onnx }], warnings: [] });
  expect(second.packages.resolve('line@1').version).toEqual(version);
  expect(second.train.stored(run)).toMatchObject({ number: 1, recipeHash: first.train.stored(run).recipeHash });
  expect(second.data.resolve('lines@1').identity).toBe(first.data.resolve('lines@1').identity);
  const [here, there] = await Promise.all(
    [second, first].map(({ packages }) => packages.handlers.verify({ reference: 'line@1' })),
  );
  expect(here).toMatchObject({ ok: true, model: 'line', version: 1 });
  expect(here?.files).toEqual(there?.files);
  expect(await answer(second)).toBe(await answer(first));

  expect(await pull(second)).toMatchObject({ versions: [], files: 0, warnings: [] });
  expect((await second.packages.handlers.list({})).models[0]?.versions).toHaveLength(1);
  await expect(pull(second, ['curve'])).rejects.toMatchObject({ code: 'package.model_not_found' });
});

test('a file that was changed on the remote is refused, and nothing of the model is taken over', async () => {
  const { first, remote } = await pushed();
  const { onnxHash } = first.packages.resolve('line@1').version;
  changeByte(blobOf(remote, onnxHash));
  const second = await other(remote);
  await expect(pull(second)).rejects.toMatchObject({
    code: 'data.remote_damaged',
    message: expect.stringContaining('is not what its name says'),
  });
  expect((await second.packages.handlers.list({})).models).toEqual([]);
  expect((await second.train.handlers.list({})).runs).toEqual([]);
});

test('a record that is not as Galley wrote it is refused, whatever in it was changed', async () => {
  const { remote } = await pushed();
  const path = recordIn(remote);
  const whole = readFileSync(path, 'utf8');
  const second = await other(remote);
  const refused = async (change: (record: VersionRecord) => void, words: string) => {
    const record: VersionRecord = JSON.parse(whole);
    change(record);
    writeFileSync(path, JSON.stringify(record));
    await expect(pull(second)).rejects.toMatchObject({
      code: 'data.remote_damaged',
      message: expect.stringContaining(words),
    });
  };
  await refused(
    ({ version: { files } }) => Object.assign(files[0] as object, { name: '../it' }),
    '/version/files/0/name',
  );
  await refused(({ version }) => {
    version.version.goldenHash = '../../galley.db';
  }, '/version/version/goldenHash');
  await refused(({ version }) => {
    version.version.id = 'mv_other';
  }, 'is the record of another version');
  await refused(({ version }) => {
    version.version.onnxHash = version.version.goldenHash;
  }, 'its folder has other files than its version');
  await refused(({ version }) => {
    version.model.target = 'x';
  }, 'its parts predict different targets');
  await refused(({ version }) => {
    version.version.createdAt = 9e15;
  }, '/version/version/createdAt');
  await refused(({ run }) => {
    run.run.recipe.seed = 12_345;
  }, 'its recipe is not what its hash says');
  writeFileSync(path, '{"format": 1');
  await expect(pull(second)).rejects.toMatchObject({ code: 'data.remote_damaged' });
  expect((await second.packages.handlers.list({})).models).toEqual([]);
  writeFileSync(path, whole);
  expect((await pull(second)).versions).toHaveLength(1);
  const another: VersionRecord = JSON.parse(whole);
  another.version.version.id = 'mv_another';
  another.run.run.modelHash = another.run.run.holdoutHash;
  writeFileSync(join(dirname(path), 'mv_another.json'), JSON.stringify(another));
  await expect(pull(second)).rejects.toMatchObject({
    code: 'package.damaged_part',
    message: expect.stringContaining('another one than that of its id here'),
  });
});

test('where the number is taken the next one is given, and the folder made for it is whole', async () => {
  const { remote } = await pushed();
  const second = await other(remote, 'processes');
  await addLine(second);
  const pulled = await pull(second, ['line']);
  expect(pulled.versions).toMatchObject([{ version: 'line@2' }]);
  expect(pulled.warnings.map(({ code }) => code)).toContain('package.pulled_under_another_number');
  expect(await second.packages.handlers.verify({ reference: 'line@2' })).toMatchObject({ ok: true, version: 2 });
  expect(second.train.stored(second.packages.resolve('line@2').version.runId)).toMatchObject({
    number: 2,
    datasetName: 'lines-team',
  });
});

test('a deleted model does not come back, and another of its name that predicts something else keeps its name', async () => {
  const { remote } = await pushed();
  const second = await other(remote);
  await pull(second);
  await second.packages.handlers.delete({ reference: 'line' });
  expect(await pull(second)).toMatchObject({ versions: [], warnings: [] });
  const third = await other(remote);
  new ModelStore(third.context.database).insertModel({ id: 'mdl_other', name: 'line', target: 'z', createdAt: 0 });
  await expect(pull(third)).rejects.toMatchObject({ code: 'package.target_differs' });
});

test('a version whose rows are gone is not pushed, and said so', async () => {
  const { first } = await pushed();
  await first.data.handlers.delete({ reference: 'lines', force: true });
  await first.data.handlers.addRemote({ name: 'elsewhere', address: temporaryFolder() });
  const left = await first.result<ModelTransfer>(first.packages.handlers.push({ remote: 'elsewhere' }));
  expect(left).toMatchObject({ versions: [], files: 0, warnings: [{ code: 'package.not_pushed' }] });
});

test('parts of a step or a state that contradict themselves, or lend a run of here other figures, are not taken in', async () => {
  const { first, remote } = await pushed();
  const second = await other(remote);
  const parts = first.packages.parts('line@1');
  const place = (hash: string, path: string) => writeFileSync(path, first.context.blobs.read(hash));
  const refused = async (changed: unknown, reason: string) =>
    expect(second.packages.takeInParts(changed as typeof parts, place)).rejects.toMatchObject({
      code: 'package.damaged_part',
      message: expect.stringContaining(reason),
    });
  await refused({ ...parts, runs: [] }, 'the run of version 1 is not among them');
  await refused({ ...parts, files: parts.files.slice(1) }, 'a file that they need is not among them');
  await refused({ ...parts, files: ['sha256:../../etc/passwd'] }, '/files/0');
  const [run] = parts.runs;
  const lent = { ...run, run: { ...run?.run, recipe: { ...run?.run.recipe, seed: 99 } } };
  await refused({ ...parts, runs: [lent] }, 'its recipe is not what its hash says');
  expect(await second.packages.handlers.list({})).toMatchObject({ models: [] });
  const [version] = parts.versions;
  const larger = { ...version, version: { ...version?.version, onnxBytes: 1 } };
  await second.packages.takeInParts({ ...parts, versions: [larger] } as typeof parts, place);
  expect(second.packages.resolve('line@1').version).toEqual(first.packages.resolve('line@1').version);
  await second.packages.handlers.delete({ reference: 'line' });
  await expect(second.packages.takeInParts(parts, place)).rejects.toMatchObject({ code: 'package.in_bin' });
  await second.packages.handlers.restore({ reference: 'line' });
  await second.packages.takeInParts(parts, place);
  expect(second.packages.resolve('line@1').version.onnxHash).toBe(first.packages.resolve('line@1').version.onnxHash);
});

const csv = (rows: number) =>
  `x,y\n${Array.from({ length: rows }, (_, row) => `${row % 12},${2 * (row % 12) + (row % 5)}`).join('\n')}\n`;

/** A project with the model `line`, which the dataset `held` was held out of. */
async function heldOut(remote: string) {
  const project = await gitProject({ where: 'processes' });
  await project.data.handlers.addRemote({ name: 'team', address: remote });
  await project.addRows('lines', csv(60));
  await project.addRows('held', csv(30));
  const split = { kind: 'dataset' as const, reference: 'held' };
  const { best } = await project.result<{ best: Run }>(
    project.train.handlers.run({ reference: 'lines', target: 'y', learners: ['linear'], split }),
  );
  await project.result(project.packages.handlers.add({ run: best.id, model: 'line' }));
  return { first: project, run: best.id };
}

test('the dataset that holds a run out is kept for it where it was pulled under another name', async () => {
  const remote = temporaryFolder();
  const { first, run } = await heldOut(remote);
  await push(first);

  const second = await other(remote);
  await second.addRows('held', csv(10));
  expect(await pull(second)).toMatchObject({ versions: [{ version: 'line@1' }] });
  const held = second.data.resolve('held-team@1');
  expect(held.identity).toBe(first.data.resolve('held@1').identity);
  const users = second.context.uses.usersOf({ kind: 'dataset_version', id: held.id });
  expect(users).toMatchObject([{ kind: 'run', id: run }]);
  expect((await second.train.rows(run)).paths).toHaveLength(2);
});

test('the dataset that holds a run out goes with it where it was renamed before', async () => {
  const remote = temporaryFolder();
  const { first, run } = await heldOut(remote);
  await first.data.handlers.rename({ name: 'held', to: 'kept' });
  expect(first.packages.parts('line@1').datasets).toEqual(['lines', 'kept']);
  expect(await push(first)).toMatchObject({ versions: [{ version: 'line@1' }], warnings: [] });

  const second = await other(remote);
  expect(await pull(second)).toMatchObject({ versions: [{ version: 'line@1' }], warnings: [] });
  expect((await second.train.rows(run)).paths).toHaveLength(2);
});

test('a version whose holdout is gone comes without it, and that is said', async () => {
  const remote = temporaryFolder();
  const { first } = await heldOut(remote);
  await first.data.handlers.delete({ reference: 'held', force: true });
  await push(first);
  expect(await pull(await other(remote))).toMatchObject({
    versions: [{ version: 'line@1' }],
    warnings: [{ code: 'package.pulled_without_holdout' }],
  });
});
