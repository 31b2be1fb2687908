import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Difference } from '../../../engine/contract/data-comparison.ts';
import type { CheckReport } from '../../../engine/contract/data-expectations.ts';
import { type DataProject, dataProject } from '../../support/data-project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

function fileOf(text: string): string {
  const path = join(temporaryFolder(), 'rows.csv');
  writeFileSync(path, text);
  return path;
}

/** A dataset `log`: version 2 appends to version 1, version 3 takes their place. */
async function withLog(): Promise<DataProject & { handlers: DataProject['data']['handlers'] }> {
  const project = dataProject();
  await project.add({ name: 'log', files: [fileOf('a\n1\n2\n')] });
  await project.add({ name: 'log', files: [fileOf('a\n3\n')], append: true });
  await project.add({ name: 'log', files: [fileOf('a\n9\n')] });
  return { ...project, handlers: project.data.handlers };
}

function useByRun({ context, data }: DataProject, reference: string): void {
  const run = { kind: 'run', id: 'run_1', label: 'run 1' };
  const model = { kind: 'model_version', id: 'mv_1', label: 'penguins@1' };
  context.uses.add(run, { kind: 'dataset_version', id: data.resolve(reference).id });
  context.uses.add(model, run);
  context.uses.add({ kind: 'deployment', id: 'dep_1', label: 'penguins' }, model);
}

test('a tag names a version, moves, and is taken away; every move is kept', async () => {
  const { handlers, data } = await withLog();
  expect(await handlers.tag({ reference: 'log@1', tag: 'approved' })).toEqual({
    dataset: 'log',
    tag: 'approved',
    version: 1,
    previous: null,
  });
  expect(data.resolve('log@approved').number).toBe(1);
  expect(await handlers.tag({ reference: 'log', tag: 'approved' })).toMatchObject({ version: 3, previous: 1 });
  expect(data.resolve('log@approved').number).toBe(3);
  await handlers.untag({ name: 'log', tag: 'approved' });
  expect(() => data.resolve('log@approved')).toThrow(expect.objectContaining({ code: 'data.unknown_version' }));
  const { tagMoves } = await handlers.history({ name: 'log' });
  expect(tagMoves.map(({ from, to }) => [from, to])).toEqual([
    [3, null],
    [1, 3],
    [null, 1],
  ]);
  await expect(handlers.untag({ name: 'log', tag: 'approved' })).rejects.toMatchObject({ code: 'data.unknown_tag' });
  for (const tag of ['latest', '3', 'A', 'a b', 'sha256:0']) {
    await expect(handlers.tag({ reference: 'log@1', tag })).rejects.toMatchObject({ code: 'data.invalid_tag' });
  }
});

test('notes stand on versions and on the dataset', async () => {
  const { handlers } = await withLog();
  await handlers.note({ reference: 'log@2', note: 'May is missing' });
  await handlers.note({ reference: 'log', note: 'from the till' });
  const { dataset, versions } = await handlers.history({ name: 'log' });
  expect(dataset.note).toBe('from the till');
  expect(versions.map(({ version, note }) => [version, note])).toEqual([
    [3, ''],
    [2, 'May is missing'],
    [1, ''],
  ]);
});

test('the history says what each version was made of, how many bytes are its own, and who uses it', async () => {
  const project = await withLog();
  useByRun(project, 'log@1');
  const { versions } = await project.handlers.history({ name: 'log' });
  const [three, two, one] = versions;
  expect(versions.map(({ origin, changes }) => [origin?.kind, changes])).toEqual([
    ['add', null],
    ['append', { added: 1, removed: 0, changed: 0 }],
    ['add', { added: 2, removed: 0, changed: 0 }],
  ]);
  expect([three?.parents, two?.parents, one?.parents]).toEqual([[two?.id], [one?.id], []]);
  expect(one).toMatchObject({
    ownBytes: 0,
    usedBy: [{ label: 'run 1' }, { label: 'penguins@1' }, { label: 'penguins' }],
  });
  expect(two?.ownBytes).toBe((two?.bytes ?? 0) - (one?.bytes ?? 0));
  expect(three?.ownBytes).toBe(three?.bytes);
  await project.result(project.handlers.diff({ from: 'log@2', to: 'log@3' }));
  expect((await project.handlers.history({ name: 'log' })).versions[0]?.changes).toEqual({
    added: 1,
    removed: 3,
    changed: 0,
  });
  const usage = await project.handlers.usage({});
  expect(usage.datasets[0]).toMatchObject({ name: 'log', bytes: (two?.bytes ?? 0) + (three?.bytes ?? 0) });
  expect(usage.total).toBeGreaterThan(usage.datasets[0]?.bytes ?? 0);
});

test('a renamed dataset keeps its versions; users are told in the same transaction', async () => {
  const { handlers, data, context } = await withLog();
  const told: unknown[] = [];
  data.onRenamed(({ from, to, versionIds }) => told.push([from, to, versionIds.length]));
  const before = data.resolve('log@2');
  await handlers.rename({ name: 'log', to: 'sales' });
  expect(data.resolve('sales@2').id).toBe(before.id);
  expect(() => data.resolve('log@2')).toThrow(expect.objectContaining({ code: 'data.unknown_dataset' }));
  expect(told).toEqual([['log', 'sales', 3]]);
  const labels = context.database.all<{ label: string }>(
    "SELECT DISTINCT user_label AS label FROM uses WHERE user_kind = 'dataset_version' ORDER BY 1",
  );
  expect(labels.map(({ label }) => label)).toEqual(['sales@1', 'sales@2', 'sales@3']);
  expect((await handlers.history({ name: 'sales' })).renames).toMatchObject([{ from: 'log', to: 'sales' }]);
  data.onRenamed(() => {
    throw new Error('no');
  });
  await expect(handlers.rename({ name: 'sales', to: 'other' })).rejects.toThrow('no');
  expect(data.resolve('sales').dataset.name).toBe('sales');
});

test('a name that is taken is refused', async () => {
  const { handlers, add } = await withLog();
  await add({ name: 'other', files: [fileOf('b\n1\n')] });
  await expect(handlers.rename({ name: 'log', to: 'other' })).rejects.toMatchObject({ code: 'data.name_taken' });
});

test('a deleted version is not found, is restored, and its number is not given again', async () => {
  const { handlers, data, add } = await withLog();
  await handlers.tag({ reference: 'log@3', tag: 'best' });
  expect(await handlers.delete({ reference: 'log@3' })).toMatchObject({ kind: 'version', reference: 'log@3', rows: 1 });
  expect(data.resolve('log').number).toBe(2);
  for (const reference of ['log@3', 'log@best']) {
    expect(() => data.resolve(reference)).toThrow(expect.objectContaining({ code: 'data.unknown_version' }));
  }
  expect(await add({ name: 'log', files: [fileOf('a\n7\n')] })).toMatchObject({ version: 4 });
  expect((await handlers.bin({})).items).toMatchObject([{ reference: 'log@3', versions: 1 }]);
  await handlers.restore({ reference: 'log@3' });
  expect(data.resolve('log@best').number).toBe(3);
  expect((await handlers.bin({})).items).toEqual([]);
  await expect(handlers.restore({ reference: 'log@3' })).rejects.toMatchObject({ code: 'data.not_in_bin' });
});

test('a deleted dataset gives its name free and comes back under another', async () => {
  const { handlers, data, add } = await withLog();
  const before = data.resolve('log@3');
  await handlers.delete({ reference: 'log' });
  expect((await handlers.list({})).datasets).toEqual([]);
  await add({ name: 'log', files: [fileOf('b\n1\n')] });
  await expect(handlers.restore({ reference: 'log' })).rejects.toMatchObject({ code: 'data.name_taken' });
  await handlers.restore({ reference: 'log', name: 'old_log' });
  expect(data.resolve('old_log@3').id).toBe(before.id);
  expect(data.resolve('log').number).toBe(1);
});

test('what is used is deleted only when that is wanted; the last version goes with its dataset', async () => {
  const project = await withLog();
  const { handlers } = project;
  useByRun(project, 'log@1');
  await expect(handlers.delete({ reference: 'log@1' })).rejects.toMatchObject({
    code: 'data.in_use',
    message: 'log@1 is used by 1 run (run 1), 1 model version (penguins@1) and 1 deployment (penguins).',
  });
  await expect(handlers.delete({ reference: 'log' })).rejects.toMatchObject({ code: 'data.in_use' });
  await handlers.delete({ reference: 'log@1', force: true });
  await handlers.delete({ reference: 'log@2' });
  await expect(handlers.delete({ reference: 'log@3' })).rejects.toMatchObject({ code: 'data.last_version' });
});

test('emptying the bin frees what no one else needs, and says what it would free before', async () => {
  const { handlers, data, context, result } = await withLog();
  await result<Difference>(handlers.diff({ from: 'log@1', to: 'log@3' }));
  const { versions } = await handlers.history({ name: 'log' });
  const [three, two, one] = versions;
  const removed = context.database.get<{ hash: string }>(
    `SELECT used_id AS hash FROM uses WHERE user_id = ? AND used_kind = 'blob'`,
    three?.id ?? '',
  );
  await handlers.delete({ reference: 'log@3' });
  await handlers.delete({ reference: 'log@1' });
  const would = data.purge({ dryRun: true });
  expect(would).toMatchObject({ datasets: 0, versions: 2, bytes: three?.bytes, busy: 0 });
  expect(would.comparisons).toBeGreaterThan(0);
  expect(data.purge({ before: 0, dryRun: true })).toMatchObject({ versions: 0, bytes: 0 });
  expect(existsSync(context.blobs.path(removed?.hash ?? ''))).toBe(true);
  expect(data.purge({ dryRun: false })).toEqual(would);
  expect(() => context.blobs.path(removed?.hash ?? '')).toThrow(
    expect.objectContaining({ code: 'store.missing_blob' }),
  );
  expect((await handlers.rows({ reference: 'log@2', offset: 0, limit: 9 })).rows).toEqual([[1], [2], [3]]);
  expect(await context.blobs.verify()).toMatchObject({ problems: [] });
  expect(data.purge({ dryRun: false })).toMatchObject({ versions: 0, bytes: 0, comparisons: 0 });
  const after = await handlers.history({ name: 'log' });
  expect(after.versions.map(({ id, state }) => [id, state])).toEqual([
    [two?.id, 'kept'],
    [one?.id, 'gone'],
  ]);
});

test('a run whose data was deleted is told so; the same rows elsewhere take their place', async () => {
  const { handlers, data, add } = await withLog();
  const { id, identity } = data.resolve('log@3');
  expect((await data.openVersion(id, identity)).number).toBe(3);
  await handlers.delete({ reference: 'log@3' });
  await expect(data.openVersion(id, identity)).rejects.toMatchObject({
    code: 'data.deleted_version',
    hint: 'Restore it: galley data restore log@3',
  });
  data.purge({ dryRun: false });
  await expect(data.openVersion(id, identity)).rejects.toMatchObject({ code: 'data.purged_version' });
  await add({ name: 'again', files: [fileOf('a\n9\n')] });
  expect((await data.openVersion(id, identity)).dataset.name).toBe('again');
});

test('the lines of the history go on through versions that were deleted', async () => {
  const { handlers, data } = await withLog();
  await handlers.delete({ reference: 'log@2' });
  data.purge({ dryRun: false });
  const { versions } = await handlers.history({ name: 'log' });
  expect(versions.map(({ version, state, parents }) => [version, state, parents.length])).toEqual([
    [3, 'kept', 1],
    [2, 'gone', 1],
    [1, 'kept', 0],
  ]);
});

test('a recipe and expectations that name a dataset go on under its new name', async () => {
  const { data, add, result } = dataProject();
  await add({ name: 'items', files: [fileOf('id\n1\n2\n')] });
  await add({ name: 'sold', files: [fileOf('item\n1\n2\n')] });
  const text = `format: 1\nfrom: sold\nto: known\nsteps:\n  - { kind: join, with: items, keys: { item: id } }\n`;
  await result(data.handlers.runRecipe({ name: 'known', text }));
  const expectations = [{ kind: 'refers' as const, columns: ['item'], dataset: 'items', to: ['id'] }];
  await data.handlers.saveExpectations({ dataset: 'sold', expectations });
  await data.handlers.rename({ name: 'items', to: 'goods' });
  await data.handlers.rename({ name: 'sold', to: 'sales' });
  await data.handlers.rename({ name: 'known', to: 'all' });
  expect(await result(data.handlers.runRecipe({ name: 'known' }))).toMatchObject({ dataset: 'all', unchanged: true });
  const { results } = await result<CheckReport>(data.handlers.check({ reference: 'sales' }));
  expect(results).toMatchObject([{ passed: true, expectation: { dataset: 'goods' } }]);
});
